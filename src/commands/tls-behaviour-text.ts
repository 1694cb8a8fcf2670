import { labelOfVersion } from '../transport/protocol-versions.ts';
import type { Answered, Behaviour, NameAnswer, Oddity, TlsAddress } from '../transport/tls-facts.ts';
import type { Paper } from './text.ts';
import { clean, dim, mark, type Section, table, unknownText } from './tls-text.ts';

interface FlagWords {
  readonly flag: Exclude<keyof Behaviour, 'alpn'>;
  readonly label: string;
  readonly wanted: boolean;
  readonly yes: string;
  readonly no: string;
  readonly rule: string;
}

const flags: readonly FlagWords[] = [
  {
    flag: 'refusesFallback',
    label: 'fallback to older versions',
    wanted: true,
    yes: 'refused',
    no: 'served without a word',
    rule: 'RFC 7507',
  },
  { flag: 'downgradeSentinel', label: 'downgrade mark', wanted: true, yes: 'set', no: 'not set', rule: 'RFC 8446 4.1.3' },
  { flag: 'secureRenegotiation', label: 'secure renegotiation', wanted: true, yes: 'supported', no: 'not supported', rule: 'RFC 5746' },
  { flag: 'extendedMasterSecret', label: 'extended master secret', wanted: true, yes: 'supported', no: 'not supported', rule: 'RFC 7627' },
  { flag: 'compression', label: 'compression', wanted: false, yes: 'accepted (CRIME)', no: 'refused', rule: 'RFC 9325 3.3' },
];

export function showBehaviour({ behaviour, oddities, handshake }: TlsAddress & { readonly handshake: ClientWish }, paper: Paper): Section {
  const rows = [
    ...flags.map((words) => [words.label, ...cellsOfFlag(words, behaviour[words.flag], paper)]),
    ['ALPN', alpnText(behaviour.alpn, paper)],
    ...clientCertificateRow(handshake),
    ...oddities.map((oddity) => ['oddity', `${mark(oddity === 'suite-not-offered' ? 'bad' : 'neutral', oddityWords[oddity], paper)}`]),
  ];
  return { title: 'Behaviour', body: table(rows, 4, paper) };
}

function cellsOfFlag({ wanted, yes, no, rule }: FlagWords, answer: Answered<boolean>, paper: Paper): readonly string[] {
  if ('fault' in answer) return [unknownText(answer.fault.message, paper)];
  if (answer.is === null) return [mark('neutral', 'does not arise', paper)];
  const text = answer.is ? yes : no;
  return answer.is === wanted ? [mark('good', text, paper)] : [`${mark('bad', text, paper)}: ${rule}`];
}

function alpnText(answer: Answered<string>, paper: Paper): string {
  if ('fault' in answer) return unknownText(answer.fault.message, paper);
  return answer.is === null ? mark('neutral', 'none chosen of h2 and http/1.1', paper) : `${clean(answer.is)} (of h2 and http/1.1)`;
}

type ClientWish = { readonly clientCertificateRequested: boolean | null } | { readonly fault: object };

function clientCertificateRow(handshake: ClientWish): readonly (readonly string[])[] {
  if ('fault' in handshake || handshake.clientCertificateRequested !== true) return [];
  return [['client certificate', 'asked for']];
}

const oddityWords: { readonly [O in Oddity]: string } = {
  'extension-intolerant': 'answers only a hello without extensions',
  'size-intolerant': 'hangs up on a hello of more than 255 bytes, or of many suites',
  'suite-not-offered': 'selects a suite that was not offered, against the protocol',
  'version-intolerant': 'hangs up on a version newer than its own, instead of offering that',
  'warning-first': 'sends a warning before its hello',
};

/** What they get who name no host, or a wrong one. */
export function showOtherNames({ otherNames }: TlsAddress, leaves: LeafNames, paper: Paper): Section {
  if (otherNames === null)
    return { title: 'Other names', body: `    ${mark('neutral', 'does not arise: the hello names no host', paper)}` };
  const rows = [
    ['without a name', nameText(otherNames.none, leaves, paper)],
    ['with a wrong name', nameText(otherNames.unknown, leaves, paper)],
  ];
  return { title: 'Other names', body: table(rows, 4, paper) };
}

/** Of a leaf by its base64 DER: who it is, or null where it cannot be read; and which leaves the right name gets. */
export interface LeafNames {
  readonly own: readonly string[];
  readonly subjectOf: (der: string) => string | null;
}

function nameText(answer: NameAnswer, leaves: LeafNames, paper: Paper): string {
  if (answer.outcome === 'fault') return unknownText(answer.fault.message, paper);
  if (answer.outcome === 'refused')
    return mark('neutral', { alert: 'refused with an alert', close: 'refused: it closes', reset: 'refused: it resets' }[answer.by], paper);
  const more = answer.moreVersions.map(labelOfVersion);
  const versions = more.length === 0 ? [] : [mark('bad', `${more.join(', ')} as well, which the right name does not get`, paper)];
  return [labelOfVersion(answer.version), clean(answer.suite), certificateText(answer.certificate, leaves, paper), ...versions].join(', ');
}

function certificateText(der: string | null, { own, subjectOf }: LeafNames, paper: Paper): string {
  if (der === null) return dim('its certificate was not seen', paper);
  if (own.includes(der)) return 'the same certificate';
  const subject = subjectOf(der);
  return subject === null ? 'a certificate that cannot be read' : `another certificate: ${clean(subject)}`;
}
