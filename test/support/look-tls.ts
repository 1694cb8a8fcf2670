import { z } from 'zod';
import { type Fault, faultCodes } from '../../src/domain/fault.ts';
import type { Observation } from '../../src/domain/look.ts';
import { tlsSource } from '../../src/sources/tls/tls-source.ts';
import { type CipherSuite, suiteOfName } from '../../src/transport/cipher-suites.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const probe = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('offered') }),
  z.strictObject({ outcome: z.literal('refused'), by: z.enum(['alert', 'close', 'reset', 'other-version']), alert: z.number().optional() }),
  z.strictObject({ outcome: z.literal('fault'), fault }),
]);
const listed = z.strictObject({ accepted: z.array(z.string()), fault: fault.nullable() });
const suitesOfVersion = listed.extend({ order: z.enum(['server', 'client']).nullable(), preferred: z.string().nullable() });
const version = z.enum(['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
const answered = <Value extends z.ZodType>(value: Value) => z.union([z.strictObject({ is: value.nullable() }), z.strictObject({ fault })]);
const behaviour = z.strictObject({
  refusesFallback: answered(z.boolean()),
  secureRenegotiation: answered(z.boolean()),
  compression: answered(z.boolean()),
  extendedMasterSecret: answered(z.boolean()),
  downgradeSentinel: answered(z.boolean()),
  alpn: answered(z.string()),
});
const chain = z.strictObject({
  keyKind: z.enum(['rsa', 'rsa-pss', 'ecdsa', 'eddsa', 'other']),
  version,
  certificates: z.array(z.string()),
  staple: z.string().nullable(),
});
const nameAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('answered'),
    version,
    suite: z.string(),
    certificate: z.string().nullable(),
    moreVersions: z.array(version),
  }),
  z.strictObject({ outcome: z.literal('refused'), by: z.enum(['alert', 'close', 'reset']) }),
  z.strictObject({ outcome: z.literal('fault'), fault }),
]);
const handshake = z.strictObject({
  protocol: z.string(),
  cipherSuite: z.string(),
  keyExchange: z.strictObject({ type: z.string(), name: z.string().nullable(), bits: z.number().nullable() }).nullable(),
  alpn: z.string().nullable(),
  clientCertificateRequested: z.boolean().nullable(),
  chain: z.array(z.string()),
  trust: z.strictObject({
    trusted: z.boolean(),
    code: z.string().nullable(),
    store: z.strictObject({ name: z.string(), sha256: z.string().length(64) }),
  }),
});
const addressFact = z.strictObject({
  address: z.string(),
  family: z.union([z.literal(4), z.literal(6)]),
  addressClass: z.string(),
  protocols: z.strictObject({ SSLv3: probe, TLSv1: probe, 'TLSv1.1': probe, 'TLSv1.2': probe, 'TLSv1.3': probe }),
  suites: z.partialRecord(version, suitesOfVersion),
  groups: z.partialRecord(z.enum(['TLSv1.2', 'TLSv1.3']), listed),
  dhBits: z.array(z.number()),
  behaviour,
  served: z.strictObject({ chains: z.array(chain), fault: fault.nullable() }),
  otherNames: z.strictObject({ none: nameAnswer, unknown: nameAnswer }).nullable(),
  oddities: z.array(z.enum(['extension-intolerant', 'size-intolerant', 'suite-not-offered', 'version-intolerant', 'warning-first'])),
  plaintext: z.string().nullable(),
  handshake: z.union([handshake, z.strictObject({ fault })]),
  trustOfChains: z.array(
    z.union([
      z.strictObject({ leafSha256: z.string().length(64), trusted: z.boolean(), code: z.string().nullable() }),
      z.strictObject({ leafSha256: z.string().length(64), fault }),
    ]),
  ),
});

export type SeenHandshake = z.infer<typeof handshake>;
export type SeenAddress = z.infer<typeof addressFact>;
/** The fact whole, for comparisons, and the one address that loopback tests have. */
export type SeenTls = { readonly address: SeenAddress; readonly fact: unknown } | { readonly fault: Fault };

