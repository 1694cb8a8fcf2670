import type { Fault } from '../../domain/fault.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';

/** A ClientHello, as far as one may differ from another. */
export interface Hello {
  /** The newest version that it offers, and the only one where that is TLS 1.3 (RFC 8446 4.2.1). */
  readonly version: ProtocolVersion;
  /** Null: no server name extension. */
  readonly serverName: string | null;
  /** Codes, in this order. More than 127 are dropped by old firewalls. */
  readonly suites: readonly number[];
  /** Codes. */
  readonly groups: readonly number[];
  /** Codes; no extension before TLS 1.2. */
  readonly signatureSchemes: readonly number[];
  /** TLS 1.3. Without any the server has to ask for one (HelloRetryRequest), which costs nobody a key. */
  readonly keyShares: readonly { readonly group: number; readonly key: Buffer }[];
  /** 0: none, 1: DEFLATE. */
  readonly compressions: readonly number[];
  readonly alpn: readonly string[];
  readonly asksStaple: boolean;
  /** Says that the client fell back from a newer version (RFC 7507). */
  readonly isFallback: boolean;
  /** False: no extension at all, for peers that bear none. SSL 3.0 never has any. */
  readonly hasExtensions: boolean;
}

/** What a peer did about one ClientHello. Warning alerts before a ServerHello are skipped and noted. */
export type HelloAnswer =
  | ServerFlight
  /** Fatal. */
  | { readonly kind: 'alert'; readonly alert: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'reset' }
  /** It does not speak TLS; `firstLine` is null where what it said is no text. */
  | { readonly kind: 'foreign'; readonly firstLine: string | null }
  /** `timeout` where nothing came; `malformed`, `unreachable`, `defect` (of this machine) as their messages say. */
  | { readonly kind: 'fault'; readonly fault: Fault };

/** All that a server says in the clear before it is our turn. */
export interface ServerFlight {
  readonly kind: 'hello';
  readonly wireVersion: number;
  readonly suite: number;
  /** HelloRetryRequest. */
  readonly isRetry: boolean;
  readonly compression: number;
  /** Of the key exchange: asked for by a retry, or in a key share, or of a ServerKeyExchange with a named curve. */
  readonly group: number | null;
  /** Of a ServerKeyExchange in a finite field: bits of its prime. */
  readonly dhBits: number | null;
  /** Of a ServerKeyExchange in TLS 1.2. */
  readonly signatureScheme: number | null;
  readonly secureRenegotiation: boolean;
  readonly extendedMasterSecret: boolean;
  /** The random ends with the sentinel of RFC 8446 4.1.3. */
  readonly hasDowngradeSentinel: boolean;
  readonly alpn: string | null;
  /** DER in the order on the wire; empty in TLS 1.3, which encrypts them, and where only the hello was read. */
  readonly certificates: readonly Buffer[];
  readonly staple: Buffer | null;
  /** Null where only the hello was read, and in TLS 1.3. */
  readonly wantsClientCertificate: boolean | null;
  readonly hadWarning: boolean;
}

/** `hello`: enough to know version, suite and, in TLS 1.3, group. `flight`: up to ServerHelloDone. */
export type ReadUntil = 'hello' | 'flight';

/** Asks one peer, each time over a connection of its own. Waits its turn, and never throws for what the peer does. */
export interface HelloAsker {
  ask(hello: Hello, until: ReadUntil): Promise<HelloAnswer>;
}
