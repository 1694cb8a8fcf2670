/**
 * Suites of SSL 3.0 to TLS 1.2 by number, as the IANA registry gives them, in ranges. What Node can no longer offer stands first (NULL, export, RC4, IDEA,
 * DES, 3DES of RFC 5246, 4492, 6101): it is what the hello is for.
 */
const classicRanges: readonly (readonly [from: number, to: number])[] = [
  // RSA, DHE and anonymous with NULL, export, RC4, IDEA, DES, 3DES.
  [0x0001, 0x001b],
  // AES-128 and AES-256 in CBC with SHA-1.
  [0x002f, 0x0034],
  [0x0035, 0x003a],
  // NULL and AES in CBC with SHA-256.
  [0x003b, 0x0040],
  [0x0067, 0x006d],
  // Camellia-128, Camellia-256 and SEED in CBC.
  [0x0041, 0x0046],
  [0x0084, 0x0089],
  [0x0096, 0x009b],
  // AES in GCM.
  [0x009c, 0x00a3],
  // ECDH, ECDHE and anonymous with NULL, RC4, 3DES, AES in CBC with SHA-1.
  [0xc001, 0xc019],
  // ECDHE with AES in CBC with SHA-2, then in GCM.
  [0xc023, 0xc032],
  // ChaCha20-Poly1305.
  [0xcca8, 0xccaa],
];

export const classicSuites: readonly number[] = classicRanges.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, offset) => from + offset),
);

/** TLS 1.3: AES in GCM and CCM, ChaCha20 (RFC 8446), SM4 (RFC 8998), integrity only (RFC 9150). */
export const modernSuites: readonly number[] = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x00c6, 0x00c7, 0xc0b4, 0xc0b5];
