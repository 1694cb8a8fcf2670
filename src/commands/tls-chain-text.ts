import { epochMs, type Timestamp } from '../domain/time.ts';
import type { CertificateFacts } from '../transport/certificate-facts.ts';
import { describeSignature, isRsa, judgeKeyStrength, judgeSignatureStrength, type Strength } from '../transport/certificate-strength.ts';
import type { ChainProblemKind } from '../transport/chain-order.ts';
import { certificateCoversHost } from '../transport/host-name.ts';
import { judgeStapleFacts, type StapleVerdict } from '../transport/ocsp-staple.ts';
import { labelOfVersion } from '../transport/protocol-versions.ts';
import type { DescribedCertificate, DescribedChain } from '../transport/served-chains.ts';
import type { Paper } from './text.ts';
import { clean, dim, type Mark, mark, type Section, table, unknownLine, unknownText } from './tls-text.ts';
import { meaningOf, shortName } from './tls-trust.ts';
import type { JudgedChain, TlsAddressReport } from './tls-verdicts.ts';

export interface ChainContext {
  readonly host: string;
  readonly asOf: Timestamp;
  readonly paper: Paper;
}

/** Every chain in the order on the wire. */
export function showChains({ chains, facts }: TlsAddressReport, context: ChainContext): Section {
  const { fault } = facts.served;
  const unseen =
    fault === null ? [] : [unknownLine(`${chains.length === 0 ? 'unknown' : 'more chains: unknown'},`, fault.message, 4, context.paper)];
  const nothing = chains.length === 0 && fault === null ? [`    ${mark('neutral', 'none was shown', context.paper)}`] : [];
  return { title: 'Certificates', body: [...chains.map((chain) => showChain(chain, context)), ...nothing, ...unseen].join('\n') };
}

function showChain(judged: JudgedChain, context: ChainContext): string {
  const { chain, isServed } = judged;
  const { paper } = context;
  const kind = isServed ? `${chain.keyKind} chain, seen in ${labelOfVersion(chain.version)}` : 'chain that only a whole handshake showed';
  const rows = [
    ['trust', trustText(judged, paper)],
    ['host', hostText(chain, context)],
    ...(isServed ? [['staple', stapleText(chain, context)]] : []),
    ['timestamps', chain.certificateTimestamps === null ? mark('unknown', 'unknown', paper) : timestampsText(chain.certificateTimestamps)],
    ...chain.order.problems.map(({ kind: problem, indexes }) => ['order', problemText(problem, indexes, judged, paper)]),
  ];
  const certificates = chain.certificates.map((certificate, index) => showCertificate(certificate, index, context));
  return [`    ${kind}`, labelled(rows, 6, paper), ...certificates].join('\n');
}

function trustText({ trust }: JudgedChain, paper: Paper): string {
  if ('fault' in trust) return unknownText(trust.fault.message, paper);
  if (trust.trusted) return `${mark('good', 'trusted', paper)} by the ${trust.store}`;
  return `${mark('bad', 'not trusted', paper)} by the ${trust.store}: ${clean(meaningOf(trust.code))}`;
}

function hostText({ certificates, order }: DescribedChain, { host, paper }: ChainContext): string {
  const leaf = certificates[order.leafIndex ?? 0]?.facts ?? null;
  if (leaf === null) return mark('unknown', 'unknown: the certificate cannot be read', paper);
  return certificateCoversHost(leaf.subjectAltNames, host) ? mark('good', `for ${host}`, paper) : mark('bad', `not for ${host}`, paper);
}

const stapleMarks: { readonly [V in StapleVerdict]: Mark } = {
  good: 'good',
  revoked: 'bad',
  'unknown-to-responder': 'bad',
  expired: 'bad',
  'not-yet-valid': 'bad',
  'wrong-certificate': 'bad',
  'bad-signature': 'bad',
  malformed: 'unknown',
  'refused-by-responder': 'neutral',
  unverifiable: 'unknown',
};

function stapleText({ staple, mustStaple }: DescribedChain, { asOf, paper }: ChainContext): string {
  const demand = mustStaple === null ? ', whether it has to be is unknown' : mustStaple ? ', and it has to be (must-staple)' : '';
  if (staple === null) return mark(mustStaple === null ? 'unknown' : mustStaple ? 'bad' : 'neutral', `nothing is stapled${demand}`, paper);
  const { verdict, sentence } = judgeStapleFacts(staple, epochMs(asOf));
  return mark(stapleMarks[verdict], `${clean(sentence)}${mustStaple === true ? ' (must-staple)' : ''}`, paper);
}

