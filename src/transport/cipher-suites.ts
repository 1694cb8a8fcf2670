import type { ProtocolVersion } from './protocol-versions.ts';
import { registeredSuites } from './registered-suites.ts';

/** What the name of a cipher suite says of it. */
export interface CipherSuite {
  /** On the wire. */
  readonly code: number;
  /** As the IANA registry spells it. */
  readonly name: string;
  /** Of the symmetric key; 0 where nothing is encrypted. */
  readonly keyBits: number;
  /** Authenticated encryption (RFC 5116): GCM, CCM, Poly1305, AEGIS. */
  readonly isAead: boolean;
  /** Ephemeral keys: what was recorded stays secret when the server's key is lost. Always so in TLS 1.3. */
  readonly isForwardSecret: boolean;
  readonly isModern: boolean;
  /** The rule against it, or null: what nobody should use whatever the sentence says. */
  readonly brokenBy: string | null;
  /** Works only between parties that share a secret beforehand, which no public endpoint does with everybody. */
  readonly needsSharedSecret: boolean;
}

const rulesAgainst: readonly (readonly [pattern: RegExp, rule: string])[] = [
  [/^(.*_)?(EC)?DH_anon /, 'RFC 9325 4.1 (nobody proves who he is)'],
  [/EXPORT/, 'RFC 9325 4.1 (export)'],
  [/ (NULL|SHA\d+_)/, 'RFC 9325 4.1 (nothing is encrypted)'],
  [/ RC4/, 'RFC 7465'],
  [/ RC2|_MD5$/, 'RFC 9325 4.1'],
  [/ DES|IDEA/, 'RFC 5469'],
  [/ 3DES/, 'RFC 9325 4.1, NIST SP 800-131A Revision 2 (blocks of 64 bits)'],
];

const suites: readonly CipherSuite[] = [...registeredSuites.matchAll(/([0-9a-f]{4}) (\w+)/g)].map(([, code = '', name = '']) =>
  describeSuite(Number.parseInt(code, 16), name),
);
const byCode: ReadonlyMap<number, CipherSuite> = new Map(suites.map((suite) => [suite.code, suite]));
const byName: ReadonlyMap<string, CipherSuite> = new Map(suites.map((suite) => [suite.name, suite]));

/** Null for a number that the registry does not know. */
export function suiteOfCode(code: number): CipherSuite | null {
  return byCode.get(code) ?? null;
}

/** `TLS_AES_256_GCM_SHA384`; null for a name that the registry does not know. */
export function suiteOfName(name: string): CipherSuite | null {
  return byName.get(name) ?? null;
}

/** Suites that may stand in a hello of this version, in the order of their codes. Suites that need a shared secret are none of them. */
export function suitesOfVersion(version: ProtocolVersion): readonly CipherSuite[] {
  return suites.filter((suite) => suite.isModern === (version === 'TLSv1.3') && !suite.needsSharedSecret);
}

function describeSuite(code: number, short: string): CipherSuite {
  const [exchange = '', cipher = short] = short.includes('_WITH_') ? short.split('_WITH_') : ['', short];
  const isModern = exchange === '';
  return {
    code,
    name: `TLS_${short}`,
    keyBits: keyBitsOf(cipher),
    isAead: /GCM|CCM|POLY1305|AEGIS/.test(cipher),
    isForwardSecret: isModern || /^(EC)?DHE_/.test(exchange),
    isModern,
    brokenBy: brokenBy(exchange, cipher),
    needsSharedSecret: /PSK|KRB5|SRP|ECCPWD/.test(exchange),
  };
}

function keyBitsOf(cipher: string): number {
  if (/NULL|^SHA/.test(cipher)) return 0;
  if (/40/.test(cipher)) return 40;
  // Two keys of 56 bits less what meeting in the middle saves (NIST SP 800-57 part 1, 5.6.1).
  if (cipher.startsWith('3DES')) return 112;
  if (/^DES|_56/.test(cipher)) return 56;
  return /256|CHACHA20/.test(cipher.replace(/_(SHA\d+|SM3)$/, '')) ? 256 : 128;
}

function brokenBy(exchange: string, cipher: string): string | null {
  return rulesAgainst.find(([pattern]) => pattern.test(`${exchange} ${cipher}`))?.[1] ?? null;
}
