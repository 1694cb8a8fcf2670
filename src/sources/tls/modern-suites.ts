/** A cipher suite of TLS 1.3 that node:crypto can open records of (RFC 8446 appendix B.4). */
export interface ModernSuite {
  readonly code: number;
  readonly hash: 'sha256' | 'sha384';
  readonly hashBytes: 32 | 48;
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305' | 'aes-128-ccm';
  readonly keyBytes: 16 | 32;
  readonly tagBytes: 16 | 8;
}

const sha256 = { hash: 'sha256', hashBytes: 32 } as const;
const sha384 = { hash: 'sha384', hashBytes: 48 } as const;

/** In the order in which they are offered. */
const suites: readonly ModernSuite[] = [
  { code: 0x1301, ...sha256, cipher: 'aes-128-gcm', keyBytes: 16, tagBytes: 16 },
  { code: 0x1302, ...sha384, cipher: 'aes-256-gcm', keyBytes: 32, tagBytes: 16 },
  { code: 0x1303, ...sha256, cipher: 'chacha20-poly1305', keyBytes: 32, tagBytes: 16 },
  { code: 0x1304, ...sha256, cipher: 'aes-128-ccm', keyBytes: 16, tagBytes: 16 },
  { code: 0x1305, ...sha256, cipher: 'aes-128-ccm', keyBytes: 16, tagBytes: 8 },
];

/** Those that we can complete a handshake with. */
export const openableSuites: readonly number[] = suites.map((suite) => suite.code);

/** Undefined: none that we can open. */
export function modernSuiteOf(code: number): ModernSuite | undefined {
  return suites.find((suite) => suite.code === code);
}
