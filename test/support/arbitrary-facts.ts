import fc from 'fast-check';
import { faultCodes } from '../../src/domain/fault.ts';
import type { Json } from '../../src/domain/json.ts';
import { protocolVersions } from '../../src/transport/protocol-versions.ts';

/**
 * Facts of one endpoint in parts, each of which is one thing that could be seen or not (a probe, a handshake, a path).
 * A new check on these kinds of facts is tested with them by itself.
 */

export const fault = fc.constantFrom(...faultCodes).map((code) => ({ code, message: `could not be seen (${code})` }));
const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1');
const addresses = fc.uniqueArray(address, { minLength: 1, maxLength: 3 });
const versionNames = protocolVersions.map(({ name }) => name);

const probe: fc.Arbitrary<Json> = fc.oneof(
  fc.constant({ outcome: 'offered' }),
  fc.constantFrom('alert', 'close', 'reset').map((by) => ({ outcome: 'refused', by })),
);
/** Suites that an accepted version was asked for: one part a version. */
const suitesOf = fc
  .record({
    'below-256': fc.constantFrom('TLS_RSA_WITH_AES_128_CBC_SHA', null),
    broken: fc.constantFrom('TLS_RSA_WITH_RC4_128_SHA', null, null),
    'not-forward-secret-aead': fc.constantFrom('TLS_RSA_WITH_AES_128_CBC_SHA', null, null),
  })
  .map((offers) =>
    Object.fromEntries(
      Object.entries(offers).map(([offer, suite]) => [
        offer,
        suite === null ? { outcome: 'refused', by: 'alert' } : { outcome: 'offered', suite },
      ]),
    ),
  );
const handshake: fc.Arbitrary<Json> = fc.record({
  trust: fc.constantFrom(
    { trusted: true, code: null, store: { name: 'pinned roots' } },
    { trusted: false, code: 'CERT_HAS_EXPIRED', store: { name: 'pinned roots' } },
  ),
  cipherSuite: fc.constantFrom('TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384', 'TLS_RSA_WITH_AES_128_CBC_SHA'),
});
const suitesPart = (version: string): string => `suites ${version}`;
const faultyOffers = (cause: Json): Json =>
  Object.fromEntries(['below-256', 'broken', 'not-forward-secret-aead'].map((offer) => [offer, { outcome: 'fault', fault: cause }]));
const signature = fc.constantFrom(
  { signatureAlgorithm: 'sha256WithRSAEncryption', signatureHash: 'sha256' },
  { signatureAlgorithm: 'sha256WithRSAEncryption', signatureHash: 'sha256' },
  { signatureAlgorithm: 'sha1WithRSAEncryption', signatureHash: 'sha1' },
  { signatureAlgorithm: 'rsassaPss', signatureHash: null },
);
const unsigned = fc.record({
  subject: fc.constant('CN=shop.example.com'),
  issuer: fc.constant('CN=Authority'),
  serialNumber: fc.constant('01'),
  validFrom: fc.constant('2026-09-01T00:00:00.000Z'),
  validTo: fc.oneof(
    { weight: 4, arbitrary: fc.constant('2027-09-01T00:00:00.000Z') },
    fc.constantFrom('2026-11-23T00:00:00.000Z', '2026-12-01T00:00:00.000Z', '2031-09-01T00:00:00.000Z'),
  ),
  keyType: fc.constantFrom('rsa', 'rsa', 'rsa', 'dsa'),
  keyBits: fc.constantFrom(2048, 4096, 4096, 1024),
  curve: fc.constant(null),
  subjectAltNames: fc.constantFrom(['DNS:shop.example.com'], ['DNS:*.example.com'], ['DNS:other.test']),
  fingerprintSha256: fc.constant('ab'),
  selfSigned: fc.constantFrom(false, false, true),
});
const certificate: fc.Arbitrary<Json> = fc.tuple(unsigned, signature).map(([rest, signed]) => ({ ...rest, ...signed }));
const pathAnswer: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(301, 308, 302).map((status) => ({ status, location: 'https://shop.example.com/' })) },
  { weight: 1, arbitrary: fc.constant({ status: 301, location: 'https://www.example.com/' }) },
  { weight: 3, arbitrary: fc.constantFrom(200, 404).map((status) => ({ status, location: null })) },
);

const seldom = <T>(good: T, ...bad: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...bad) });
const secureAnswer: fc.Arbitrary<Json> = fc.record({
  status: seldom(200, 301, 404, 503),
  location: seldom<string | null>(null, 'http://shop.example.com/', 'https://www.example.com/'),
  strictTransportSecurity: seldom<readonly string[]>(['max-age=63072000; includeSubDomains'], [], ['max-age=300'], ['max-age=0']),
  answeredWithin: seldom(0.1, 2.5, 5),
  products: seldom<readonly Json[]>([], [{ header: 'server', value: 'nginx' }], [{ header: 'server', value: 'nginx/1.22.1' }]),
  disclosures: seldom<readonly Json[]>([], [{ where: 'body', what: 'service', text: 'azurewebsites.net (App Service)' }]),
});
const securePaths = [
  { path: '/', kind: 'configured' },
  { path: '/api', kind: 'configured' },
  { path: '/.claimwatch/no-such-page', kind: 'error-page' },
] as const;

