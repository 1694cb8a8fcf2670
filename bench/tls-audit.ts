import { type AuditedAddress, auditAddress } from '../src/sources/tls/audit-address.ts';
import type { HelloAsker } from '../src/sources/tls/hello.ts';
import { readModernChain } from '../src/sources/tls/modern-chain.ts';
import { type ModernChains, readModernChains, viewOfChains } from '../src/sources/tls/modern-served.ts';
import { createAsker } from '../src/sources/tls/pace.ts';
import { withoutPacing } from '../src/sources/tls/pacing.ts';
import type { Peer } from '../src/sources/tls/probe-limits.ts';
import { tlsSource } from '../src/sources/tls/tls-source.ts';
import { suiteOfName } from '../src/transport/cipher-suites.ts';
import type { ProtocolVersion } from '../src/transport/protocol-versions.ts';

const signal = new AbortController().signal;
const limits = { timeoutMs: 10_000, totalMs: 60_000, signal };

/** What a server was configured to offer. */
export interface Configured {
  /** Codes, smallest first; none: the version is off. */
  readonly suites: { readonly [V in ProtocolVersion]: readonly number[] };
  /** Kinds of key with a chain of their own. */
  readonly chains: number;
}

export interface BenchAudit {
  readonly ms: number;
  readonly cpuMs: number;
  readonly hellos: number;
  /** What was found otherwise than it was configured. */
  readonly wrong: readonly string[];
}

/** Protocols, suites, groups, chain and flags of one address, with the right name, as fast as it can be asked. */
export async function auditPeer(peer: Peer, configured: Configured, asksOtherNames = false): Promise<BenchAudit> {
  const startedAt = performance.now();
  const startedCpu = process.cpuUsage();
  const asker = createAsker(peer, limits, withoutPacing);
  let hellos = 0;
  const counting: HelloAsker = {
    ask: (hello, until) => {
      hellos += 1;
      return asker.ask(hello, until);
    },
  };
  const seen = await auditAddress(counting, {
    serverName: peer.serverName,
    asksOtherNames,
    readModern: async () => viewOfChains(await readChains(peer)),
  });
  const { user, system } = process.cpuUsage(startedCpu);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000, hellos, wrong: compare(seen, configured) };
}

/** A fast bench of wrong answers says nothing. */
function compare(seen: AuditedAddress, configured: Configured): readonly string[] {
  const versions = Object.entries(configured.suites) as readonly [ProtocolVersion, readonly number[]][];
  const wrong = versions.flatMap(([version, codes]) => {
    const outcome = codes.length > 0 ? 'offered' : 'refused';
    if (seen.protocols[version].outcome !== outcome) return [`${version} is ${seen.protocols[version].outcome}, not ${outcome}`];
    const found = (seen.suites[version]?.accepted ?? []).map((name) => suiteOfName(name)?.code ?? 0).toSorted((a, b) => a - b);
    const isEqual = found.join() === codes.join() && (seen.suites[version]?.fault ?? null) === null;
    return isEqual ? [] : [`${version} has ${found.length} suites of ${codes.length}`];
  });
  const groups = Object.entries(seen.groups).flatMap(([version, { accepted, fault }]) =>
    accepted.length > 0 && fault === null ? [] : [`the groups of ${version} are not known`],
  );
  const { chains, fault } = seen.served;
  const isServed = chains.length === configured.chains && fault === null;
  return [...wrong, ...groups, ...(isServed ? [] : [`${chains.length} chains, not ${configured.chains}`])];
}

async function readChains(peer: Peer): Promise<ModernChains> {
  return await readModernChains((hello) => readModernChain(peer, hello, limits), peer.serverName);
}

/** The chains of TLS 1.3, each by a whole handshake of our own. */
export async function readModern(peer: Peer): Promise<number> {
  const startedAt = performance.now();
  const { fault } = await readChains(peer);
  if (fault !== null) throw new Error(`the chains of TLS 1.3: ${fault.code}: ${fault.message}`);
  return performance.now() - startedAt;
}

const source = tlsSource.create();

/** All that the source looks at, of all these hosts, with the pacing that it comes with. */
export async function lookAt(hosts: readonly string[], port: number, concurrency: number): Promise<number> {
  const startedAt = performance.now();
  const looked = source.look({
    subjects: hosts.map((host) => ({ kind: 'endpoint', id: `${host}:${port}`, host, port, httpPort: 80, httpPaths: ['/'] })),
    options: { addressFamilies: ['ipv4'] },
    vantage: { name: 'bench', external: false, egressAddress: null, resolver: ['system'] },
    concurrency,
    subjectDeadlineMs: 60_000,
    signal,
  });
  for await (const { seen, thrown } of looked) {
    if (thrown !== undefined || seen['tls'] === undefined || 'fault' in seen['tls']) throw new Error('the look at the peer failed');
  }
  return performance.now() - startedAt;
}
