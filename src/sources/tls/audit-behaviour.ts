import type { Fault } from '../../domain/fault.ts';
import type { Answered, Behaviour, TlsAddress, VersionFact } from '../../transport/tls-facts.ts';
import { type AcceptedNote, acceptedNotes, isHelloOf, type Notes } from './audit-notes.ts';
import type { HelloAnswer, ServerFlight } from './hello.ts';
import type { OpenedVersion } from './open-version.ts';

const doesNotArise = { is: null } as const;
const newestFirst = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSLv3'] as const;

/** RFC 7507. */
const inappropriateFallback = 86;

/** Asks once more for the second newest version, as a client would that was refused the newest. Null: there is none so far. */
export async function askFallback(notes: Notes, opened: readonly OpenedVersion[]): Promise<Answered<boolean> | null> {
  const accepted = newestFirst.flatMap((version) => opened.filter((one) => one.version === version && isOffered(one.probe)));
  const [, older] = accepted;
  const hello = older?.accepted[0];
  if (older === undefined || hello === undefined) return null;
  const answer = await notes.ask({ ...hello, isFallback: true }, 'hello');
  if (isHelloOf(answer, older.version)) return { is: false };
  if (answer.kind === 'alert' && answer.alert === inappropriateFallback) return { is: true };
  return { fault: answer.kind === 'fault' ? answer.fault : unexpected(answer) };
}

function unexpected(answer: HelloAnswer): Fault {
  const act = answer.kind === 'alert' ? `TLS alert ${answer.alert}` : answer.kind;
  return { code: 'partial', message: `the peer answers a hello that fell back with ${act}, which says nothing of the fallback` };
}

/** What the flights of the newest version before TLS 1.3 show. */
export function behaviourOf(
  notes: Notes,
  serverName: string | null,
  protocols: TlsAddress['protocols'],
  refusesFallback: Answered<boolean> | null,
): Behaviour {
  const version = newestFirst.slice(1).find((one) => isOffered(protocols[one])) ?? null;
  const flights = version === null ? [] : acceptedNotes(notes, version, serverName);
  // The first hellos ask for everything; a hello of another form may not.
  const asked = flights.find(({ hello }) => hello.compressions.includes(1)) ?? flights[0] ?? null;
  const flight = asked?.answer ?? null;
  const unseen = unlessUnknown(newestFirst.slice(1).map((one) => protocols[one]));
  const read = <Value>(of: (seen: ServerFlight) => Value): Answered<Value> => (flight === null ? unseen : { is: of(flight) });
  const asksCompression = asked === null || asked.hello.compressions.includes(1);
  const bearsExtensions = asked?.hello.hasExtensions ?? true;
  return {
    // Which versions are refused is known only now that it is proven.
    refusesFallback: refusesFallback ?? unlessUnknown(Object.values(protocols)),
    secureRenegotiation: read((seen) => seen.secureRenegotiation),
    compression: asksCompression ? read((seen) => seen.compression !== 0) : { fault: notAskable },
    extendedMasterSecret: bearsExtensions ? read((seen) => seen.extendedMasterSecret) : { is: false },
    downgradeSentinel: sentinelOf(flight, protocols['TLSv1.3'], unseen),
    alpn: alpnOf(notes, flights, protocols),
  };
}

const notAskable: Fault = { code: 'unsupported', message: 'the peer does not bear a hello that asks for this' };

function sentinelOf(older: ServerFlight | null, modern: VersionFact, unseen: Answered<boolean>): Answered<boolean> {
  if (modern.outcome === 'fault') return { fault: modern.fault };
  if (modern.outcome === 'refused') return doesNotArise;
  return older === null ? unseen : { is: older.hasDowngradeSentinel };
}

const encrypted: Fault = { code: 'partial', message: 'in TLS 1.3 the protocol is only named once a handshake is completed' };
const noApplicationProtocol = 120;

function alpnOf(notes: Notes, flights: readonly AcceptedNote[], protocols: TlsAddress['protocols']): Answered<string> {
  const asked = flights.find(({ hello }) => hello.alpn.length > 0);
  if (asked !== undefined) return { is: asked.answer.alpn };
  // It was accepted only without.
  if (notes.all.some(({ answer }) => answer.kind === 'alert' && answer.alert === noApplicationProtocol)) return doesNotArise;
  if (flights.length > 0) return { fault: notAskable };
  return isOffered(protocols['TLSv1.3']) ? { fault: encrypted } : unlessUnknown(newestFirst.map((version) => protocols[version]));
}

function isOffered(probe: VersionFact): boolean {
  return probe.outcome === 'offered';
}

/** What is not known may be there. */
function unlessUnknown(probes: readonly VersionFact[]): { readonly is: null } | { readonly fault: Fault } {
  const fault = firstFaultOf(probes);
  return fault === null ? doesNotArise : { fault };
}

export function firstFaultOf(probes: readonly VersionFact[]): Fault | null {
  return probes.find((probe) => probe.outcome === 'fault')?.fault ?? null;
}
