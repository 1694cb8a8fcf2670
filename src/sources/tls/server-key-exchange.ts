import { FaultError } from '../../domain/fault.ts';
import { suiteOfCode } from '../../transport/cipher-suites.ts';
import { explicitCurves } from '../../transport/named-groups.ts';
import { wireVersionOf } from '../../transport/protocol-versions.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import type { ServerFlight } from './hello.ts';
import type { ServerHello } from './server-hello.ts';

/** What a ServerKeyExchange says. */
export type KeyExchange = Pick<ServerFlight, 'group' | 'dhBits' | 'signatureScheme'>;

/** What a suite makes a server send before TLS 1.3, by the first part of its name (RFC 5246 7.4.3, RFC 4279, 5489). */
export interface ExchangeRules {
  readonly hasCertificate: boolean;
  /** `may`: an export suite where the certificate's key is too long, a shared secret where the server gives a hint. */
  readonly keyExchange: 'must' | 'may' | 'never';
  readonly hasHint: boolean;
  readonly params: 'ec' | 'finite-field' | 'rsa' | null;
  readonly isSigned: boolean;
}

/** Null for a suite that the registry does not know, and for kinds of exchange that nobody offers: of those, nothing is read. */
export function exchangeRulesOf(suite: number): ExchangeRules | null {
  const name = suiteOfCode(suite)?.name ?? '';
  const [exchange = ''] = name.replace(/^TLS_/, '').split('_WITH_');
  if (name === '' || /SRP|KRB5|ECCPWD|GOST|SM4/.test(name)) return null;
  const hasHint = /PSK/.test(exchange);
  const params = paramsOf(exchange);
  const isSigned = params !== null && !hasHint && !/anon/.test(exchange);
  return {
    hasCertificate: hasHint ? exchange.startsWith('RSA_') : !/anon/.test(exchange),
    keyExchange: params === 'rsa' || (hasHint && params === null) ? 'may' : params === null ? 'never' : 'must',
    hasHint,
    params,
    isSigned,
  };
}

function paramsOf(exchange: string): ExchangeRules['params'] {
  if (/^ECDHE_|^ECDH_anon/.test(exchange)) return 'ec';
  if (/^DHE_|^PSK_DHE$|^DH_anon/.test(exchange)) return 'finite-field';
  return /^RSA_EXPORT/.test(exchange) ? 'rsa' : null;
}

/** @throws FaultError `malformed` */
export function readKeyExchange(body: Buffer, { suite, wireVersion }: ServerHello): KeyExchange {
  const rules = exchangeRulesOf(suite);
  if (rules === null) return { group: null, dhBits: null, signatureScheme: null };
  if (rules.keyExchange === 'never') throw new FaultError('malformed', 'its suite has none');
  const reader = createByteReader(body);
  if (rules.hasHint) reader.opaque16();
  const group = rules.params === 'ec' ? readCurve(reader) : null;
  const dhBits = rules.params === 'finite-field' ? readFiniteField(reader) : null;
  if (rules.params === 'rsa') skip(reader, 2, 2);
  const signatureScheme = rules.isSigned && wireVersion === wireVersionOf('TLSv1.2') ? reader.uint16() : null;
  if (rules.isSigned && reader.opaque16().length === 0) throw new FaultError('malformed', 'its signature is empty');
  reader.end();
  return { group, dhBits, signatureScheme };
}

/** RFC 8422 5.4, RFC 4492 5.4. */
const curveTypes = { explicitPrime: 1, explicitBinary: 2, named: 3 } as const;

function readCurve(reader: ByteReader): number {
  const group = readCurveParams(reader);
  if (reader.opaque8().length === 0) throw new FaultError('malformed', 'its key is empty');
  return group;
}

function readCurveParams(reader: ByteReader): number {
  const type = reader.uint8();
  switch (type) {
    case curveTypes.named:
      return reader.uint16();
    case curveTypes.explicitPrime:
      // Prime, two coefficients, base point, order, cofactor.
      skip(reader, 1, 1, 1, 1, 1, 1);
      return explicitCurves.prime;
    case curveTypes.explicitBinary:
      skipBinaryCurve(reader);
      return explicitCurves.binary;
    default:
      throw new FaultError('malformed', `it describes its curve in the way ${type}`);
  }
}

function skipBinaryCurve(reader: ByteReader): void {
  reader.uint16();
  const basis = reader.uint8();
  if (basis !== 1 && basis !== 2) throw new FaultError('malformed', `it describes the basis of its curve in the way ${basis}`);
  // One exponent of a trinomial or three of a pentanomial, then as over a prime.
  if (basis === 2) skip(reader, 1, 1);
  skip(reader, 1, 1, 1, 1, 1, 1);
}

/** Prime, generator, key. */
function readFiniteField(reader: ByteReader): number {
  const bits = bitLength(reader.opaque16());
  if (bits === 0) throw new FaultError('malformed', 'its prime is nought');
  skip(reader, 2, 2);
  return bits;
}

/** Leading zeros do not count. */
function bitLength(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes.readUInt8(first)) - 24);
}

function skip(reader: ByteReader, ...lengthBytes: readonly (1 | 2)[]): void {
  for (const bytes of lengthBytes) {
    if (bytes === 1) reader.opaque8();
    else reader.opaque16();
  }
}
