import type { Fault } from '../../domain/fault.ts';
import { namedGroups } from '../../transport/named-groups.ts';
import type { GroupVersion, SuitesOfVersion } from '../../transport/tls-facts.ts';
import { isHelloOf, type Notes } from './audit-notes.ts';
import { usualHello } from './client-hello.ts';
import { type AskChoice, type Choice, dealOut, type Eliminated, eliminate, notOffered } from './eliminate.ts';
import type { HelloAnswer } from './hello.ts';
import { curveSuites, fewSuites, helloOf, suiteRoom } from './hello-forms.ts';
import { joinAll, nameOfSuite } from './listed.ts';
import { canAgreeIn } from './modern-groups.ts';
import { choiceOf, type OpenedVersion } from './open-version.ts';

/**
 * Every group that the peer exchanges keys in. It starts with what it chose when the version was asked for. `suites`: those to ask with; only where a hello
 * has room for few must the accepted ones be known.
 */
export async function auditGroups(
  notes: Notes,
  opened: OpenedVersion,
  serverName: string | null,
  suites: readonly number[],
): Promise<Eliminated> {
  const { form, groups: seen } = opened;
  const version = groupVersionOf(opened);
  if (form === 'bare') return { accepted: seen, faults: [noExtensions] };
  if (suites.length === 0) return { accepted: seen, faults: [] };
  const left = groupsToAsk(version).filter((code) => !seen.includes(code));
  const askable = form === 'with-shares' ? left.filter(canAgreeIn) : left;
  const ask = groupAsker(notes, opened, serverName, suites);
  const parts = await Promise.all(dealOut(askable, chainsOf(opened, askable)).map((chain) => eliminate(chain, ask)));
  const notAsked = askable.length < left.length ? [{ accepted: [], faults: [noShares] }] : [];
  return joinAll([{ accepted: seen, faults: [] }, ...parts, ...notAsked]);
}

/**
 * Before TLS 1.3 a certificate with a curve is served only to who names that curve as a group (RFC 8422 5.1). Where there is no other, what was refused is
 * asked for again beside each group that was found, one of which is that curve. What the server likes less than the curve nobody ever gets.
 */
export async function addHiddenGroups(
  notes: Notes,
  opened: OpenedVersion,
  serverName: string | null,
  found: Eliminated,
  suites: SuitesOfVersion,
): Promise<Eliminated> {
  if (opened.version !== 'TLSv1.2' || opened.form === 'bare' || found.faults.length > 0 || !hasOnlyCurveKeys(suites)) return found;
  const ask = groupAsker(notes, opened, serverName, suitesForGroups(opened, suites));
  const left = groupsToAsk('TLSv1.2').filter((code) => !found.accepted.includes(code));
  const hands = dealOut(left, opened.form === 'small' ? chainsOf(opened, left) : 1);
  const parts = await Promise.all(found.accepted.flatMap((known) => hands.map((groups) => eliminate(groups, besideKnown(ask, known)))));
  return joinAll([found, ...parts]);
}

/** Choosing the known one is no answer to the others. */
function besideKnown(ask: AskChoice, known: number): AskChoice {
  return async (groups) => {
    const choice = await ask([...groups, known]);
    return choice.kind === 'took' && choice.code === known ? { kind: 'refused' } : choice;
  };
}

function hasOnlyCurveKeys({ accepted }: SuitesOfVersion): boolean {
  return accepted.some((name) => name.includes('_ECDHE_ECDSA_')) && !accepted.some((name) => /_ECDHE_RSA_|_ECDH_anon_/.test(name));
}

const noExtensions: Fault = { code: 'unsupported', message: 'the peer bears no extensions, without which no group can be asked for' };
const noShares: Fault = { code: 'unsupported', message: 'the peer never asks for a key share, and we have none in the other groups' };
const cookieFirst: Fault = { code: 'unsupported', message: 'the peer wants a cookie back before it names a group' };
const noGroup: Fault = { code: 'malformed', message: 'the peer names no group' };

function groupVersionOf({ version }: OpenedVersion): GroupVersion {
  return version === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2';
}

function groupAsker(notes: Notes, opened: OpenedVersion, serverName: string | null, suites: readonly number[]): AskChoice {
  const version = groupVersionOf(opened);
  return async (groups) => {
    const hello = helloOf(version, serverName, opened.form, { suites, groups });
    return groupChoiceOf(version, await notes.ask(hello, version === 'TLSv1.3' ? 'hello' : 'flight'));
  };
}

/** The common ones first. Before TLS 1.3 only curves go with the suites of curves. */
function groupsToAsk(version: GroupVersion): readonly number[] {
  const { groups } = usualHello(version, null);
  return version === 'TLSv1.3' ? groups : groups.filter((code) => curves.has(code));
}

const curves: ReadonlySet<number> = new Set(namedGroups.filter(({ kind }) => kind === 'ec').map(({ code }) => code));

/** `known`: what is accepted, or null where that is not known yet. */
export function suitesForGroups({ version, form }: OpenedVersion, known: SuitesOfVersion | null): readonly number[] {
  if (version === 'TLSv1.3') return fewSuites(version);
  if (form === 'full' || known === null) return curveSuites;
  return curveSuites.filter((code) => known.accepted.includes(nameOfSuite(code))).slice(0, suiteRoom(form));
}

const groupsInSmallHello = 8;

/** One after another in each. In TLS 1.3 more are accepted, and a refusal costs nobody a key. */
const chains: { readonly [V in GroupVersion]: number } = { 'TLSv1.2': 2, 'TLSv1.3': 3 };

function chainsOf(opened: OpenedVersion, groups: readonly number[]): number {
  return opened.form === 'small' ? Math.ceil(groups.length / groupsInSmallHello) : chains[groupVersionOf(opened)];
}

function groupChoiceOf(version: GroupVersion, answer: HelloAnswer): Choice {
  if (!isHelloOf(answer, version)) return choiceOf(version, answer);
  if (version === 'TLSv1.2' && !curveSuites.includes(answer.suite)) return { kind: 'fault', fault: notOffered };
  if (answer.group !== null) return { kind: 'took', code: answer.group };
  return { kind: 'fault', fault: answer.isRetry ? cookieFirst : noGroup };
}