/** Per kind: which parts an address has, what each may show, and the address put together from them. */
interface Shape {
  readonly parts: readonly string[];
  readonly seen: (part: string) => fc.Arbitrary<Json>;
  readonly build: (address: string, part: (name: string) => Part) => Json;
}
type Part = { readonly seen: Json } | { readonly fault: Json };

const shapes: { readonly [kind: string]: Shape } = {
  tls: {
    parts: [...versionNames, ...versionNames.map(suitesPart), 'handshake'],
    seen: (part) => (part === 'handshake' ? handshake : part.startsWith('suites ') ? suitesOf : probe),
    build: (at, part) => ({
      address: at,
      family: 4,
      addressClass: 'public',
      plaintext: null,
      protocols: Object.fromEntries(
        versionNames.map((name) => [
          name,
          faultOr(
            part(name),
            (seen) => seen,
            (cause) => ({ outcome: 'fault', fault: cause }),
          ),
        ]),
      ),
      suites: Object.fromEntries(versionNames.map((name) => [name, faultOr(part(suitesPart(name)), (seen) => seen, faultyOffers)])),
      handshake: faultOr(
        part('handshake'),
        (seen) => ({ ...(seen as object), chain: [] }),
        (cause) => ({ fault: cause }),
      ),
    }),
  },
  certificates: {
    parts: ['chain'],
    seen: () => fc.array(certificate, { minLength: 1, maxLength: 3 }),
    build: (at, part) =>
      faultOr(
        part('chain'),
        (chain) => ({ address: at, chain }),
        (cause) => ({ address: at, chain: [], fault: cause }),
      ),
  },
  http: {
    parts: ['port', '/', '/api'],
    seen: (part) => (part === 'port' ? fc.constantFrom('answered', 'answered', 'refused', 'silent') : pathAnswer),
    build: (at, part) => {
      const known = { address: at, family: 4, port: 80, otherPortAnswers: true };
      return faultOr(
        part('port'),
        (outcome) => ({ ...known, outcome, paths: outcome === 'answered' ? ['/', '/api'].map((path) => buildPath(path, part(path))) : [] }),
        (cause) => ({ ...known, outcome: 'fault', fault: cause, paths: [] }),
      );
    },
  },
  https: {
    parts: ['port', ...securePaths.map(({ path }) => path)],
    seen: (part) => (part === 'port' ? seldom('answered', 'refused', 'silent') : secureAnswer),
    build: (at, part) => {
      const known = { address: at, family: 4, addressClass: 'public', otherPortAnswers: true };
      const pathsOf = (outcome: Json) =>
        outcome === 'answered' ? securePaths.map(({ path, kind }) => ({ kind, ...(buildPath(path, part(path)) as object) })) : [];
      return faultOr(
        part('port'),
        (outcome) => ({ ...known, outcome, paths: pathsOf(outcome) }),
        (cause) => ({ ...known, outcome: 'fault', fault: cause, paths: [] }),
      );
    },
  },
};

function buildPath(path: string, part: Part): Json {
  return faultOr(
    part,
    (seen) => ({ path, ...(seen as { readonly [key: string]: Json }) }),
    (cause) => ({ path, fault: cause }),
  );
}

function faultOr(part: Part, onSeen: (seen: Json) => Json, onFault: (fault: Json) => Json): Json {
  return 'seen' in part ? onSeen(part.seen) : onFault(part.fault);
}

export function isKnownKind(kind: string): boolean {
  return shapes[kind] !== undefined;
}

/** What was seen in the world: all needed facts of one endpoint, each part of them present. */
export interface World {
  readonly addresses: readonly string[];
  /** `kind address part` -> what it shows. */
  readonly parts: ReadonlyMap<string, Part>;
}

export function worldOf(kinds: readonly string[]): fc.Arbitrary<World> {
  return addresses.chain((at) =>
    fc
      .tuple(...placesOf(kinds, at).map(({ place, shape, part }) => shape.seen(part).map((seen) => [place, { seen }] as const)))
      .map((parts) => ({
        addresses: at,
        parts: new Map<string, Part>(parts),
      })),
  );
}

/** One place of a world, and something else that could stand there. */
export function changeIn(kinds: readonly string[], world: World): fc.Arbitrary<{ readonly place: string; readonly other: Part }> {
  return fc
    .constantFrom(...placesOf(kinds, world.addresses))
    .chain(({ place, shape, part }) => shape.seen(part).map((seen) => ({ place, other: { seen } })));
}

export function withPart(world: World, place: string, part: Part): World {
  return { ...world, parts: new Map([...world.parts, [place, part]]) };
}

/** The facts as a look brings them. */
export function factsOf(kinds: readonly string[], world: World): { readonly [kind: string]: Json } {
  return Object.fromEntries(kinds.map((kind) => [kind, { addresses: world.addresses.map((at) => buildAddress(kind, at, world)) }]));
}

function buildAddress(kind: string, at: string, world: World): Json {
  return shapeOf(kind).build(at, (part) => world.parts.get(`${kind} ${at} ${part}`) ?? { fault: { code: 'partial', message: 'missing' } });
}

function placesOf(kinds: readonly string[], at: readonly string[]) {
  return kinds.flatMap((kind) => {
    const shape = shapeOf(kind);
    return at.flatMap((own) => shape.parts.map((part) => ({ place: `${kind} ${own} ${part}`, shape, part })));
  });
}

function shapeOf(kind: string): Shape {
  const shape = shapes[kind];
  if (shape === undefined) throw new Error(`no facts of kind ${kind} can be made here`);
  return shape;
}
