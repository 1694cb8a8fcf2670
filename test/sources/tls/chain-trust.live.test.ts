import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { startEndpoint } from '../../../sandbox/endpoints.ts';
import { findFreePort, loopback } from '../../../sandbox/listen.ts';
import { askChainTrust, askTrustOfChains } from '../../../src/sources/tls/chain-trust.ts';
import type { HandshakeFacts } from '../../../src/sources/tls/probe-handshake.ts';
import { rememberTrustStore } from '../../../src/sources/tls/trust-store.ts';
import type { ServedChain } from '../../../src/transport/tls-facts.ts';

const authority = await makeAuthority();
const store = rememberTrustStore()({ rootBundle: authority.certificatePem, extraRoots: [] });
const strange = rememberTrustStore()({ rootBundle: (await makeAuthority()).certificatePem, extraRoots: [] });
const certificate = await authority.issue({ hosts: ['localhost'] });
const served = certificate.chainDer.map((der) => der.toString('base64'));
const own: ServedChain = { keyKind: 'ecdsa', version: 'TLSv1.2', certificates: served, staple: null };

async function ask(chain: ServedChain, roots = store, port?: number) {
  const server = await startEndpoint({ certificate });
  onTestFinished(() => server.close());
  const peer = { address: loopback, port: port ?? server.port, serverName: 'localhost' };
  return await askChainTrust(peer, chain, roots, { timeoutMs: 2_000, signal: new AbortController().signal });
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a chain is judged by the roots of the store (%s)', async (version) => {
  expect(await ask({ ...own, version })).toEqual({ trusted: true, code: null });
  expect(await ask({ ...own, version }, strange)).toEqual({ trusted: false, code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test('what another chain shows is no verdict on this one', async () => {
  expect(await ask({ ...own, certificates: ['AAAA'] })).toMatchObject({ fault: { code: 'partial' } });
});

test('a chain that nobody shows has no verdict', async () => {
  expect(await ask({ ...own, keyKind: 'rsa' })).toMatchObject({ fault: { code: 'partial' } });
  expect(await ask({ ...own, version: 'SSLv3' })).toMatchObject({ fault: { code: 'unsupported' } });
  expect(await ask(own, store, await findFreePort())).toMatchObject({ fault: { code: 'unreachable' } });
});

describe('of several chains', () => {
  const other: ServedChain = { ...own, certificates: ['AAAA'] };
  const signal = new AbortController().signal;

  async function askAll(chains: readonly ServedChain[], shown: readonly string[], totalMs = 4_000) {
    const server = await startEndpoint({ certificate });
    onTestFinished(() => server.close());
    const peer = { address: loopback, port: server.port, serverName: 'localhost' };
    const endsAtMs = performance.now() + totalMs;
    const verdicts = await askTrustOfChains(peer, chains, handshakeShowing(shown), store, { endsAtMs, signal });
    return verdicts.map((verdict) => ('fault' in verdict ? verdict.fault.code : (verdict.code ?? 'trusted')));
  }

  // Says what no server here would say, so that it is seen whose verdict is told.
  function handshakeShowing(chain: readonly string[]): HandshakeFacts {
    const shown = { protocol: 'TLSv1.3', cipherSuite: '', keyExchange: null, alpn: null, clientCertificateRequested: null } as const;
    return { ...shown, chain, trust: { trusted: false, code: 'OF_HANDSHAKE', store: { name: 'none', sha256: '' } } };
  }

  test('the one of the handshake is judged already, each other one is asked', async () => {
    expect(await askAll([own, other], served)).toEqual(['OF_HANDSHAKE', 'partial']);
    expect(await askAll([other, own], ['BBBB'])).toEqual(['partial', 'trusted']);
  });

  test('the same leaf with other issuers in another version is asked in that', async () => {
    const twice: readonly ServedChain[] = [own, { ...own, version: 'TLSv1.3', certificates: [...served, 'AAAA'] }];
    expect(await askAll(twice, served)).toEqual(['trusted', 'trusted']);
  });

  test('not for ever', async () => {
    expect(await askAll(Array(9).fill(other), served, 0)).toEqual([...Array(8).fill('timeout'), 'partial']);
  });

  test('each is named after its leaf', async () => {
    const peer = { address: loopback, port: await findFreePort(), serverName: 'localhost' };
    const fault = { code: 'timeout', message: '' } as const;
    const [verdict] = await askTrustOfChains(peer, [own], { fault }, store, { endsAtMs: performance.now() + 2_000, signal });
    const leafSha256 = createHash('sha256')
      .update(Buffer.from(served[0] ?? '', 'base64'))
      .digest('hex');
    expect(verdict).toMatchObject({ leafSha256, fault: { code: 'unreachable' } });
  });
});
