import type { Agreement, Negotiation } from '../transport/negotiate.ts';
import { labelOfVersion } from '../transport/protocol-versions.ts';
import type { Shortcomings } from '../transport/shortcomings.ts';
import { type Paper, showStatus } from './text.ts';
import { clean, dim, type Mark, mark, type Section, sentence, table, unknownText } from './tls-text.ts';
import type { ClientResult, ComparedProfile, TlsAddressReport } from './tls-verdicts.ts';

export function showClients(clients: readonly ClientResult[], paper: Paper): Section {
  const rows = clients.map(({ name, result }) => [name, ...cellsOfResult(result, paper)]);
  return { title: 'Clients', body: table(rows, 4, paper) };
}

function cellsOfResult(result: Negotiation, paper: Paper): readonly string[] {
  if (result.outcome === 'refused') return [mark('neutral', 'refused', paper)];
  const { version, suites, groups } = agreementsText(result.possible);
  const agreed = groups === '' ? suites : `${suites} in ${groups}`;
  if (result.outcome === 'agreed')
    return [version, result.doubt === null ? agreed : `${agreed}, ${unknownText(result.doubt.message, paper, 'or refused:')}`];
  const possible = suites === '' ? '' : `${version}, ${agreed} is possible: `;
  return [mark('unknown', 'unknown', paper), `${possible}${clean(result.fault.message)}`];
}

interface AgreementWords {
  readonly version: string;
  readonly suites: string;
  readonly groups: string;
}

function agreementsText(possible: readonly Agreement[]): AgreementWords {
  return {
    version: alternatives(possible.map(({ version }) => labelOfVersion(version))),
    suites: alternatives(possible.map(({ suite }) => suite)),
    groups: alternatives(possible.flatMap(({ groups }) => groups ?? [])),
  };
}

const mostAlternatives = 2;

/** `x25519 or secp256r1`, `x25519, secp256r1 or 3 more` */
function alternatives(names: readonly string[]): string {
  const once = [...new Set(names)];
  const more = once.length - mostAlternatives;
  return more > 0 ? `${once.slice(0, mostAlternatives).join(', ')} or ${more} more` : once.join(' or ');
}

/** Nobody has said that the server has to meet them, so nothing here is a failure. */
export function showProfiles(profiles: readonly ComparedProfile[], paper: Paper): Section {
  return { title: 'Profiles', body: profiles.map((profile) => showProfile(profile, paper)).join('\n') };
}

function showProfile({ name, status, shortcomings }: ComparedProfile, paper: Paper): string {
  const verdict = {
    pass: mark('good', `meets ${name}`, paper),
    fail: `- differs from ${name}`,
    unknown: mark('unknown', `${name}: not all is known`, paper),
  }[status];
  const short = { found: shortcomings.found.map(withShortRule), unseen: shortcomings.unseen.map(withShortRule) };
  return [`    ${verdict}`, ...showAll(short, 'neutral', 6, paper)].join('\n');
}

/** The heading names the guideline already. */
function withShortRule<One extends { readonly rule: string }>(one: One): One {
  return { ...one, rule: one.rule.replace(/^Mozilla guideline [^:]*: |^NIST SP 800-52r2 /, '') };
}

function showAll({ found, unseen }: Shortcomings, ofFound: Mark, indent: number, paper: Paper): readonly string[] {
  return [...found.map((one) => withRule(ofFound, one, indent, paper)), ...unseen.map((one) => withRule('unknown', one, indent, paper))];
}

function withRule(kind: Mark, { words, rule }: { readonly words: string; readonly rule: string }, indent: number, paper: Paper): string {
  return sentence(`${mark(kind, '', paper)} ${clean(words)} ${dim(`[${rule}]`, paper)}`, indent, paper);
}

/** What decides the exit code, then what is only worth knowing. */
export function showVerdict({ facts, status, shortcomings, notes, blindness }: TlsAddressReport, paper: Paper): Section {
  const title = `Verdict  ${showStatus(status, paper)}`;
  if (facts.plaintext !== null)
    return { title, body: sentence(`${mark('bad', 'it answers without TLS:', paper)} ${clean(facts.plaintext)}`, 4, paper) };
  if (blindness !== null)
    return { title, body: sentence(`${mark('unknown', '', paper)} nothing of it is known: ${clean(blindness.message)}`, 4, paper) };
  const lines = [...showAll(shortcomings, 'bad', 4, paper), ...notes.map((one) => withRule('neutral', one, 4, paper))];
  const good = sentence(`${mark('good', '', paper)} no weakness was found, and its certificate is trusted`, 4, paper);
  return { title, body: [...(status === 'pass' ? [good] : []), ...lines].join('\n') };
}