export interface LookTlsOptions {
  readonly host?: string;
  readonly port: number;
  readonly extraRoots?: readonly string[];
  readonly subjectDeadlineMs?: number;
  readonly resolver?: readonly string[];
}

/** One look of the TLS source at one endpoint on 127.0.0.1. */
export async function lookTls(options: LookTlsOptions, source = tlsSource.create()): Promise<SeenTls> {
  const host = options.host ?? 'localhost';
  const observations: Observation[] = [];
  const looked = source.look({
    subjects: [{ kind: 'endpoint', id: `${host}:${options.port}`, host, port: options.port, httpPort: 80, httpPaths: ['/'] }],
    options: { extraRoots: options.extraRoots ?? [], addressFamilies: ['ipv4'] },
    vantage: { name: 'test', external: false, egressAddress: null, resolver: options.resolver ?? ['system'] },
    concurrency: 1,
    subjectDeadlineMs: options.subjectDeadlineMs ?? 20_000,
    signal: new AbortController().signal,
  });
  for await (const observation of looked) observations.push(observation);
  const [observation] = observations;
  if (observations.length !== 1 || observation === undefined) throw new Error(`expected one observation, got ${observations.length}`);
  if (observation.thrown !== undefined) throw new Error('the source threw', { cause: observation.thrown });
  const seen = observation.seen['tls'];
  if (seen === undefined) throw new Error('expected the fact "tls"');
  if ('fault' in seen) return seen;
  const { addresses } = z.strictObject({ addresses: z.tuple([addressFact]), differences: z.array(z.never()) }).parse(seen.fact);
  return { address: addresses[0], fact: seen.fact };
}

/** @throws Error where the look brought a fault. */
export function addressOf(seen: SeenTls): SeenAddress {
  if ('fault' in seen) throw new Error(`expected a fact, got ${seen.fault.code}: ${seen.fault.message}`);
  return seen.address;
}

/** @throws Error where no handshake was completed. */
export function handshakeOf(seen: SeenTls): SeenHandshake {
  const { handshake: shown } = addressOf(seen);
  if ('fault' in shown) throw new Error(`expected a handshake, got ${shown.fault.code}: ${shown.fault.message}`);
  return shown;
}

export function offeredBy(seen: SeenTls): readonly string[] {
  return Object.entries(addressOf(seen).protocols).flatMap(([version, { outcome }]) => (outcome === 'offered' ? [version] : []));
}

export function outcomesOf(seen: SeenTls): readonly string[] {
  return [...new Set(Object.values(addressOf(seen).protocols).map(({ outcome }) => outcome))].toSorted();
}

const kinds: { readonly [kind: string]: (suite: CipherSuite) => boolean } = {
  'below-256': ({ brokenBy, keyBits }) => brokenBy === null && keyBits < 256,
  broken: ({ brokenBy }) => brokenBy !== null,
  'not-forward-secret-aead': ({ brokenBy, isAead, isForwardSecret }) => brokenBy === null && !(isAead && isForwardSecret),
};

/** `TLSv1.2 below-256: TLS_...`, for each kind of suite of which one is accepted or could not be asked for; the first by the registry's codes. */
export function suitesBy(seen: SeenTls): readonly string[] {
  return Object.entries(addressOf(seen).suites).flatMap(([name, list]) => {
    if (list === undefined) return [];
    const wanted = Object.entries(kinds).filter(([kind]) => kind !== 'not-forward-secret-aead' || name === 'TLSv1.2');
    return wanted.flatMap(([kind, belongs]) => {
      const first = list.accepted.find((suite) => belongs(suiteOfName(suite) ?? unknownSuite(suite)));
      if (first !== undefined) return [`${name} ${kind}: ${first}`];
      return list.fault === null ? [] : [`${name} ${kind}: ${list.fault.code}`];
    });
  });
}

function unknownSuite(name: string): never {
  throw new Error(`no suite is called ${name}`);
}
