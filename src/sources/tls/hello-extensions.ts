import { wireVersionOf } from '../../transport/protocol-versions.ts';
import type { Hello } from './hello.ts';
import { opaque8, opaque16, uint8, uint16 } from './wire-bytes.ts';

/** Extension numbers of the IANA registry. */
export const extensionNumbers = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  padding: 21,
  extendedMasterSecret: 23,
  supportedVersions: 43,
  cookie: 44,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

/**
 * The extensions of a hello, one after another. Some servers refuse everybody who offers no extended master secret or no secure renegotiation (RFC 7627,
 * 5746), and others do not bear an empty extension at the end.
 */
export function helloExtensions(hello: Hello, cookie: Uint8Array | null): readonly number[] {
  const isModern = hello.version === 'TLSv1.3';
  return [
    ...(hello.serverName === null ? [] : extension(extensionNumbers.serverName, serverNameList(hello.serverName))),
    ...extension(extensionNumbers.extendedMasterSecret, []),
    ...(hello.groups.length === 0 ? [] : groupExtensions(hello.groups)),
    ...(hello.asksStaple ? extension(extensionNumbers.statusRequest, ocspRequest) : []),
    ...(hello.alpn.length === 0 ? [] : extension(extensionNumbers.alpn, protocolNames(hello.alpn))),
    ...(namesSchemes(hello) ? extension(extensionNumbers.signatureAlgorithms, codes(hello.signatureSchemes)) : []),
    ...(isModern ? modernExtensions(hello, cookie) : []),
    ...extension(extensionNumbers.renegotiationInfo, opaque8([])),
  ];
}

function namesSchemes(hello: Hello): boolean {
  return hello.signatureSchemes.length > 0 && (hello.version === 'TLSv1.2' || hello.version === 'TLSv1.3');
}

/** The only point format is the uncompressed one. */
function groupExtensions(groups: readonly number[]): readonly number[] {
  return [...extension(extensionNumbers.supportedGroups, codes(groups)), ...extension(extensionNumbers.pointFormats, opaque8([0]))];
}

function modernExtensions(hello: Hello, cookie: Uint8Array | null): readonly number[] {
  const shares = hello.keyShares.flatMap(({ group, key }) => [...uint16(group), ...opaque16(key)]);
  return [
    ...extension(extensionNumbers.supportedVersions, opaque8(uint16(wireVersionOf('TLSv1.3')))),
    ...(cookie === null ? [] : extension(extensionNumbers.cookie, opaque16(cookie))),
    ...extension(extensionNumbers.keyShare, opaque16(shares)),
  ];
}

/** RFC 6066 8: of type OCSP, from any responder, with no request extensions. */
const ocspRequest: readonly number[] = [...uint8(1), ...opaque16([]), ...opaque16([])];

/** RFC 6066 3. */
function serverNameList(name: string): readonly number[] {
  return opaque16([...uint8(0), ...opaque16(Buffer.from(name, 'latin1'))]);
}

/** RFC 7301 3.1. */
function protocolNames(names: readonly string[]): readonly number[] {
  return opaque16(names.flatMap((name) => opaque8(Buffer.from(name, 'latin1'))));
}

function codes(values: readonly number[]): readonly number[] {
  return opaque16(values.flatMap(uint16));
}

function extension(number: number, content: readonly number[]): readonly number[] {
  return [...uint16(number), ...opaque16(content)];
}
