import { randomBytes } from 'node:crypto';
import { type ProtocolVersion, wireVersionOf } from '../../transport/protocol-versions.ts';
import { classicSuites, modernSuites, namedGroups, signatureSchemes } from './hello-suites.ts';

export interface HelloOptions {
  readonly version: ProtocolVersion;
  /** For the server name extension; null for an address. SSL 3.0 has no extensions. */
  readonly serverName: string | null;
  /** Codes; null: every suite that we know. */
  readonly suites: readonly number[] | null;
}

/** One record with a ClientHello that offers one version. */
export function buildClientHello({ version, serverName, suites }: HelloOptions): Buffer {
  const isModern = version === 'TLSv1.3';
  // RFC 8446 section 4.1.2: TLS 1.3 hides behind 1.2 and says so in an extension.
  const shownVersion = isModern ? wireVersionOf('TLSv1.2') : wireVersionOf(version);
  const body = Buffer.concat([
    uint16(shownVersion),
    randomBytes(32),
    opaque8(isModern ? randomBytes(32) : Buffer.alloc(0)),
    list16(withSignal(version, suites ?? suitesOf(version))),
    opaque8(Buffer.from([0])),
    version === 'SSLv3' ? Buffer.alloc(0) : opaque16(extensions(version, serverName)),
  ]);
  const message = Buffer.concat([Buffer.from([clientHello]), uint24(body.length), body]);
  const recordVersion = version === 'SSLv3' ? wireVersionOf('SSLv3') : wireVersionOf('TLSv1');
  return Buffer.concat([Buffer.from([handshakeRecord]), uint16(recordVersion), opaque16(message)]);
}

/** Old firewalls drop a hello with 128 or more. */
const mostSuites = 127;

/** Every suite that we know, as far as there is room. A server without TLS 1.3 should be able to say what it would choose instead. */
function suitesOf(version: ProtocolVersion): readonly number[] {
  return version === 'TLSv1.3' ? [...modernSuites, ...classicSuites].slice(0, mostSuites) : classicSuites;
}

/** As many as there is room for, one of them for certain. */
export function suitesWith(version: ProtocolVersion, suite: number): readonly number[] {
  return [suite, ...suitesOf(version).filter((other) => other !== suite)].slice(0, mostSuites);
}

/** SSL 3.0 has no extension for secure renegotiation; a number among the suites stands for it (RFC 5746 3.3). */
function withSignal(version: ProtocolVersion, suites: readonly number[]): readonly number[] {
  return version === 'SSLv3' ? [...suites, 0x00ff] : suites;
}

const clientHello = 1;
const handshakeRecord = 22;

/** Extension numbers of the IANA registry. */
const extensionNumbers = {
  serverName: 0,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  extendedMasterSecret: 23,
  supportedVersions: 43,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

/** What some servers refuse everybody without: whose refusal would say nothing of versions and suites then (RFC 5746, 7627). */
const wantedBySome: readonly Buffer[] = [
  extension(extensionNumbers.renegotiationInfo, opaque8(Buffer.alloc(0))),
  extension(extensionNumbers.extendedMasterSecret, Buffer.alloc(0)),
];

function extensions(version: ProtocolVersion, serverName: string | null): Buffer {
  return Buffer.concat([
    ...(serverName === null ? [] : [extension(extensionNumbers.serverName, serverNameList(serverName))]),
    ...wantedBySome,
    extension(extensionNumbers.supportedGroups, list16(namedGroups)),
    extension(extensionNumbers.pointFormats, opaque8(Buffer.from([0]))),
    ...(version === 'TLSv1.2' || version === 'TLSv1.3' ? [extension(extensionNumbers.signatureAlgorithms, list16(signatureSchemes))] : []),
    ...(version === 'TLSv1.3' ? modernExtensions() : []),
  ]);
}

/** Without a key share the server has to ask for one (HelloRetryRequest), which says as much as a ServerHello and costs nobody a key. */
function modernExtensions(): readonly Buffer[] {
  return [
    extension(extensionNumbers.supportedVersions, opaque8(uint16(wireVersionOf('TLSv1.3')))),
    extension(extensionNumbers.keyShare, opaque16(Buffer.alloc(0))),
  ];
}

function serverNameList(name: string): Buffer {
  const hostName = Buffer.concat([Buffer.from([0]), opaque16(Buffer.from(name, 'latin1'))]);
  return opaque16(hostName);
}

function extension(number: number, content: Buffer): Buffer {
  return Buffer.concat([uint16(number), opaque16(content)]);
}

function list16(values: readonly number[]): Buffer {
  return opaque16(Buffer.concat(values.map(uint16)));
}

function opaque8(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([content.length]), content]);
}

function opaque16(content: Buffer): Buffer {
  return Buffer.concat([uint16(content.length), content]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint24(value: number): Buffer {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
