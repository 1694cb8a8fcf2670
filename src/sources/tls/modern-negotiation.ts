import { FaultError } from '../../domain/fault.ts';
import { wireVersionOf } from '../../transport/protocol-versions.ts';
import { canAgreeIn, type KeyShare } from './modern-groups.ts';
import type { ModernServerHello } from './modern-messages.ts';
import { type ModernSuite, modernSuiteOf } from './modern-suites.ts';

/** What we said in our last hello, as far as the answer has to keep to it. */
export interface SaidHello {
  readonly sessionId: Uint8Array;
  readonly shares: readonly KeyShare[];
  /** That the server chose in its HelloRetryRequest; null before one. */
  readonly retrySuite: number | null;
}

/** What a HelloRetryRequest wants of the next hello. */
export interface Retry {
  /** Null: the same shares again. */
  readonly group: number | null;
  readonly cookie: Buffer | null;
}

export interface Agreement {
  readonly group: number;
  /** Secret. */
  readonly secret: Buffer;
}

/** The suite, where the hello keeps to what was offered (RFC 8446 4.1.3, 4.1.4). @throws FaultError `malformed` */
export function checkServerHello(hello: ModernServerHello, said: SaidHello): ModernSuite {
  if (hello.wireVersion !== wireVersionOf('TLSv1.3')) throw against('a version that was not offered');
  if (!hello.sessionId.equals(said.sessionId)) throw against('a session that is not ours');
  const suite = modernSuiteOf(hello.suite);
  if (suite === undefined || hello.compression !== 0) throw against('a suite or compression that was not offered');
  if (said.retrySuite !== null && hello.suite !== said.retrySuite) throw against('another suite than before');
  return suite;
}

/** @throws FaultError `malformed` */
export function readRetry({ group, cookie }: ModernServerHello, said: SaidHello): Retry {
  if (said.retrySuite !== null) throw against('a second time to begin again');
  if (group === null && cookie === null) throw against('to begin again with the same');
  if (group !== null && (!canAgreeIn(group) || said.shares.some((share) => share.group === group))) {
    throw against('to begin again with a group that was not offered, or was tried');
  }
  if (cookie !== null && cookie.length > mostCookieBytes) {
    throw new FaultError('unsupported', 'the peer wants back a cookie that fills more than one record');
  }
  return { group, cookie };
}

/** With the hello around it in one record of 2^14 bytes. */
const mostCookieBytes = 8_192;

/** @throws FaultError `malformed` */
export function agree({ group, peerKey }: ModernServerHello, { shares }: SaidHello): Agreement {
  const share = shares.find((one) => one.group === group);
  if (share === undefined || peerKey === null) throw against('a group that no key was offered for');
  return { group: share.group, secret: share.agree(peerKey) };
}

function against(what: string): FaultError {
  return new FaultError('malformed', `the peer chose ${what}`);
}
