import { expect, onTestFinished, test } from 'vitest';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { startEndpoint } from '../../../sandbox/endpoints.ts';
import { findFreePort, loopback } from '../../../sandbox/listen.ts';
import { askChainTrust } from '../../../src/sources/tls/chain-trust.ts';
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
