import type { Hello, HelloAnswer, ServerFlight } from '../../src/sources/tls/hello.ts';
import { curveSuites } from '../../src/sources/tls/hello-forms.ts';
import { nameOfSuite } from '../../src/sources/tls/listed.ts';
import { groupOfCode } from '../../src/transport/named-groups.ts';
import { type ProtocolVersion, wireVersionOf } from '../../src/transport/protocol-versions.ts';

/** A server as a table: what it accepts, and how it behaves. */
export interface ModelledServer {
  /** Suites in the server's order. */
  readonly suites: { readonly [V in ProtocolVersion]?: readonly number[] };
  /** Groups in the server's order. */
  readonly groups: readonly number[];
  readonly order: 'server' | 'client' | 'server-but-chacha-first';
  /** What it does where nothing is in common. */
  readonly refusesBy: 'alert' | 'close' | 'reset';
  /** What it does about a version that it does not have. */
  readonly refusesVersionBy: 'alert' | 'close' | 'reset' | 'other-version' | 'internal-error';
  readonly quirk:
    | 'none'
    | 'extension-intolerant'
    | 'size-intolerant'
    | 'never-retries'
    | 'cookie-first'
    | 'warning-first'
    | 'wrong-suite'
    | 'no-alpn'
    | 'bound-curve';
  readonly refusesFallback: boolean;
  readonly dhBits: number;
}

export const wholesome: ModelledServer = {
  suites: { 'TLSv1.2': [0xc02f, 0xc030, 0xcca8], 'TLSv1.3': [0x1301, 0x1302, 0x1303] },
  groups: [0x001d, 0x0017, 0x001e, 0x0019, 0x0018, 0x0100, 0x0101, 0x11ec],
  order: 'client',
  refusesBy: 'alert',
  refusesVersionBy: 'alert',
  quirk: 'none',
  refusesFallback: true,
  dhBits: 2_048,
};

export function answerOf(server: ModelledServer, hello: Hello): HelloAnswer {
  const { quirk } = server;
  if (quirk === 'extension-intolerant' && hello.hasExtensions && hello.version !== 'SSLv3') return { kind: 'alert', alert: 50 };
  if (quirk === 'size-intolerant' && (hello.suites.length > 40 || hello.groups.length > 20)) return { kind: 'reset' };
  if (quirk === 'no-alpn' && hello.alpn.length > 0) return { kind: 'alert', alert: 120 };
  const own = server.suites[hello.version];
  if (own === undefined) return answerToVersion(server, hello);
  if (hello.isFallback && server.refusesFallback && isOlder(server, hello.version)) return { kind: 'alert', alert: 86 };
  return select(server, hello, own);
}

function isOlder(server: ModelledServer, version: ProtocolVersion): boolean {
  return Object.keys(server.suites).some((other) => wireVersionOf(other as ProtocolVersion) > wireVersionOf(version));
}

function answerToVersion(server: ModelledServer, hello: Hello): HelloAnswer {
  const { refusesVersionBy } = server;
  if (refusesVersionBy === 'alert') return { kind: 'alert', alert: 70 };
  if (refusesVersionBy === 'internal-error') return { kind: 'alert', alert: 80 };
  if (refusesVersionBy !== 'other-version') return { kind: refusesVersionBy };
  const olderFirst = (['TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSLv3'] as const).filter((one) => wireVersionOf(one) < wireVersionOf(hello.version));
  const older = olderFirst.find((one) => server.suites[one] !== undefined);
  return older === undefined ? { kind: 'alert', alert: 70 } : select(server, { ...hello, version: older }, server.suites[older] ?? []);
}

function select(server: ModelledServer, hello: Hello, own: readonly number[]): HelloAnswer {
  const isModern = hello.version === 'TLSv1.3';
  const bearsGroups = hello.hasExtensions && hello.version !== 'SSLv3' && hello.groups.length > 0;
  const shares = hello.keyShares.map((share) => share.group);
  const offered = isModern && server.quirk === 'never-retries' ? shares : hello.groups;
  const group = bearsGroups
    ? (pick(server, groupsOf(server, hello.version), offered) ?? null)
    : (groupsOf(server, hello.version)[0] ?? null);
  const usable = own.filter((code) => (group !== null && isServed(server, hello, code)) || !(isModern || curveSuites.includes(code)));
  const suite = pickSuite(server, usable, hello.suites);
  if (suite === undefined) return server.refusesBy === 'alert' ? { kind: 'alert', alert: 40 } : { kind: server.refusesBy };
  return flightOf(server, hello, suite, group);
}

/** In the server's order. */
export function groupsOf(server: ModelledServer, version: ProtocolVersion): readonly number[] {
  return version === 'TLSv1.3' ? server.groups : server.groups.filter((code) => groupOfCode(code)?.kind === 'ec');
}

export const curveOfCertificate = 0x0017;

function isServed(server: ModelledServer, hello: Hello, suite: number): boolean {
  if (server.quirk !== 'bound-curve' || hello.version === 'TLSv1.3' || !hello.hasExtensions) return true;
  return !nameOfSuite(suite).includes('ECDHE_ECDSA') || hello.groups.includes(curveOfCertificate);
}

function pickSuite(server: ModelledServer, own: readonly number[], offered: readonly number[]): number | undefined {
  const isChaCha = (code: number | undefined): boolean => code !== undefined && nameOfSuite(code).includes('CHACHA20');
  if (server.order !== 'server-but-chacha-first' || !isChaCha(offered[0])) return pick(server, own, offered);
  return own.find((code) => isChaCha(code) && offered.includes(code)) ?? pick(server, own, offered);
}

function pick(server: ModelledServer, own: readonly number[], offered: readonly number[]): number | undefined {
  return server.order === 'client' ? offered.find((code) => own.includes(code)) : own.find((code) => offered.includes(code));
}

function flightOf(server: ModelledServer, hello: Hello, suite: number, group: number | null): ServerFlight {
  const isModern = hello.version === 'TLSv1.3';
  const name = nameOfSuite(suite);
  const isRetry = isModern && hello.keyShares.every((share) => share.group !== group);
  return {
    kind: 'hello',
    wireVersion: wireVersionOf(hello.version),
    suite: server.quirk === 'wrong-suite' && hello.suites.length < 40 ? 0x0001 : suite,
    isRetry,
    compression: 0,
    group: server.quirk === 'cookie-first' && isRetry ? null : isModern || curveSuites.includes(suite) ? group : null,
    dhBits: /DHE_|DH_anon/.test(name) && !name.includes('ECDH') ? server.dhBits : null,
    signatureScheme: null,
    secureRenegotiation: !isModern,
    extendedMasterSecret: !isModern,
    hasDowngradeSentinel: server.suites['TLSv1.3'] !== undefined && !isModern,
    alpn: hello.alpn[0] ?? null,
    certificates: isModern || name.includes('anon') ? [] : [Buffer.from(name.includes('ECDSA') ? 'ecdsa' : 'rsa')],
    staple: hello.asksStaple ? Buffer.from('staple') : null,
    wantsClientCertificate: isModern ? null : false,
    hadWarning: server.quirk === 'warning-first',
  };
}
