import type { Fault } from '../../domain/fault.ts';
import { namedGroups } from '../../transport/named-groups.ts';
import type { GroupVersion, Listed } from '../../transport/tls-facts.ts';
import { isHelloOf, type Notes } from './audit-notes.ts';
import { usualHello } from './client-hello.ts';
import { type AskChoice, type Choice, dealOut, eliminate, notOffered } from './eliminate.ts';
import type { HelloAnswer } from './hello.ts';
import { curveSuites, fewSuites, type HelloForm, helloOf } from './hello-forms.ts';
import { joinAll, listed, nameOfGroup } from './listed.ts';
import { canAgreeIn } from './modern-groups.ts';
import { choiceOf, type OpenedVersion } from './open-version.ts';

/** Every group that the peer exchanges keys in. It starts with what it chose when the version was asked for. */
export async function auditGroups(notes: Notes, opened: OpenedVersion, serverName: string | null): Promise<Listed> {
  const { form, groups: seen } = opened;
  const version: GroupVersion = opened.version === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2';
  if (form === 'bare') return listed({ accepted: seen, faults: [noExtensions] }, nameOfGroup);
  const ask: AskChoice = async (groups) => {
    const hello = helloOf(version, serverName, form, { suites: suitesFor(version, form), groups });
    return groupChoiceOf(version, await notes.ask(hello, version === 'TLSv1.3' ? 'hello' : 'flight'));
  };
  const left = groupsToAsk(version).filter((code) => !seen.includes(code));
  const askable = form === 'with-shares' ? left.filter(canAgreeIn) : left;
  const parts = await Promise.all(dealOut(askable, chainsOf(form, askable)).map((chain) => eliminate(chain, ask)));
  const notAsked = askable.length < left.length ? [{ accepted: [], faults: [noShares] }] : [];
  return listed(joinAll([{ accepted: seen, faults: [] }, ...parts, ...notAsked]), nameOfGroup);
}

const noExtensions: Fault = { code: 'unsupported', message: 'the peer bears no extensions, without which no group can be asked for' };
const noShares: Fault = { code: 'unsupported', message: 'the peer never asks for a key share, and we have none in the other groups' };
const cookieFirst: Fault = { code: 'unsupported', message: 'the peer wants a cookie back before it names a group' };
const noGroup: Fault = { code: 'malformed', message: 'the peer names no group' };

/** The common ones first. Before TLS 1.3 only curves go with the suites of curves. */
function groupsToAsk(version: GroupVersion): readonly number[] {
  const { groups } = usualHello(version, null);
  const curves = new Set(namedGroups.filter(({ kind }) => kind === 'ec').map(({ code }) => code));
  return version === 'TLSv1.3' ? groups : groups.filter((code) => curves.has(code));
}

function suitesFor(version: GroupVersion, form: HelloForm): readonly number[] {
  if (version === 'TLSv1.3') return fewSuites(version);
  return form === 'small' ? fewSuites(version).filter((code) => curveSuites.includes(code)) : curveSuites;
}

const groupsInSmallHello = 8;

function chainsOf(form: HelloForm, groups: readonly number[]): number {
  return form === 'small' ? Math.ceil(groups.length / groupsInSmallHello) : 2;
}

function groupChoiceOf(version: GroupVersion, answer: HelloAnswer): Choice {
  if (!isHelloOf(answer, version)) return choiceOf(version, answer);
  if (version === 'TLSv1.2' && !curveSuites.includes(answer.suite)) return { kind: 'fault', fault: notOffered };
  if (answer.group !== null) return { kind: 'took', code: answer.group };
  return { kind: 'fault', fault: answer.isRetry ? cookieFirst : noGroup };
}
