import { expect } from 'vitest';
import type { AuditedAddress } from '../../src/sources/tls/audit-address.ts';
import { suiteOfName } from '../../src/transport/cipher-suites.ts';
import { type ProtocolVersion, protocolVersions } from '../../src/transport/protocol-versions.ts';
import { runSslscan } from './sslscan.ts';

/**
 * Why sslscan lists less than there is. `client-certificate`: it counts a suite only after a whole handshake. `group`: its OpenSSL has none of the groups
 * of the server. `none`: it lists all but what it never lists: SSL 3.0, and export suites.
 */
export type SslscanBlindness = 'none' | 'client-certificate' | 'group';

interface Findings {
  readonly versions: readonly ProtocolVersion[];
  readonly suites: { readonly [V in ProtocolVersion]?: readonly string[] };
}

/** By code. Whatever differs otherwise than sslscan is known to differ fails. */
export async function expectSameAsSslscan(port: number, host: string, audited: AuditedAddress, blindness: SslscanBlindness): Promise<void> {
  const { versions, suites } = await runSslscan(port, host);
  const scanned = { versions, suites: Object.fromEntries(Object.entries(suites).map(([version, codes]) => [version, codes.map(hexOf)])) };
  const own = comparable(audited);
  if (blindness === 'none') return expect(own, 'what sslscan lists').toEqual(scanned);
  const more = Object.entries(scanned.suites).flatMap(([version, codes]) => codes.map((code) => `${version} ${code}`));
  const ours = Object.entries(own.suites).flatMap(([version, codes]) => codes.map((code) => `${version} ${code}`));
  // Else it is not blind, and has to be compared.
  expect(more.length, 'suites that sslscan sees').toBeLessThan(ours.length);
  expect(ours, 'what sslscan lists').toEqual(expect.arrayContaining(more));
}

function comparable({ protocols, suites }: AuditedAddress): Findings {
  const listed = Object.entries(suites)
    .filter(([version]) => version !== 'SSLv3')
    .map(([version, { accepted }]) => [version, accepted.filter((name) => !name.includes('EXPORT')).map(codeOf)] as const);
  return {
    versions: protocolVersions.map(({ name }) => name).filter((name) => protocols[name].outcome === 'offered'),
    suites: Object.fromEntries(listed.filter(([, codes]) => codes.length > 0)),
  };
}

function codeOf(name: string): string {
  return hexOf(suiteOfName(name)?.code ?? Number.NaN);
}

function hexOf(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
