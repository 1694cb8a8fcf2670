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

const seldom = <T>(good: T, ...bad: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...bad) });
const offered: Json = { outcome: 'offered' };
const refused = fc.constantFrom('alert', 'close', 'reset').map((by): Json => ({ outcome: 'refused', by }));
/** Old versions are mostly refused, so that there is something left to pass. */
const probe = (version: string): fc.Arbitrary<Json> =>
  version === 'TLSv1.2' || version === 'TLSv1.3'
    ? fc.oneof({ weight: 3, arbitrary: fc.constant(offered) }, { weight: 1, arbitrary: refused })
    : fc.oneof({ weight: 1, arbitrary: fc.constant(offered) }, { weight: 6, arbitrary: refused });
/** What is accepted of many things: one part a version. */
const listOf = (...lists: readonly (readonly string[])[]): fc.Arbitrary<Json> =>
  fc.constantFrom(...lists).map((accepted) => ({ accepted, fault: null }));
const strongSuite = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';
const modernSuites = listOf(['TLS_AES_256_GCM_SHA384'], ['TLS_AES_256_GCM_SHA384'], ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']);
const classicSuites = listOf(
  [strongSuite],
  [strongSuite],
  [strongSuite, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  [strongSuite, 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  ['TLS_RSA_WITH_RC4_128_SHA'],
);
const suitesOf = (version: string): fc.Arbitrary<Json> =>
  fc
    .tuple(version === 'TLSv1.3' ? modernSuites : classicSuites, fc.constantFrom('server', 'client', null))
    .map(([list, order]) => ({ ...(list as object), order, preferred: null }));
const groupsOf = listOf(['secp256r1', 'x25519'], ['secp256r1', 'x25519'], ['secp384r1', 'X25519MLKEM768'], ['x25519'], ['sect163k1']);
const trusted = { trusted: true, code: null };
const untrusted = { trusted: false, code: 'CERT_HAS_EXPIRED' };
const handshake: fc.Arbitrary<Json> = fc.record({
  trust: seldom<typeof trusted | typeof untrusted>(trusted, untrusted).map((trust) => ({ ...trust, store: { name: 'pinned roots' } })),
  cipherSuite: fc.constantFrom('TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384', 'TLS_RSA_WITH_AES_128_CBC_SHA'),
});
const suitesPart = (version: string): string => `suites ${version}`;
const groupsPart = (version: string): string => `groups ${version}`;
const groupVersions = ['TLSv1.2', 'TLSv1.3'];
const nothingListed = (cause: Json): Json => ({ accepted: [], fault: cause, order: null, preferred: null });
/** Of so many chains that are served. */
const trustParts = ['trust 1', 'trust 2'];
const flags = ['refusesFallback', 'secureRenegotiation', 'compression', 'extendedMasterSecret', 'downgradeSentinel'];
const otherNames = ['none', 'unknown'];
const nameAnswer = fc.constantFrom<Json>(
  { outcome: 'refused', by: 'alert' },
  { outcome: 'answered', suite: strongSuite, moreVersions: [] },
  { outcome: 'answered', suite: strongSuite, moreVersions: [] },
  { outcome: 'answered', suite: strongSuite, moreVersions: ['TLSv1'] },
);
const signature = seldom<{ readonly signatureAlgorithm: string; readonly signatureHash: string | null }>(
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
  keyType: seldom('rsa', 'dsa'),
  keyBits: seldom(2048, 4096, 1024),
  curve: fc.constant(null),
  subjectAltNames: seldom(['DNS:shop.example.com'], ['DNS:*.example.com'], ['DNS:other.test']),
  fingerprintSha256: seldom('ab', 'cd', 'ef'),
  selfSigned: fc.constantFrom(false, false, true),
});
const certificate: fc.Arbitrary<Json> = fc.tuple(unsigned, signature).map(([rest, signed]) => ({ ...rest, ...signed }));
const servedChain: fc.Arbitrary<Json> = fc
  .tuple(
    fc.array(certificate, { minLength: 1, maxLength: 2 }),
    fc.constantFrom<Json[]>(...[[], [], [{ kind: 'superfluous', indexes: [1] }]]),
    fc.constantFrom(false, false, true),
    fc.constantFrom('rsa', 'ecdsa'),
  )
  .map(([certificates, problems, mustStaple, keyKind]) => ({
    keyKind,
    version: 'TLSv1.2',
    certificates: certificates.map((facts) => ({ facts })),
    order: { leafIndex: 0, path: problems.length > 0 ? [0] : certificates.map((_, index) => index), end: 'issuer-not-sent', problems },
    mustStaple,
    ocspUrls: [],
    staple: null,
  }));
const servedChains: fc.Arbitrary<Json> = fc.array(servedChain, { minLength: 1, maxLength: 2 });
const pathAnswer: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(301, 308, 302).map((status) => ({ status, location: 'https://shop.example.com/' })) },
  { weight: 1, arbitrary: fc.constant({ status: 301, location: 'https://www.example.com/' }) },
  { weight: 3, arbitrary: fc.constantFrom(200, 404).map((status) => ({ status, location: null })) },
);

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
    parts: [
      ...versionNames,
      ...versionNames.map(suitesPart),
      ...groupVersions.map(groupsPart),
      ...flags,
      ...otherNames,
      'handshake',
      ...trustParts,
    ],
    seen: seenOfTls,
    build: (at, part) => ({
      address: at,
      family: 4,
      addressClass: 'public',
      plaintext: null,
      protocols: partsOf(versionNames, part, (cause) => ({ outcome: 'fault', fault: cause })),
      suites: partsOf(versionNames, (name) => part(suitesPart(name)), nothingListed),
      groups: partsOf(groupVersions, (name) => part(groupsPart(name)), nothingListed),
      dhBits: [],
      behaviour: partsOf(flags, part, (cause) => ({ fault: cause })),
      otherNames: partsOf(otherNames, part, (cause) => ({ outcome: 'fault', fault: cause })),
      oddities: [],
      handshake: faultOr(
        part('handshake'),
        (seen) => ({ ...(seen as object), chain: [] }),
        (cause) => ({ fault: cause }),
      ),
      trustOfChains: trustParts.map((name) =>
        faultOr(
          part(name),
          (seen) => ({ leafSha256: 'ab', ...(seen as object) }),
          (cause) => ({ leafSha256: 'ab', fault: cause }),
        ),
      ),
    }),
  },
  certificates: {
    parts: ['chain', 'served'],
    seen: (part) => (part === 'served' ? servedChains : fc.array(certificate, { minLength: 1, maxLength: 3 })),
    build: (at, part) => ({
      address: at,
      ...(faultOr(
        part('chain'),
        (chain) => ({ chain }),
        (cause) => ({ chain: [], fault: cause }),
      ) as object),
      ...(faultOr(
        part('served'),
        (served) => ({ served, servedFault: null }),
        (cause) => ({ served: [], servedFault: cause }),
      ) as object),
      servedLooked: true,
    }),
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

function seenOfTls(part: string): fc.Arbitrary<Json> {
  if (part === 'handshake') return handshake;
  if (trustParts.includes(part)) return seldom<Json>(trusted, untrusted);
  if (part.startsWith('suites ')) return suitesOf(part.replace('suites ', ''));
  if (part.startsWith('groups ')) return groupsOf;
  if (flags.includes(part)) return seldom(part !== 'compression', part === 'compression').map((is) => ({ is }));
  return otherNames.includes(part) ? nameAnswer : probe(part);
}

function partsOf(names: readonly string[], part: (name: string) => Part, onFault: (cause: Json) => Json): Json {
  return Object.fromEntries(names.map((name) => [name, faultOr(part(name), (seen) => seen, onFault)]));
}

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
