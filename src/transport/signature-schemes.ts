/** How a peer proves that its key is its own: a signature scheme of TLS 1.3, or a pair of hash and signature of TLS 1.2. */
export interface SignatureScheme {
  /** On the wire. */
  readonly code: number;
  /** As the IANA registry spells it; the pairs that it does not name are spelt alike (`dsa_sha256`). */
  readonly name: string;
  /** Kind of key that the certificate must hold. */
  readonly key: 'rsa' | 'rsa-pss' | 'ecdsa' | 'eddsa' | 'dsa' | 'ml-dsa' | 'other';
  /** Null where the scheme hashes in its own way. */
  readonly hash: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sm3' | null;
  /** May sign a handshake of TLS 1.3 (RFC 8446 4.2.3): the others only certificates and older handshakes. */
  readonly isModern: boolean;
}

const table = `
0101 rsa_pkcs1_md5  0102 dsa_md5  0103 ecdsa_md5  0201 rsa_pkcs1_sha1  0202 dsa_sha1  0203 ecdsa_sha1  0301 rsa_pkcs1_sha224  0302 dsa_sha224
0303 ecdsa_sha224  0401 rsa_pkcs1_sha256  0402 dsa_sha256  0403 ecdsa_secp256r1_sha256  0501 rsa_pkcs1_sha384  0502 dsa_sha384
0503 ecdsa_secp384r1_sha384  0601 rsa_pkcs1_sha512  0602 dsa_sha512  0603 ecdsa_secp521r1_sha512  0708 sm2sig_sm3
0804 rsa_pss_rsae_sha256  0805 rsa_pss_rsae_sha384  0806 rsa_pss_rsae_sha512  0807 ed25519  0808 ed448  0809 rsa_pss_pss_sha256
080a rsa_pss_pss_sha384  080b rsa_pss_pss_sha512  081a ecdsa_brainpoolP256r1tls13_sha256  081b ecdsa_brainpoolP384r1tls13_sha384
081c ecdsa_brainpoolP512r1tls13_sha512  0904 mldsa44  0905 mldsa65  0906 mldsa87
`;

const keys: readonly (readonly [start: string, key: SignatureScheme['key']])[] = [
  ['rsa_pss_pss', 'rsa-pss'],
  ['rsa', 'rsa'],
  ['ecdsa', 'ecdsa'],
  ['ed', 'eddsa'],
  ['dsa', 'dsa'],
  ['mldsa', 'ml-dsa'],
];
const hashes = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sm3'] as const;

/** In the order of their codes. */
export const signatureSchemes: readonly SignatureScheme[] = [...table.matchAll(/([0-9a-f]{4}) (\w+)/g)].map(([, code = '', name = '']) =>
  describeScheme(Number.parseInt(code, 16), name),
);

const byCode: ReadonlyMap<number, SignatureScheme> = new Map(signatureSchemes.map((scheme) => [scheme.code, scheme]));
const byName: ReadonlyMap<string, SignatureScheme> = new Map(signatureSchemes.map((scheme) => [scheme.name, scheme]));

/** Null for a number that the table does not hold. */
export function schemeOfCode(code: number): SignatureScheme | null {
  return byCode.get(code) ?? null;
}

/** `rsa_pss_rsae_sha256`; null for a name that the table does not hold. */
export function schemeOfName(name: string): SignatureScheme | null {
  return byName.get(name) ?? null;
}

function describeScheme(code: number, name: string): SignatureScheme {
  const hash = hashes.find((known) => name.endsWith(`_${known}`)) ?? null;
  const isOld = /^(rsa_pkcs1|dsa)_|_(md5|sha1|sha224)$/.test(name);
  return { code, name, key: keys.find(([start]) => name.startsWith(start))?.[1] ?? 'other', hash, isModern: !isOld };
}
