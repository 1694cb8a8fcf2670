import { suiteOfCode } from './cipher-suites.ts';
import type { ProtocolVersion } from './protocol-versions.ts';

/** What a published guideline asks of a server, as figures. Whatever it does not say is not judged. */
export interface TlsProfile {
  /** `NIST SP 800-52 Revision 2` */
  readonly name: string;
  readonly published: string;
  readonly versions: { readonly allowed: readonly ProtocolVersion[]; readonly required: readonly ProtocolVersion[]; readonly rule: string };
  /** Names of the registry. */
  readonly suites: { readonly allowed: readonly string[]; readonly rule: string };
  readonly groups: GroupRule;
  readonly certificates: CertificateRule;
  /** Extensions that have to be there where the question arises. */
  readonly extensions: { readonly required: readonly ('secureRenegotiation' | 'extendedMasterSecret')[]; readonly rule: string };
  /** Null: not asked for. Else none may be taken. */
  readonly compression: { readonly rule: string } | null;
  /** Null: not asked for. Else where the certificate names a responder, which alone could give one. */
  readonly staple: { readonly rule: string } | null;
}

export interface GroupRule {
  /** Null: any that is not weak. */
  readonly allowed: readonly string[] | null;
  /** At least one of these, in each version that was asked; none: whichever. */
  readonly oneOf: readonly string[];
  /** Of finite fields before TLS 1.3. */
  readonly leastDhBits: number;
  readonly rule: string;
}

export interface CertificateRule {
  /** `chain`: every certificate that is sent, but for signatures that an anchor puts under itself. */
  readonly reach: 'leaf' | 'chain';
  readonly leastRsaBits: number | null;
  /** OpenSSL's names. */
  readonly curves: readonly string[];
  readonly keyRule: string;
  readonly hashes: readonly string[];
  /** OpenSSL's names; null: any with one of these hashes. */
  readonly signatureAlgorithms: readonly string[] | null;
  readonly signatureRule: string;
  readonly longestDays: number;
  readonly lifetimeRule: string;
}

/** Section 3.3.1.1, by kind of certificate: ECDSA, RSA, DSA, DH, ECDH. Those with HMAC of SHA-1 stand there for TLS 1.0 to 1.2. */
const nistClassicSuites =
  'c02b c02c c0ac c0ad c0ae c0af c023 c024 c009 c00a c02f c030 009e 009f c09e c09f c0a2 c0a3 c027 c028 0067 006b c013 c014 0033 0039 ' +
  '00a2 00a3 0040 006a 0032 0038 00a4 00a5 003e 0068 0030 0036 00a0 00a1 003f 0069 0031 0037 ' +
  'c02d c02e c025 c026 c004 c005 c031 c032 c029 c02a c00e c00f';
/** Section 3.3.1.2. ChaCha20-Poly1305 is no algorithm that NIST approved. */
const nistModernSuites = '1301 1302 1304 1305';

const mozillaModernSuites = '1301 1302 1303';
const mozillaGroups = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'];
const mozillaCurves = ['prime256v1', 'secp384r1'];
const mozillaEcdsa = ['ecdsa-with-SHA256', 'ecdsa-with-SHA384', 'ecdsa-with-SHA512'];
const strongHashes = ['sha256', 'sha384', 'sha512'];

/**
 * NIST: SP 800-52 Revision 2 (August 2019) for servers, with TLS 1.3 as it has to be since 2024-01-01; curves other than NIST's are not forbidden there
 * in so many words, so groups are only held to 112 bits of security and to one of NIST's being there. Stapling has to be supported, which nobody sees
 * from outside where there is nothing to staple: it is not judged. Mozilla: the guidelines behind its configuration generator, version 6.0 (2026-04-06).
 * HSTS, which Mozilla asks for too, is judged by https-hsts. That a version older than allowed is refused counts for both.
 */
