import { loopback } from '../../sandbox/listen.ts';
import type { AuditedAddress } from '../../src/sources/tls/audit-address.ts';
import { lookAtAddress } from '../../src/sources/tls/look-at-address.ts';
import { gentlePacing } from '../../src/sources/tls/pacing.ts';
import { rememberTrustStore } from '../../src/sources/tls/trust-store.ts';

const store = rememberTrustStore()({ rootBundle: null, extraRoots: [] });

/** Everything that a server on loopback would agree to, as an endpoint of that name is looked at. */
export async function auditPort(port: number, serverName: string): Promise<AuditedAddress> {
  const limits = { totalMs: 40_000, signal: new AbortController().signal, pacing: gentlePacing };
  return await lookAtAddress({ address: loopback, port, serverName }, store, limits);
}
