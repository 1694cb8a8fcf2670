import { expect } from 'vitest';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';
import type { Fault } from '../../src/domain/fault.ts';
import type { AuditedAddress } from '../../src/sources/tls/audit-address.ts';
import { describeCertificate } from '../../src/transport/certificate-facts.ts';
import { suiteOfName } from '../../src/transport/cipher-suites.ts';
import { groupOfName } from '../../src/transport/named-groups.ts';
import { type ProtocolVersion, protocolVersions } from '../../src/transport/protocol-versions.ts';
import type { Behaviour, GroupVersion, NameAnswer, Oddity } from '../../src/transport/tls-facts.ts';
import { auditPort } from './audit-port.ts';
import { expectSameAsSslscan, type SslscanBlindness } from './same-as-sslscan.ts';
import { versionOfSslscan } from './sslscan.ts';

type OfVersions<Value> = { readonly [V in ProtocolVersion]?: Value };
type OfGroupVersions<Value> = { readonly [V in GroupVersion]?: Value };

/** What a server was told to be. */
export interface Configured {
  /** Of each version that it speaks, the most preferred first; names without `TLS_`. */
  readonly suites: OfVersions<readonly string[]>;
  /** Default `server`. Of one suite there is none. */
  readonly order?: 'server' | 'client';
  /** Where that is not the first suite of the server's own order; null where it takes the client into account. */
  readonly preferred?: OfVersions<string | null>;
  readonly groups: OfGroupVersions<readonly string[]>;
  readonly dhBits?: readonly number[];
  /** Where it is not as usual in OpenSSL: safe, and without application protocols. */
  readonly behaviour?: Partial<Behaviour>;
  readonly chains: readonly ConfiguredChain[];
  /** What those see who ask with no name, and with an unknown one; default: the same as with the right one. */
  readonly otherNames?: readonly [none: ToldName, unknown: ToldName];
  readonly oddities?: readonly Oddity[];
  /** What cannot be known of it, by the reason; default: nothing. */
  readonly unknown?: readonly Fault[];
  /** Default: it sees all but SSL 3.0 and EXPORT. */
  readonly sslscan?: SslscanBlindness;
}

export interface ConfiguredChain {
  readonly issued: Pick<IssuedCertificate, 'chainDer'>;
  /** `rsa 2048 sha256`: kind of key, its bits, hash of the issuer's signature. */
  readonly leaf: string;
  readonly staple?: Buffer;
}

/** `own`: the leaf of one of the chains. Which suite it was is left out. */
export interface ToldName {
  readonly outcome: NameAnswer['outcome'];
  readonly by?: 'alert' | 'close' | 'reset';
  readonly version?: ProtocolVersion;
  readonly certificate?: string | null;
  readonly moreVersions?: readonly ProtocolVersion[];
}

export const truthHost = 'shop.example.com';
const hasSslscan = versionOfSslscan() !== null;

/** Looks at a port as claimwatch does, and as sslscan does where that is installed, and compares both with what was configured. */
export async function expectTruth(port: number, configured: Configured): Promise<void> {
  const audited = await auditPort(port, truthHost);
  expect(tell(audited)).toEqual(expectedOf(configured));
  if (hasSslscan) await expectSameAsSslscan(port, truthHost, audited, configured.sslscan ?? 'none');
}

interface Told {
  readonly protocols: readonly string[];
  readonly suites: OfVersions<readonly string[]>;
  readonly order: OfVersions<string | null>;
  readonly preferred: OfVersions<string | null>;
  readonly groups: OfGroupVersions<readonly string[]>;
  readonly dhBits: readonly number[];
  readonly behaviour: Behaviour;
  readonly chains: readonly ToldChain[];
  readonly otherNames: readonly ToldName[];
  readonly oddities: readonly Oddity[];
  readonly plaintext: string | null;
  readonly unknown: readonly Fault[];
}

interface ToldChain {
  readonly leaf: string;
  readonly certificates: readonly string[];
  readonly staple: string | null;
}

