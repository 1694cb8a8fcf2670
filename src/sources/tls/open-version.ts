import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import type { VersionFact } from '../../transport/tls-facts.ts';
import { isHelloOf, type Notes } from './audit-notes.ts';
import type { Choice } from './eliminate.ts';
import type { Hello, HelloAnswer, ReadUntil } from './hello.ts';
import { fewSuites, type HelloForm, helloOf, mayStaple, otherForms, suiteChunks } from './hello-forms.ts';
import { isHangUp } from './pacing.ts';
import { noEndInTime } from './socket-faults.ts';
import { internalErrorAlert, isDoubtful, isSilentRefusal, probeOfAlert, probeOfHello, protocolVersionAlert } from './version-probes.ts';

/** Suites that are asked for together, and what was chosen of them when they were asked for first. */
export interface SuiteChunk {
  readonly offered: readonly number[];
  /** Null: they were not asked for yet. */
  readonly first: Choice | null;
}

/** What one version came to. */
export interface OpenedVersion {
  readonly version: ProtocolVersion;
  readonly probe: VersionFact;
  /** How a hello must be made for this peer. */
  readonly form: HelloForm;
  readonly chunks: readonly SuiteChunk[];
  /** Every hello to which it answered `Yes`; the first proves later that it still would. */
  readonly accepted: readonly Hello[];
  /** Groups that it chose on the way. */
  readonly groups: readonly number[];
}

export interface AskedHello {
  readonly hello: Hello;
  readonly offered: readonly number[];
  readonly answer: HelloAnswer;
}

/** Asks whether the peer accepts a version at all, with every suite that there is. */
export async function openVersion(notes: Notes, version: ProtocolVersion, serverName: string | null): Promise<OpenedVersion> {
  const full = await askInForm(notes, version, serverName, 'full');
  const opened = openedBy(version, 'full', full);
  if (opened.probe.outcome === 'offered' || !mayBearLess(version, full)) return opened;
  const other = await openInOtherForm(notes, version, serverName);
  if (other === null) return opened;
  // Only now is it known that the peer accepts something, and that it hangs up on this rather than on us.
  const again = openedBy(version, 'full', await askInForm(notes, version, serverName, 'full'));
  return again.probe.outcome === 'offered' ? again : other;
}

/** Null: it does not accept the version in those either. */
async function openInOtherForm(notes: Notes, version: ProtocolVersion, serverName: string | null): Promise<OpenedVersion | null> {
  return await openInForms(notes, version, serverName, otherForms(version), [fewSuites(version)]);
}

/** With every suite, where the peer is known to bear no other form, or nothing is accepted at all. */
export async function openInForm(
  notes: Notes,
  version: ProtocolVersion,
  serverName: string | null,
  form: HelloForm,
): Promise<OpenedVersion | null> {
  return await openInForms(notes, version, serverName, [form], suiteChunks(version, form));
}

async function openInForms(
  notes: Notes,
  version: ProtocolVersion,
  serverName: string | null,
  forms: readonly HelloForm[],
  chunks: readonly (readonly number[])[],
): Promise<OpenedVersion | null> {
  const asked = await Promise.all(
    forms.map(async (form) => ({
      form,
      asked: await Promise.all(chunks.map((offered) => askFor(notes, helloFor(version, serverName, form, offered)))),
    })),
  );
  const taken = asked.find((one) => one.asked.some(({ answer }) => isHelloOf(answer, version)));
  return taken === undefined ? null : openedBy(version, taken.form, taken.asked);
}

/** In TLS 1.2, which most accept, everything at once; else the rest only where the first does not settle it. */
async function askInForm(
  notes: Notes,
  version: ProtocolVersion,
  serverName: string | null,
  form: HelloForm,
): Promise<readonly AskedHello[]> {
  const [first = [], ...rest] = suiteChunks(version, form);
  const askChunk = (offered: readonly number[]): Promise<AskedHello> => askFor(notes, helloFor(version, serverName, form, offered));
  if (version === 'TLSv1.2') return await Promise.all([first, ...rest].map(askChunk));
  const asked = await askChunk(first);
  if (isInternalError(asked)) return [asked, await askChunk(rest[0] ?? first)];
  return isSettled(version, asked.answer) ? [asked] : [asked, ...(await Promise.all(rest.map(askChunk)))];
}

/** Says nothing when it is said once. */
function isInternalError({ answer }: AskedHello): boolean {
  return answer.kind === 'alert' && answer.alert === internalErrorAlert;
}

/** A first hello asks for all that can be seen on the way. */
function helloFor(version: ProtocolVersion, serverName: string | null, form: HelloForm, offered: readonly number[]): Hello {
  const isModern = version === 'TLSv1.3';
  const extras: Partial<Hello> = form === 'full' && !isModern ? { alpn: ['h2', 'http/1.1'], compressions: [1, 0] } : {};
  // A server without TLS 1.3 should be able to say what it would choose instead.
  const suites = isModern ? [...offered, ...fewSuites('TLSv1.2')] : offered;
  return helloOf(version, serverName, form, { suites, asksStaple: mayStaple(version, form), ...extras });
}

