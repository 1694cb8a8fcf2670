import { X509Certificate } from 'node:crypto';
import type { Fault } from '../../domain/fault.ts';
import { protocolVersions } from '../../transport/protocol-versions.ts';
import type { Served, ServedChain, SuitesOfVersion, TlsAddress } from '../../transport/tls-facts.ts';
import { firstFaultOf } from './audit-behaviour.ts';
import { type AcceptedNote, acceptedNotes, type Notes } from './audit-notes.ts';

/** The chains that came on the way, each once, as the newest version shows it. Each kind of key has suites of its own, so that all suites show all chains. */
export function servedBefore13(
  notes: Notes,
  serverName: string | null,
  suites: TlsAddress['suites'],
  protocols: TlsAddress['protocols'],
): Served {
  const newestFirst = protocolVersions.map(({ name }) => name).toReversed();
  const seen = newestFirst.flatMap((version) => acceptedNotes(notes, version, serverName)).filter(hasChain);
  const byChain = Map.groupBy(seen, ({ answer }) => answer.certificates.map((der) => der.toString('base64')).join(' '));
  const all = [...byChain.values()].flatMap((same) => asChain(same)).toSorted(compareChains);
  const fault = findFault(suites, protocols) ?? (all.length === 0 ? whyNone(protocols) : null);
  return { chains: all.slice(0, mostChains), fault: all.length > mostChains ? tooMany : fault };
}

/** Who shows another to each hello has none that could be told. */
const mostChains = 16;
const tooMany: Fault = { code: 'partial', message: `the peer shows more than ${mostChains} different chains` };

/** Nothing is left open: suites that need none are the only ones. */
function whyNone(protocols: TlsAddress['protocols']): Fault {
  if (Object.values(protocols).some(({ outcome }) => outcome === 'offered')) return nothingShown;
  return { code: 'denied', message: 'the peer refuses every version' };
}

/** Until a handshake of TLS 1.3 tells more. */
export const nothingSeen: Fault = { code: 'partial', message: 'no certificate can be seen before a handshake in TLS 1.3 is completed' };

const nothingShown: Fault = { code: 'denied', message: 'the peer shows no certificate with any suite that it accepts' };

function hasChain({ answer }: AcceptedNote): boolean {
  return answer.certificates.length > 0;
}

/** Some servers have a staple only some time after they were asked for one first. */
function asChain(same: readonly AcceptedNote[]): readonly ServedChain[] {
  const [newest] = same;
  const leaf = newest?.answer.certificates[0];
  if (newest === undefined || leaf === undefined) return [];
  const staples = same.filter(({ hello }) => hello.version === newest.hello.version).flatMap(({ answer }) => answer.staple ?? []);
  return [
    {
      keyKind: keyKindOf(leaf),
      version: newest.hello.version,
      certificates: newest.answer.certificates.map((der) => der.toString('base64')),
      staple:
        staples
          .map((der) => der.toString('base64'))
          .toSorted()
          .at(-1) ?? null,
    },
  ];
}

const keyKinds: ReadonlyMap<string, ServedChain['keyKind']> = new Map([
  ['rsa', 'rsa'],
  ['rsa-pss', 'rsa-pss'],
  ['ec', 'ecdsa'],
  ['ed25519', 'eddsa'],
  ['ed448', 'eddsa'],
]);

export function keyKindOf(leaf: Buffer): ServedChain['keyKind'] {
  try {
    return keyKinds.get(new X509Certificate(leaf).publicKey.asymmetricKeyType ?? '') ?? 'other';
  } catch {
    // What OpenSSL cannot read is still what was served.
    return 'other';
  }
}

function compareChains(a: ServedChain, b: ServedChain): number {
  const [left, right] = [a, b].map(({ keyKind, certificates }) => `${keyKind} ${certificates.join(' ')}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** Whose suites are not all known may have another chain, and so may a version that could not be tried. TLS 1.3 shows none in the clear. */
function findFault(suites: TlsAddress['suites'], protocols: TlsAddress['protocols']): Fault | null {
  const older = Object.entries(suites).filter(([version]) => version !== 'TLSv1.3');
  const ofSuites = older.map(([, { fault }]: readonly [string, SuitesOfVersion]) => fault).find((fault) => fault !== null);
  return ofSuites ?? firstFaultOf(Object.values(protocols)) ?? (protocols['TLSv1.3'].outcome === 'offered' ? nothingSeen : null);
}