export const tlsProfiles = {
  'nist-sp-800-52r2': {
    name: 'NIST SP 800-52 Revision 2',
    published: '2019-08',
    versions: { allowed: ['TLSv1.2', 'TLSv1.3'], required: ['TLSv1.3'], rule: 'NIST SP 800-52r2 3.1' },
    suites: { allowed: namesOf(`${nistClassicSuites} ${nistModernSuites}`), rule: 'NIST SP 800-52r2 3.3.1' },
    groups: { allowed: null, oneOf: ['secp256r1', 'secp384r1'], leastDhBits: 2048, rule: 'NIST SP 800-52r2 3.4.2' },
    certificates: {
      reach: 'chain',
      leastRsaBits: 2048,
      curves: ['prime256v1', 'secp384r1', 'secp521r1'],
      keyRule: 'NIST SP 800-52r2 3.2.1',
      hashes: strongHashes,
      signatureAlgorithms: null,
      signatureRule: 'NIST SP 800-52r2 3.2.1, table 3-1',
      // Three years, one of which may be a leap year.
      longestDays: 1096,
      lifetimeRule: 'NIST SP 800-52r2 3.2.1, table 3-1',
    },
    extensions: { required: ['secureRenegotiation', 'extendedMasterSecret'], rule: 'NIST SP 800-52r2 3.4.1' },
    compression: { rule: 'NIST SP 800-52r2 3.7' },
    staple: null,
  },
  'mozilla-intermediate': {
    name: 'Mozilla intermediate (guideline 6.0)',
    published: '2026-04',
    versions: { allowed: ['TLSv1.2', 'TLSv1.3'], required: [], rule: 'Mozilla guideline 6.0 intermediate: tls_versions' },
    suites: {
      allowed: namesOf(`c02b c02f c02c c030 cca9 cca8 ${mozillaModernSuites}`),
      rule: 'Mozilla guideline 6.0 intermediate: ciphers, ciphersuites',
    },
    groups: { allowed: mozillaGroups, oneOf: [], leastDhBits: 2048, rule: 'Mozilla guideline 6.0 intermediate: tls_curves' },
    certificates: {
      reach: 'leaf',
      leastRsaBits: 2048,
      curves: mozillaCurves,
      keyRule: 'Mozilla guideline 6.0 intermediate: certificate_types, certificate_curves, rsa_key_size',
      hashes: strongHashes,
      signatureAlgorithms: ['sha256WithRSAEncryption', ...mozillaEcdsa],
      signatureRule: 'Mozilla guideline 6.0 intermediate: certificate_signatures',
      longestDays: 366,
      lifetimeRule: 'Mozilla guideline 6.0 intermediate: maximum_certificate_lifespan',
    },
    extensions: { required: [], rule: '' },
    compression: null,
    staple: { rule: 'Mozilla guideline 6.0 intermediate: ocsp_staple' },
  },
  'mozilla-modern': {
    name: 'Mozilla modern (guideline 6.0)',
    published: '2026-04',
    versions: { allowed: ['TLSv1.3'], required: ['TLSv1.3'], rule: 'Mozilla guideline 6.0 modern: tls_versions' },
    suites: { allowed: namesOf(mozillaModernSuites), rule: 'Mozilla guideline 6.0 modern: ciphersuites' },
    groups: { allowed: mozillaGroups, oneOf: [], leastDhBits: 2048, rule: 'Mozilla guideline 6.0 modern: tls_curves' },
    certificates: {
      reach: 'leaf',
      leastRsaBits: null,
      curves: mozillaCurves,
      keyRule: 'Mozilla guideline 6.0 modern: certificate_types, certificate_curves',
      hashes: strongHashes,
      signatureAlgorithms: mozillaEcdsa,
      signatureRule: 'Mozilla guideline 6.0 modern: certificate_signatures',
      longestDays: 90,
      lifetimeRule: 'Mozilla guideline 6.0 modern: maximum_certificate_lifespan',
    },
    extensions: { required: [], rule: '' },
    compression: null,
    staple: { rule: 'Mozilla guideline 6.0 modern: ocsp_staple' },
  },
} as const satisfies { readonly [id: string]: TlsProfile };

export type TlsProfileId = keyof typeof tlsProfiles;

/** @throws RangeError for a code that the registry does not know: a mistake in the tables above. */
function namesOf(codes: string): readonly string[] {
  return codes.split(' ').map((code) => {
    const suite = suiteOfCode(Number.parseInt(code, 16));
    if (suite === null) throw new RangeError(`no cipher suite has the code ${code}`);
    return suite.name;
  });
}
