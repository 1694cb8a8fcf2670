import { shortNameOf } from '../domain/resource-id.ts';
import type { AllowEntry } from '../network/allow-entry.ts';
import type { AllowProposal, DeclinedPart, ProposedEntry, WhyDeclined } from '../network/propose-allow.ts';
import { count } from './proposal.ts';
import { commentText } from './yaml-paragraphs.ts';

export interface AllowListFacts {
  readonly proposal: AllowProposal;
  /** The entries that stand in the configuration now. */
  readonly signed: readonly AllowEntry[];
  /** As the configuration writes it: `50m`. */
  readonly maxAge: string;
  readonly dataAsOf: string;
  /** YYYY-MM-DD */
  readonly today: string;
}

const mostNamed = 6;
const mostDeclined = 100;

/** The section of `network-exposure`, for a person to read, fill in and put into the settings. */
export function writeAllowList({ proposal, signed, maxAge, dataAsOf, today }: AllowListFacts): string {
  const unused = new Set(proposal.unused);
  const [held, kept] = [signed.filter(holdsReference), signed.filter((entry) => !holdsReference(entry))];
  const entries = [...kept.flatMap((entry) => writeSigned(entry, unused.has(entry))), ...proposal.proposed.flatMap(writeProposed)];
  return [
    `# Proposed by "claimwatch network propose" on ${today} from what could be reached from the Internet at ${dataAsOf}.`,
    '# What stands here was open, which does not mean that it ought to be. Cross out what is not meant, and close it; for the rest',
    '# fill in who answers for it and why: "claimwatch config check" refuses the file while an owner or a reason is empty.',
    '# It takes the place of network-exposure under "checks" in claimwatch.yaml.',
    'checks:',
    '  network-exposure:',
    `    maxAge: ${maxAge}`,
    '    parameters:',
    ...(entries.length === 0 ? ['      allow: []   # nothing is open that could be proposed'] : ['      allow:', ...entries]),
    ...held.map(
      ({ owner }) => `# left out: an entry of ${commentText(owner)} holds "$" and "{", which would be read as a reference; copy it by hand`,
    ),
    ...writeDeclined(proposal.declined),
  ]
    .join('\n')
    .concat('\n');
}

function writeSigned(entry: AllowEntry, isUnused: boolean): readonly string[] {
  const { from, to, ports, protocol, owner, reason } = entry;
  const target = Object.entries(to).flatMap(([key, value]) => (typeof value === 'string' ? [`${key}: ${quote(value)}`] : []));
  const note = isUnused ? '# stands in the list already; nothing comes in by it now: cross it out?' : '# stands in the list already';
  return [
    `        ${note}`,
    `        - from: [${from.map(quote).join(', ')}]`,
    `          to: { ${target.join(', ')} }`,
    `          ports: ${quote(ports)}`,
    `          protocol: ${protocol}`,
    `          owner: ${quote(owner)}`,
    `          reason: ${quote(reason)}`,
  ];
}

function holdsReference(entry: AllowEntry): boolean {
  return JSON.stringify(entry).includes('${');
}

function writeProposed({ from, to, ports, protocol, reached, entries, rules }: ProposedEntry): readonly string[] {
  return [
    `        # through ${namesOf(entries)}`,
    `        # to ${namesOf(reached.map(shortNameOf))}`,
    ...rules.slice(0, mostNamed).map((chain) => `        # by ${commentText(chain)}`),
    ...(rules.length > mostNamed ? [`        # and ${count(rules.length - mostNamed, 'other chain')} of rules`] : []),
    `        - from: [${from.map(quote).join(', ')}]`,
    `          to: { resource: ${quote(to.resource)} }`,
    `          ports: ${quote(ports)}`,
    `          protocol: ${protocol}`,
    '          owner: ""    # TODO: who answers for it',
    '          reason: ""   # TODO: why it has to be reachable',
  ];
}

function namesOf(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).map(commentText).join(', ')}${more > 0 ? ` and ${count(more, 'other')}` : ''}`;
}

const declinedTitles: { readonly [Why in WhyDeclined]: string } = {
  management: 'ports for administration, which nobody should reach from the Internet',
  'every-port': 'every port at once: narrow the rule first',
  unknown: 'cannot be known, so nobody can sign for it',
  'not-writable': 'a name or address that the list does not take',
};

function writeDeclined(declined: readonly DeclinedPart[]): readonly string[] {
  const groups = Map.groupBy(declined, ({ why }) => why);
  const lines = [...groups].flatMap(([why, parts]) => [
    `# not proposed, ${declinedTitles[why]}:`,
    ...parts.slice(0, mostDeclined).map(({ subject, text }) => `#   ${commentText(shortNameOf(subject))}: ${commentText(text)}`),
    ...(parts.length > mostDeclined ? [`#   and ${parts.length - mostDeclined} more`] : []),
  ]);
  return lines.length === 0 ? [] : ['', ...lines];
}

/** A text of YAML, and of JSON, on one line. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufeff]/gu, (one) =>
    [...Array(one.length).keys()].map((index) => `\\u${one.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}
