import { type Paper, paint, showStatus } from './text.ts';
import { subjectOf, type TlsAnswer } from './tls-answer.ts';
import { showBehaviour, showOtherNames } from './tls-behaviour-text.ts';
import { type ChainContext, showChains } from './tls-chain-text.ts';
import { showGroups, showVersions } from './tls-offer-text.ts';
import { remedyOf } from './tls-remedy.ts';
import { showSuites } from './tls-suites-text.ts';
import { nameOfTarget, type TlsTarget } from './tls-target.ts';
import { clean, dim, mark, type Section, sentence } from './tls-text.ts';
import { showClients, showProfiles, showVerdict } from './tls-verdict-text.ts';
import type { TlsAddressReport } from './tls-verdicts.ts';

/** One block for addresses that showed the same; of the others only what differs from the first. */
export function showAnswer(answer: TlsAnswer, paper: Paper): string {
  const { target, fault, addresses } = answer;
  const head = `${paint(nameOfTarget(target), 'bold', paper)}  ${dim(`${aboutName(target)}as of ${answer.asOf.slice(0, 16).replace('T', ' ')} UTC`, paper)}`;
  const remedy = remedyOf(answer);
  const last = remedy === null ? [] : [sentence(`remedy: ${remedy}`, 0, paper)];
  if (fault !== null)
    return `${[head, sentence(`${showStatus('unknown', paper)}: ${clean(fault.message)}`, 2, paper), ...last].join('\n\n')}\n`;
  const context = { host: target.certificateHost, asOf: answer.asOf, paper };
  const shown = addresses.map((report) => ({ report, sections: sectionsOf(report, context) }));
  const alike = [...Map.groupBy(shown, ({ sections }) => JSON.stringify(sections)).values()];
  const blocks = alike.map((same) => showBlock(same, alike[0]?.[0], paper));
  return `${[head, ...blocks, ...summaryOf(answer, paper), ...last].join('\n\n')}\n`;
}

function aboutName({ host, serverName }: TlsTarget): string {
  if (serverName === null) return 'without a name in the hello, ';
  return serverName === host ? '' : `with the name ${serverName} in the hello, `;
}

function sectionsOf(report: TlsAddressReport, context: ChainContext): readonly Section[] {
  const { facts, blindness } = report;
  const { paper } = context;
  if (facts.plaintext !== null) return [showVerdict(report, paper)];
  if (blindness !== null) return [showVersions(facts, paper), showVerdict(report, paper)];
  const own = facts.served.chains.flatMap(({ certificates }) => certificates.slice(0, 1));
  return [
    showVersions(facts, paper),
    showSuites(facts, paper),
    showGroups(facts, paper),
    showBehaviour(facts, paper),
    showChains(report, context),
    showOtherNames(facts, { own, subjectOf }, paper),
    showClients(report.clients, paper),
    showProfiles(report.profiles, paper),
    showVerdict(report, paper),
  ];
}

interface ShownAddress {
  readonly report: TlsAddressReport;
  readonly sections: readonly Section[];
}

function showBlock(same: readonly ShownAddress[], first: ShownAddress | undefined, paper: Paper): string {
  const [one] = same;
  const heading = paint(same.map(({ report }) => `${report.facts.address} (${report.facts.addressClass})`).join(', '), 'bold', paper);
  const known = one === first ? [] : (first?.sections ?? []).map((section) => JSON.stringify(section));
  const sections = one?.sections ?? [];
  const others = sections.filter((section) => !known.includes(JSON.stringify(section)));
  const repeated = sections.filter((section) => known.includes(JSON.stringify(section))).map(({ title }) => title);
  const asBefore =
    repeated.length === 0 ? [] : [sentence(dim(`as at ${first?.report.facts.address ?? ''}: ${repeated.join(', ')}`, paper), 2, paper)];
  return [heading, ...asBefore, ...others.map(({ title, body }) => `  ${paint(title, 'bold', paper)}\n${body}`)].join('\n\n');
}

/** Of one address its own verdict says it all. */
function summaryOf({ addresses, status, differences }: TlsAnswer, paper: Paper): readonly string[] {
  if (addresses.length < 2) return [];
  const those = addresses.filter((one) => one.status === status).length;
  const agree =
    differences.length === 0 ? 'in all that was seen they agree' : mark('bad', `they differ in: ${differences.join(', ')}`, paper);
  return [`${showStatus(status, paper)} at ${those} of ${addresses.length} addresses; ${agree}`];
}
