import { suiteOfCode } from './cipher-suites.ts';
import { groupOfCode } from './named-groups.ts';
import type { ProtocolVersion } from './protocol-versions.ts';
import { schemeOfCode } from './signature-schemes.ts';

/** What a kind of client offers of itself, most wanted first. Signals that are no suites, groups or schemes (GREASE, SCSV) are left out. */
export interface ClientProfile {
  /** `Chrome 143` */
  readonly name: string;
  /** When that version came out: `2025-12`. */
  readonly released: string;
  /** Newest first. */
  readonly versions: readonly ProtocolVersion[];
  /** Names of the registry, as are the next two. */
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly signatureSchemes: readonly string[];
}

const current: readonly ProtocolVersion[] = ['TLSv1.3', 'TLSv1.2'];
const classic: readonly ProtocolVersion[] = ['TLSv1.2', 'TLSv1.1', 'TLSv1'];

/**
 * What these clients say in their ClientHello. The browsers: as they were recorded by public echo services (ja3, ja4), the last that were seen; older ones
 * since Chrome 131, Firefox 132 and Safari 26 (which brought X25519MLKEM768) differ in nothing that stands here. Android 7.0: its SSLSocket's documented
 * defaults, and its well-known defect that it offers one curve only (mended in 7.1.1). Java 8: defaults of SunJSSE before TLS 1.3 came to it (8u261), with
 * what jdk.tls.disabledAlgorithms leaves. OpenSSL: the list DEFAULT of its command line, without a configuration file.
 */
export const clientProfiles: readonly ClientProfile[] = [
  describeClient('Chrome 143', '2025-12', current, {
    suites: '1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035',
    groups: '11ec 001d 0017 0018',
    schemes: '0403 0804 0401 0503 0805 0501 0806 0601',
  }),
  describeClient('Firefox 148', '2026-02', current, {
    suites: '1301 1303 1302 c02b c02f cca9 cca8 c02c c030 c00a c009 c013 c014 009c 009d 002f 0035',
    groups: '11ec 001d 0017 0018 0019 0100 0101',
    schemes: '0403 0503 0603 0804 0805 0806 0401 0501 0601 0203 0201',
  }),
  describeClient('Safari 26', '2025-09', current, {
    suites: '1302 1303 1301 c02c c02b cca9 c030 c02f cca8 c00a c009 c014 c013 009d 009c 0035 002f c008 c012 000a',
    groups: '11ec 001d 0017 0018 0019',
    schemes: '0403 0804 0401 0503 0805 0501 0806 0601 0201',
  }),
  describeClient('Android 7.0', '2016-08', classic, {
    suites: 'cca9 c02b c02c cca8 c02f c030 c009 c00a c013 c014 009c 009d 002f 0035',
    groups: '0017',
    schemes: '0601 0603 0501 0503 0401 0403 0201 0203',
  }),
  describeClient('Java 8u252', '2020-04', classic, {
    suites:
      'c02c c02b c030 009d c02e c032 009f 00a3 c02f 009c c02d c031 009e 00a2 c024 c028 003d c026 c02a 006b 006a c00a c014 0035 c005 c00f 0039 0038 ' +
      'c023 c027 003c c025 c029 0067 0040 c009 c013 002f c004 c00e 0033 0032',
    groups: '0017 0018 0019 0009 000a 000b 000c 000d 000e 0016',
    schemes: '0603 0601 0503 0501 0403 0401 0402 0303 0301 0302 0203 0201 0202',
  }),
  describeClient('OpenSSL 1.1.1', '2018-09', [...current, 'TLSv1.1', 'TLSv1'], {
    suites:
      '1302 1303 1301 c02c c030 009f cca9 cca8 ccaa c02b c02f 009e c024 c028 006b c023 c027 0067 c00a c014 0039 c009 c013 0033 009d 009c 003d 003c 0035 002f',
    groups: '001d 0017 001e 0019 0018',
    schemes: '0403 0503 0603 0807 0808 0809 080a 080b 0804 0805 0806 0401 0501 0601 0303 0203 0301 0201 0302 0202 0402 0502 0602',
  }),
];

interface Codes {
  readonly suites: string;
  readonly groups: string;
  readonly schemes: string;
}

function describeClient(name: string, released: string, versions: readonly ProtocolVersion[], codes: Codes): ClientProfile {
  return {
    name,
    released,
    versions,
    suites: namesOf(codes.suites, suiteOfCode),
    groups: namesOf(codes.groups, groupOfCode),
    signatureSchemes: namesOf(codes.schemes, schemeOfCode),
  };
}

/** @throws RangeError for a code that no registry knows: a mistake in the table above. */
function namesOf(codes: string, lookUp: (code: number) => { readonly name: string } | null): readonly string[] {
  return codes.split(' ').map((code) => {
    const found = lookUp(Number.parseInt(code, 16));
    if (found === null) throw new RangeError(`nothing registered has the code ${code}`);
    return found.name;
  });
}