const noApplicationProtocol = 120;

/** Who speaks none of the protocols that we name would refuse us for that. */
async function askFor(notes: Notes, hello: Hello): Promise<AskedHello> {
  const until = hello.version === 'TLSv1.3' ? 'hello' : 'flight';
  const answer = await askFlight(notes, hello, until);
  if (answer.kind !== 'alert' || answer.alert !== noApplicationProtocol) return { hello, offered: hello.suites, answer };
  const without = { ...hello, alpn: [] };
  return { hello: without, offered: hello.suites, answer: await askFlight(notes, without, until) };
}

/** What was chosen stands, though the peer falls silent after it. */
async function askFlight(notes: Notes, hello: Hello, until: ReadUntil): Promise<HelloAnswer> {
  const answer = await notes.ask(hello, until);
  if (until === 'hello' || answer.kind !== 'fault' || answer.fault !== noEndInTime) return answer;
  const alone = await notes.ask(hello, 'hello');
  return alone.kind === 'hello' ? alone : answer;
}

function isSettled(version: ProtocolVersion, answer: HelloAnswer): boolean {
  if (answer.kind === 'alert') return answer.alert === protocolVersionAlert || choiceOf(version, answer).kind === 'unclear';
  return answer.kind === 'hello' || answer.kind === 'foreign' || answer.kind === 'fault';
}

function openedBy(version: ProtocolVersion, form: HelloForm, asked: readonly AskedHello[]): OpenedVersion {
  const accepted = asked.filter(({ answer }) => isHelloOf(answer, version));
  const chunks = suiteChunks(version, form).map((offered) => {
    const found = asked.find((one) => offered.every((code) => one.offered.includes(code)));
    // Before anything was accepted, hanging up said nothing.
    return { offered, first: found === undefined || isHangUp(found.answer) ? null : choiceOf(version, found.answer) };
  });
  const groups = accepted.flatMap(({ answer }) => (answer.kind === 'hello' && answer.group !== null ? [answer.group] : []));
  return {
    version,
    form,
    chunks,
    probe: probeOfAll(version, asked),
    accepted: accepted.map(({ hello }) => hello),
    groups: [...new Set(groups)],
  };
}

/** The word that settles it, else what is known least: one part that is not known may be the one that is accepted. */
function probeOfAll(version: ProtocolVersion, asked: readonly AskedHello[]): VersionFact {
  const internal = asked.filter(isInternalError);
  if (internal.length >= 2 && internal.length === asked.length) return { outcome: 'refused', by: 'alert', alert: internalErrorAlert };
  const probes = asked.map(({ answer }) => probeOfHello(version, answer));
  const [first] = probes;
  return (
    probes.find(({ outcome }) => outcome === 'offered') ??
    probes.find((probe) => probe.outcome === 'refused' && !isDoubtful(probe)) ??
    probes.find(({ outcome }) => outcome === 'fault') ??
    probes.find(isSilentRefusal) ??
    first ?? { outcome: 'fault', fault: { code: 'defect', message: 'it was not asked for' } }
  );
}

/** unexpected_message, illegal_parameter, decode_error, unsupported_extension: said of a hello that is not understood. */
const notUnderstood: ReadonlySet<number> = new Set([10, 47, 50, 110]);

/** Its answers may be about how the hello was made. In TLS 1.3 whoever does not name the version may only miss a key share. */
export function isNotUnderstood(probe: VersionFact): boolean {
  if (probe.outcome === 'fault') return probe.fault.code === 'timeout';
  return probe.outcome === 'refused' && (isSilentRefusal(probe) || (probe.by === 'alert' && notUnderstood.has(probe.alert)));
}

function mayBearLess(version: ProtocolVersion, asked: readonly AskedHello[]): boolean {
  return asked.every(({ answer }) => {
    if (answer.kind === 'alert')
      return (
        notUnderstood.has(answer.alert) ||
        (version === 'TLSv1.3' && choiceOf(version, answer).kind === 'refused' && answer.alert !== protocolVersionAlert)
      );
    return answer.kind === 'close' || answer.kind === 'reset' || (answer.kind === 'fault' && answer.fault.code === 'timeout');
  });
}

/** Which of the offered suites was chosen. */
export function choiceOf(version: ProtocolVersion, answer: HelloAnswer): Choice {
  if (isHelloOf(answer, version)) return { kind: 'took', code: answer.suite };
  if (answer.kind === 'alert') {
    const probe = probeOfAlert(answer.alert);
    return probe.outcome === 'fault'
      ? { kind: 'unclear', fault: probe.fault, isInternalError: answer.alert === internalErrorAlert }
      : { kind: 'refused' };
  }
  const probe = probeOfHello(version, answer);
  return probe.outcome === 'fault' ? { kind: 'fault', fault: probe.fault } : { kind: 'refused' };
}
