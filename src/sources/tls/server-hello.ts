import { FaultError } from '../../domain/fault.ts';
import { wireVersionOf } from '../../transport/protocol-versions.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import type { ServerFlight } from './hello.ts';
import { extensionNumbers } from './hello-extensions.ts';
import { retryRandom } from './modern-messages.ts';

/** What a ServerHello says, or a HelloRetryRequest, which is one with a random of its own. */
export type ServerHello = Pick<
  ServerFlight,
  | 'wireVersion'
  | 'suite'
  | 'isRetry'
  | 'compression'
  | 'group'
  | 'secureRenegotiation'
  | 'extendedMasterSecret'
  | 'hasDowngradeSentinel'
  | 'alpn'
>;

/** @throws FaultError `malformed` */
export function readServerHello(body: Buffer): ServerHello {
  const reader = createByteReader(body);
  const shownVersion = reader.uint16();
  const random = reader.bytes(32);
  if (reader.opaque8().length > 32) throw malformed('the number of its session is too long');
  const suite = reader.uint16();
  const compression = reader.uint8();
  // Without any, a hello may end before the list.
  const extensions = reader.isAtEnd() ? new Map<number, Buffer>() : readExtensions(reader.opaque16());
  reader.end();
  const wireVersion = readVersion(shownVersion, extensions.get(extensionNumbers.supportedVersions));
  const isModern = wireVersion === wireVersionOf('TLSv1.3');
  const isRetry = random.equals(retryRandom);
  if (isRetry && !isModern) throw malformed('it asks for another hello and names no version');
  return {
    wireVersion,
    suite,
    isRetry,
    compression,
    group: isModern ? readGroup(isRetry, extensions) : null,
    secureRenegotiation: readRenegotiation(extensions.get(extensionNumbers.renegotiationInfo)),
    extendedMasterSecret: readMasterSecret(extensions.get(extensionNumbers.extendedMasterSecret)),
    hasDowngradeSentinel: !isModern && isSentinel(random.subarray(24)),
    alpn: readProtocolName(extensions.get(extensionNumbers.alpn)),
  };
}

function readExtensions(list: Buffer): ReadonlyMap<number, Buffer> {
  const reader = createByteReader(list);
  const extensions = new Map<number, Buffer>();
  while (!reader.isAtEnd()) {
    const number = reader.uint16();
    if (extensions.has(number)) throw malformed('an extension stands there twice');
    extensions.set(number, reader.opaque16());
  }
  return extensions;
}

/** RFC 8446 4.2.1: the extension names TLS 1.3, and then the field 1.2. Older versions stand in the field alone. */
function readVersion(shown: number, extension: Buffer | undefined): number {
  const selected = extension === undefined ? shown : readWhole(extension, (reader) => reader.uint16());
  const isModern = extension !== undefined;
  const isKnown = isModern
    ? selected === wireVersionOf('TLSv1.3') && shown === wireVersionOf('TLSv1.2')
    : selected >= wireVersionOf('SSLv3') && selected <= wireVersionOf('TLSv1.2');
  if (!isKnown) throw malformed(`it names the version ${hexadecimal(selected)}${isModern ? ` behind ${hexadecimal(shown)}` : ''}`);
  return selected;
}

/** RFC 8446 4.1.4, 4.2.8: a retry asks for a group or gives a cookie; a hello always has a share, where nothing was shared beforehand. */
function readGroup(isRetry: boolean, extensions: ReadonlyMap<number, Buffer>): number | null {
  const share = extensions.get(extensionNumbers.keyShare);
  if (share === undefined) {
    if (isRetry && extensions.has(extensionNumbers.cookie)) return null;
    throw malformed(isRetry ? 'it asks for another hello and changes nothing' : 'it has no key share');
  }
  return readWhole(share, (reader) => {
    const group = reader.uint16();
    if (!isRetry && reader.opaque16().length === 0) throw malformed('its key share is empty');
    return group;
  });
}

/** RFC 5746 3.4: nothing was negotiated before. */
function readRenegotiation(extension: Buffer | undefined): boolean {
  if (extension !== undefined && !extension.equals(Buffer.alloc(1))) throw malformed('it renegotiates what was never negotiated');
  return extension !== undefined;
}

function readMasterSecret(extension: Buffer | undefined): boolean {
  if (extension !== undefined && extension.length > 0) throw malformed('its extended master secret is not empty');
  return extension !== undefined;
}

/** RFC 8446 4.1.3: of a server that has TLS 1.3, or TLS 1.2, and was not asked for it. */
function isSentinel(ending: Buffer): boolean {
  return ending.toString('latin1', 0, 7) === 'DOWNGRD' && (ending[7] === 0 || ending[7] === 1);
}

/** RFC 7301 3.1: exactly one. */
function readProtocolName(extension: Buffer | undefined): string | null {
  if (extension === undefined) return null;
  const name = readWhole(extension, (reader) => readWhole(reader.opaque16(), (list) => list.opaque8())).toString('latin1');
  if (!/^[\x21-\x7e]+$/.test(name)) throw malformed('the application protocol is no name');
  return name;
}

function readWhole<Value>(content: Buffer, read: (reader: ByteReader) => Value): Value {
  const reader = createByteReader(content);
  const value = read(reader);
  reader.end();
  return value;
}

function malformed(message: string): FaultError {
  return new FaultError('malformed', message);
}

function hexadecimal(value: number): string {
  return value.toString(16).padStart(4, '0');
}
