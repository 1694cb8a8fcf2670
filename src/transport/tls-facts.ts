import type { Fault } from '../domain/fault.ts';
import type { ProtocolVersion } from './protocol-versions.ts';

/** The fact `tls` of an endpoint: everything that each of its addresses would agree to. Nothing of it differs between two looks at an unchanged peer. */
export interface TlsFact {
  readonly addresses: readonly TlsAddress[];
  /** Parts in which the addresses differ (`protocols`, `suites`, `groups`, `behaviour`, `served`, `plaintext`), sorted. What was not seen differs from nothing. */
  readonly differences: readonly string[];
}

/** What one address showed to a client that names the endpoint's host. */
export interface TlsAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly addressClass: string;
  readonly protocols: { readonly [V in ProtocolVersion]: VersionFact };
  /** Of each version that is accepted. */
  readonly suites: { readonly [V in ProtocolVersion]?: SuitesOfVersion };
  /** Key exchange groups, by the registry's names (`x25519`, `secp256r1`, `X25519MLKEM768`). */
  readonly groups: { readonly [V in GroupVersion]?: Listed };
  /** Bits of the finite fields that were met in key exchanges before TLS 1.3, smallest first. */
  readonly dhBits: readonly number[];
  readonly behaviour: Behaviour;
  readonly served: Served;
  /** What it shows to a client that names no host, and one that it cannot know. Null where the host is an address, which no client names. */
  readonly otherNames: { readonly none: NameAnswer; readonly unknown: NameAnswer } | null;
  readonly oddities: readonly Oddity[];
  /** First line of what answers without TLS; null where nothing does. */
  readonly plaintext: string | null;
}

export type GroupVersion = 'TLSv1.2' | 'TLSv1.3';

/** What an address does about one version. */
export type VersionFact =
  | { readonly outcome: 'offered' }
  | { readonly outcome: 'refused'; readonly by: 'alert'; readonly alert: number }
  /** `other-version`: it answered with a version that was not asked for. */
  | { readonly outcome: 'refused'; readonly by: 'close' | 'reset' | 'other-version' }
  | { readonly outcome: 'fault'; readonly fault: Fault };

/** What is accepted of many things that were asked for one after another. */
export interface Listed {
  /** Names of the registry, in the order of its codes. What the registry does not know is `0x1a2b`. */
  readonly accepted: readonly string[];
  /** Null: all the others were refused. Else nothing is known of the others. */
  readonly fault: Fault | null;
}

export interface SuitesOfVersion extends Listed {
  /** Whose order decides. Null: there is nothing to choose, or it could not be asked. */
  readonly order: 'server' | 'client' | null;
  /** What it selects where it may choose among all; null where the client's order decides or nothing was seen. */
  readonly preferred: string | null;
}

/** Null: the question does not arise. */
export type Answered<Value> = { readonly is: Value | null } | { readonly fault: Fault };

export interface Behaviour {
  /** Refuses a hello that says that it fell back to an older version (RFC 7507). Does not arise where there is only one version. */
  readonly refusesFallback: Answered<boolean>;
  /** RFC 5746. Does not arise in TLS 1.3, as the next four. */
  readonly secureRenegotiation: Answered<boolean>;
  /** DEFLATE was taken where it was offered (CRIME). */
  readonly compression: Answered<boolean>;
  /** RFC 7627. */
  readonly extendedMasterSecret: Answered<boolean>;
  /** RFC 8446 4.1.3: the random of an older version says that TLS 1.3 was possible. Arises only where both are accepted. */
  readonly downgradeSentinel: Answered<boolean>;
  /** Of `h2` and `http/1.1`; null in `is`: it chose neither. */
  readonly alpn: Answered<string>;
}

export interface Served {
  readonly chains: readonly ServedChain[];
  /** Why there may be more chains, or why there is none. */
  readonly fault: Fault | null;
}

/** One chain as it came over the wire, with superfluous and misplaced certificates. */
export interface ServedChain {
  /** Kind of key that the leaf has. */
  readonly keyKind: 'rsa' | 'rsa-pss' | 'ecdsa' | 'eddsa' | 'other';
  readonly version: ProtocolVersion;
  /** Base64 DER, leaf first if the peer keeps to the rules. */
  readonly certificates: readonly string[];
  /** OCSP response, base64 DER (RFC 6066 8); null: none came though it was asked for. */
  readonly staple: string | null;
}

/** What OpenSSL says of one chain, by the roots of the look; the host's name plays no part in it. `leafSha256`: lower-case hex, of the first DER on the wire. */
export type TrustOfChain = { readonly leafSha256: string } & (
  | { readonly trusted: boolean /** `CERT_HAS_EXPIRED`; null where trusted. */; readonly code: string | null }
  | { readonly fault: Fault }
);

export type NameAnswer =
  /** `certificate`: base64 DER of the leaf; null where it cannot be seen. */
  | {
      readonly outcome: 'answered';
      readonly version: ProtocolVersion;
      readonly suite: string;
      readonly certificate: string | null;
      /** Weaker than what the endpoint's own name gets: versions that only this name gets. */
      readonly moreVersions: readonly ProtocolVersion[];
    }
  | { readonly outcome: 'refused'; readonly by: 'alert' | 'close' | 'reset' }
  | { readonly outcome: 'fault'; readonly fault: Fault };

/**
 * `extension-intolerant`: answers only a hello without extensions. `version-intolerant`: hangs up where a version is newer than its own, instead of
 * offering that. `size-intolerant`: hangs up on a hello of more than 255 bytes or of many suites. `suite-not-offered`: selected one that was not offered,
 * which is against the protocol. `warning-first`: sends a warning before its hello.
 */
export type Oddity = 'extension-intolerant' | 'size-intolerant' | 'suite-not-offered' | 'version-intolerant' | 'warning-first';