function timestampsText(count: number): string {
  return count === 0 ? 'none in the certificate' : `${count} of certificate transparency logs`;
}

const problemWords: { readonly [K in ChainProblemKind]: string } = {
  unreadable: 'cannot be read',
  duplicate: 'is sent twice',
  'leaf-not-first': "is the server's own, and not sent first",
  'out-of-order': 'is sent before what it issued',
  superfluous: 'belongs to no path of the server',
  'missing-intermediate': 'came without its issuer',
  'root-included': 'is a root, which need not be sent',
  'too-many': 'was not looked at: no more than 16 are',
};

function problemText(kind: ChainProblemKind, indexes: readonly number[], { trust }: JudgedChain, paper: Paper): string {
  return mark(markOfProblem(kind, trust), `certificate ${indexes.map((index) => index + 1).join(', ')} ${problemWords[kind]}`, paper);
}

/** An issuer that is a root need not come. */
function markOfProblem(kind: ChainProblemKind, trust: JudgedChain['trust']): Mark {
  if (kind === 'unreadable') return 'unknown';
  if (kind !== 'missing-intermediate') return 'neutral';
  if ('fault' in trust) return 'unknown';
  return trust.trusted ? 'neutral' : 'bad';
}

function showCertificate({ facts, fault }: DescribedCertificate, index: number, context: ChainContext): string {
  const { paper } = context;
  if (facts === null) return unknownLine(`${index + 1}  unknown,`, fault?.message ?? 'it cannot be read', 6, paper);
  const rows = [
    ['issuer', facts.selfSigned ? 'itself' : clean(facts.issuer)],
    ['key', strengthText(keyText(facts), judgeKeyStrength(facts), paper)],
    [
      'signed',
      facts.selfSigned && index > 0
        ? describeSignature(facts)
        : strengthText(describeSignature(facts), judgeSignatureStrength(facts), paper),
    ],
    ['valid', validityText(facts, context)],
    ...(index === 0 ? [['names', namesText(facts)]] : []),
  ];
  return [`      ${index + 1}  ${clean(facts.subject) || '(no subject)'}`, labelled(rows, 9, paper)].join('\n');
}

function labelled(rows: readonly (readonly string[])[], indent: number, paper: Paper): string {
  return table(
    rows.map(([label = '', text = '']) => [dim(label, paper), text]),
    indent,
    paper,
  );
}

function keyText({ keyType, keyBits, curve }: CertificateFacts): string {
  if (isRsa({ keyType })) return `${keyType.toUpperCase()} ${keyBits ?? 'of unknown size'}${keyBits === null ? '' : ' bits'}`;
  return curve === null ? keyType : `${keyType.toUpperCase()} ${curve}, ${keyBits ?? 'unknown'} bits`;
}

function strengthText(text: string, strength: Strength, paper: Paper): string {
  if (strength === 'strong') return clean(text);
  return strength === 'weak' ? `${mark('bad', clean(text), paper)} (weak)` : `${mark('unknown', clean(text), paper)} (we cannot judge it)`;
}

const dayMs = 86_400_000;

/** `2026-11-01 to 2027-01-30, 66 of 90 days left (73 %)` */
function validityText({ validFrom, validTo }: CertificateFacts, { asOf, paper }: ChainContext): string {
  const [fromMs, toMs, nowMs] = [epochMs(validFrom), epochMs(validTo), epochMs(asOf)];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return mark('unknown', 'unknown: dates that cannot be read', paper);
  const dates = `${dayOf(validFrom)} to ${dayOf(validTo)}`;
  if (nowMs < fromMs) return `${mark('bad', 'not yet:', paper)} ${dates}`;
  if (nowMs > toMs) return `${mark('bad', 'expired:', paper)} ${dates}`;
  const share = Math.floor((100 * (toMs - nowMs)) / Math.max(1, toMs - fromMs));
  return `${dates}, ${Math.floor((toMs - nowMs) / dayMs)} of ${Math.ceil((toMs - fromMs) / dayMs)} days left (${share} %)`;
}

function dayOf(at: Timestamp): string {
  return at.slice(0, 10);
}

const mostNames = 20;

function namesText({ subjectAltNames }: CertificateFacts): string {
  if (subjectAltNames.length === 0) return 'none (the subject does not count)';
  const more = subjectAltNames.length - mostNames;
  const shown = subjectAltNames.slice(0, mostNames).map((name) => clean(shortName(name)));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