function tell(audited: AuditedAddress): Told {
  const { served, suites, groups, otherNames } = audited;
  const own = served.chains.flatMap(({ certificates }) => certificates.slice(0, 1));
  return {
    protocols: protocolVersions.map(({ name }) => `${name} ${audited.protocols[name].outcome}`),
    suites: mapEach(suites, ({ accepted }) => accepted),
    order: mapEach(suites, ({ order }) => order),
    preferred: mapEach(suites, ({ preferred }) => preferred),
    groups: mapEach(groups, ({ accepted }) => accepted),
    dhBits: audited.dhBits,
    behaviour: audited.behaviour,
    chains: served.chains.map(({ certificates, staple }) => ({ leaf: labelOf(certificates[0] ?? ''), certificates, staple })),
    otherNames: otherNames === null ? [] : [otherNames.none, otherNames.unknown].map((answer) => tellName(answer, own)),
    oddities: audited.oddities,
    plaintext: audited.plaintext,
    unknown: [served, ...Object.values(suites), ...Object.values(groups)].flatMap(({ fault }) => fault ?? []),
  };
}

function mapEach<Key extends string, Value, Result>(
  of: { readonly [K in Key]?: Value },
  map: (value: Value, key: Key) => Result,
): { [K in Key]?: Result } {
  const mapped: { [K in Key]?: Result } = {};
  for (const key of Object.keys(of) as Key[]) {
    const value = of[key];
    if (value !== undefined) mapped[key] = map(value, key);
  }
  return mapped;
}

function labelOf(certificate: string): string {
  const { keyType, keyBits, signatureHash } = describeCertificate(certificate);
  return [keyType, keyBits, signatureHash].filter((part) => part !== null).join(' ');
}

function tellName(answer: NameAnswer, own: readonly string[]): ToldName {
  if (answer.outcome !== 'answered') return answer;
  const { suite: _, certificate, ...told } = answer;
  return { ...told, certificate: certificate === null ? null : own.includes(certificate) ? 'own' : labelOf(certificate) };
}

function expectedOf(configured: Configured): Told {
  const versions = protocolVersions.map(({ name }) => name).filter((name) => configured.suites[name] !== undefined);
  const order = configured.order ?? 'server';
  const suites = mapEach(configured.suites, (names) => names.map((name) => `TLS_${name}`));
  const first = mapEach(suites, (names, version) => {
    const said = configured.preferred?.[version];
    if (said !== undefined) return said === null ? null : `TLS_${said}`;
    return order === 'server' && names.length > 1 ? (names[0] ?? null) : null;
  });
  return {
    protocols: protocolVersions.map(({ name }) => `${name} ${versions.includes(name) ? 'offered' : 'refused'}`),
    suites: mapEach(suites, (names) => names.toSorted((a, b) => codeOfSuite(a) - codeOfSuite(b))),
    order: mapEach(suites, (names) => (names.length > 1 ? order : null)),
    preferred: first,
    groups: mapEach(configured.groups, (names) => names.toSorted((a, b) => codeOfGroup(a) - codeOfGroup(b))),
    dhBits: configured.dhBits ?? [],
    behaviour: { ...usualBehaviour(versions), ...configured.behaviour },
    chains: configured.chains.map(({ issued, leaf, staple }) => ({
      leaf,
      certificates: issued.chainDer.map((der) => der.toString('base64')),
      staple: staple?.toString('base64') ?? null,
    })),
    otherNames: configured.otherNames ?? [sameName(versions), sameName(versions)],
    oddities: configured.oddities ?? [],
    plaintext: null,
    unknown: configured.unknown ?? [],
  };
}

function usualBehaviour(versions: readonly ProtocolVersion[]): Behaviour {
  const hasOlder = versions.some((version) => version !== 'TLSv1.3');
  const whereOlder = (is: boolean): { readonly is: boolean | null } => ({ is: hasOlder ? is : null });
  return {
    refusesFallback: { is: versions.length > 1 ? true : null },
    secureRenegotiation: whereOlder(true),
    compression: whereOlder(false),
    extendedMasterSecret: whereOlder(true),
    downgradeSentinel: { is: hasOlder && versions.includes('TLSv1.3') ? true : null },
    alpn: { is: null },
  };
}

function sameName(versions: readonly ProtocolVersion[]): ToldName {
  const [newest] = versions.toReversed();
  if (newest === undefined) return { outcome: 'refused' };
  return { outcome: 'answered', version: newest, certificate: 'own', moreVersions: [] };
}

function codeOfSuite(name: string): number {
  const suite = suiteOfName(name);
  if (suite === null) throw new Error(`no suite is called ${name}`);
  return suite.code;
}

function codeOfGroup(name: string): number {
  const group = groupOfName(name);
  if (group === null) throw new Error(`no group is called ${name}`);
  return group.code;
}
