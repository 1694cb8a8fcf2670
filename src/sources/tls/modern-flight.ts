import { FaultError } from '../../domain/fault.ts';
import type { HandshakeMessage } from './handshake-messages.ts';
import { deriveVerifyData, hashOf } from './modern-key-schedule.ts';
import {
  checkCertificateRequest,
  messageTypes,
  readAlpn,
  readCertificates,
  readCertificateVerify,
  type ShownCertificates,
} from './modern-messages.ts';
import { checkSignature } from './modern-signature.ts';
import type { ModernSuite } from './modern-suites.ts';

/** What a server showed under its keys, after its signature and its Finished were found to be right. */
export interface VerifiedFlight extends ShownCertificates {
  readonly alpn: string | null;
  readonly wantsClientCertificate: boolean;
  /** Code. */
  readonly signatureScheme: number;
}

export interface FlightStart {
  readonly suite: ModernSuite;
  /** Secret. */
  readonly serverSecret: Buffer;
  /** All messages up to ServerHello. */
  readonly transcript: readonly Buffer[];
  readonly offered: { readonly signatureSchemes: readonly number[]; readonly alpn: readonly string[] };
}

/**
 * Reads the encrypted messages of a server, which come in this order and no other (RFC 8446 2); each is handed in by `next`.
 * @throws FaultError `malformed` where a message is wrong, or not of the holder of the leaf's key
 */
export function* readFlight(start: FlightStart): Generator<undefined, VerifiedFlight, HandshakeMessage> {
  const { suite, offered } = start;
  const transcript = [...start.transcript];
  const take = (message: HandshakeMessage, type: number): Buffer => {
    if (message.type !== type) throw new FaultError('malformed', 'a message of the handshake came out of order');
    transcript.push(message.whole);
    return message.body;
  };
  const alpn = checkAlpn(readAlpn(take(yield, messageTypes.encryptedExtensions)), offered.alpn);
  const next = yield;
  const wantsClientCertificate = next.type === messageTypes.certificateRequest;
  if (wantsClientCertificate) checkCertificateRequest(take(next, messageTypes.certificateRequest));
  const shown = readCertificates(take(wantsClientCertificate ? yield : next, messageTypes.certificate));
  const signed = hashOf(suite, transcript);
  const { scheme, signature } = readCertificateVerify(take(yield, messageTypes.certificateVerify));
  if (!offered.signatureSchemes.includes(scheme)) throw new FaultError('malformed', 'the peer signed with a scheme that was not offered');
  checkSignature(shown.certificates[0] ?? Buffer.alloc(0), scheme, signed, signature);
  const expected = deriveVerifyData(suite, start.serverSecret, hashOf(suite, transcript));
  if (!expected.equals(take(yield, messageTypes.finished))) throw new FaultError('malformed', 'the end of the handshake is not true to it');
  return { ...shown, alpn, wantsClientCertificate, signatureScheme: scheme };
}

function checkAlpn(chosen: string | null, offered: readonly string[]): string | null {
  if (chosen !== null && !offered.includes(chosen)) throw new FaultError('malformed', 'the peer chose a protocol that was not offered');
  return chosen;
}
