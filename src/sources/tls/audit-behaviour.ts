import type { Fault } from '../../domain/fault.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import type { Answered, Behaviour, VersionFact } from '../../transport/tls-facts.ts';
import { acceptedNotes, isHelloOf, type Notes } from './audit-notes.ts';
import type { HelloAnswer, ServerFlight } from './hello.ts';
import type { OpenedVersion } from './open-version.ts';

const doesNotArise = { is: null } as const;
const newestFirst = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSLv3'] as const;

/** RFC 7507. */
const inappropriateFallback = 86;

/** Asks once more for the second newest version, as a client would that was refused the newest. */
export async function askFallback(notes: Notes, opened: readonly OpenedVersion[]): Promise<Answered<boolean>> {
  const [newest, older] = newestFirst
    .map((version) => opened.find((one) => one.version === version && isOffered(one.probe)))
    .filter(isOpened);
  const hello = older?.accepted[0];
  if (newest === undefined || older === undefined || hello === undefined) return olderUnknown(opened) ?? doesNotArise;
  const answer = await notes.ask({ ...hello, isFallback: true }, 'hello');
  if (isHelloOf(answer, older.version)) return { is: false };
  if (answer.kind === 'alert' && answer.alert === inappropriateFallback) return { is: true };
  return { fault: answer.kind === 'fault' ? answer.fault : unexpected(answer) };
}

function unexpected(answer: HelloAnswer): Fault {
  const act = answer.kind === 'alert' ? `TLS alert ${answer.alert}` : answer.kind;
  return { code: 'partial', message: `the peer answers a hello that fell back with ${act}, which says nothing of the fallback` };
}

/** Where only one version was seen, and others may be there. */
function olderUnknown(opened: readonly OpenedVersion[]): { readonly fault: Fault } | null {
  const accepted = opened.filter(({ probe }) => isOffered(probe)).length;
  return accepted === 1 ? faultOf(opened.map(({ probe }) => probe)) : null;
}

/** What the flights of the newest version before TLS 1.3 show. */
export function behaviourOf(
  notes: Notes,
  serverName: string | null,
  protocols: { readonly [V in ProtocolVersion]: VersionFact },
  refusesFallback: Answered<boolean>,
): Behaviour {
  const version = newestFirst.slice(1).find((one) => isOffered(protocols[one])) ?? null;
  const flights = version === null ? [] : acceptedNotes(notes, version, serverName);
  // The first hellos ask for everything; a hello of another form may not.
  const asked = flights.find(({ hello }) => hello.compressions.includes(1)) ?? flights[0] ?? null;
  const flight = asked?.answer ?? null;
  const unseen = faultOf(newestFirst.slice(1).map((one) => protocols[one])) ?? doesNotArise;
  const read = <Value>(of: (seen: ServerFlight) => Value): Answered<Value> => (flight === null ? unseen : { is: of(flight) });
  const asksCompression = asked === null || asked.hello.compressions.includes(1);
  const bearsExtensions = asked?.hello.hasExtensions ?? true;
  return {
    refusesFallback,
    secureRenegotiation: read((seen) => seen.secureRenegotiation),
    compression: asksCompression ? read((seen) => seen.compression !== 0) : { fault: notAskable },
    extendedMasterSecret: bearsExtensions ? read((seen) => seen.extendedMasterSecret) : { is: false },
    downgradeSentinel: sentinelOf(flight, protocols['TLSv1.3']),
    alpn: alpnOf(
      flights.map(({ hello, answer }) => ({ isAsked: hello.alpn.length > 0, alpn: answer.alpn })),
      notes,
    ),
  };
}

const notAskable: Fault = { code: 'unsupported', message: 'the peer does not bear a hello that asks for this' };

function sentinelOf(older: ServerFlight | null, modern: VersionFact): Answered<boolean> {
  if (older === null) return doesNotArise;
  if (modern.outcome === 'fault') return { fault: modern.fault };
  return modern.outcome === 'offered' ? { is: older.hasDowngradeSentinel } : doesNotArise;
}

const encrypted: Fault = { code: 'partial', message: 'in TLS 1.3 the protocol is only named once a handshake is completed' };
const noApplicationProtocol = 120;

function alpnOf(flights: readonly { readonly isAsked: boolean; readonly alpn: string | null }[], notes: Notes): Answered<string> {
  const asked = flights.find(({ isAsked }) => isAsked);
  if (asked !== undefined) return { is: asked.alpn };
  const isRefused = notes.all.some(({ answer }) => answer.kind === 'alert' && answer.alert === noApplicationProtocol);
  if (isRefused) return doesNotArise;
  return { fault: flights.length === 0 ? encrypted : notAskable };
}

function isOffered(probe: VersionFact): boolean {
  return probe.outcome === 'offered';
}

function isOpened(opened: OpenedVersion | undefined): opened is OpenedVersion {
  return opened !== undefined;
}

function faultOf(probes: readonly VersionFact[]): { readonly fault: Fault } | null {
  const found = probes.find((probe) => probe.outcome === 'fault');
  return found === undefined ? null : { fault: found.fault };
}
