import { loopback } from '../../sandbox/listen.ts';
import { type AuditedAddress, auditAddress, type ModernView } from '../../src/sources/tls/audit-address.ts';
import { readModernChain } from '../../src/sources/tls/modern-chain.ts';
import { type ModernAsker, mergeServed, readModernChains, viewOfChains } from '../../src/sources/tls/modern-served.ts';
import { createAsker } from '../../src/sources/tls/pace.ts';
import { gentlePacing } from '../../src/sources/tls/pacing.ts';

/** Everything that a server on loopback would agree to, with all its chains, as an endpoint of that name is looked at. */
export async function auditPort(port: number, serverName: string): Promise<AuditedAddress> {
  const peer = { address: loopback, port, serverName };
  const { signal } = new AbortController();
  const asker = createAsker(peer, { timeoutMs: 10_000, totalMs: 40_000, signal }, gentlePacing);
  const ask: ModernAsker = (hello) => readModernChain(peer, hello, { timeoutMs: 10_000, signal });
  const readModern = (): Promise<ModernView> => viewModern(ask, serverName);
  const audited = await auditAddress(asker, { serverName, asksOtherNames: true, readModern });
  const { protocols } = audited;
  if (protocols['TLSv1.3'].outcome !== 'offered' || audited.served.chains.some(({ version }) => version === 'TLSv1.3')) return audited;
  return { ...audited, served: mergeServed(audited.served, (await viewModern(ask, serverName)).served) };
}

async function viewModern(ask: ModernAsker, serverName: string): Promise<ModernView> {
  return viewOfChains(await readModernChains(ask, serverName));
}
