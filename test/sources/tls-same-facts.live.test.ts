import { createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { tlsSource } from '../../src/sources/tls/tls-source.ts';
import { handshakeOf, lookTls } from '../support/look-tls.ts';
import { startOpenssl, versionOfOpenssl } from '../support/openssl-server.ts';
import { serve } from '../support/wicked-peers.ts';

const authority = await makeAuthority();
const extraRoots = [authority.certificatePem];
const looks = 20;

/** The facts of so many looks by one source, each once, to the letter: the order of their parts counts in their digest. */
async function differentFacts(port: number): Promise<readonly string[]> {
  const source = tlsSource.create();
  const facts = new Set<string>();
  for (let looked = 0; looked < looks; looked += 1) {
    const seen = await lookTls({ port, extraRoots }, source);
    expect(handshakeOf(seen).trust.trusted).toBe(true);
    facts.add(JSON.stringify(seen));
  }
  return [...facts];
}

describe(`the facts of ${looks} looks are the same`, () => {
  const isMissing = versionOfOpenssl() === null;

  it.skipIf(isMissing)(`at an openssl server${isMissing ? ' (skipped: openssl is not installed)' : ''}`, async () => {
    const server = await startOpenssl(await authority.issue({ hosts: ['localhost'], key: 'rsa-2048', intermediate: true }), []);
    try {
      expect(await differentFacts(server.port)).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  it('at a node server', async () => {
    const { keyPem, certificatePem } = await authority.issue({ hosts: ['localhost'], intermediate: true });
    const port = await serve(createServer({ key: keyPem, cert: certificatePem }, (socket) => socket.end()).on('tlsClientError', () => {}));
    expect(await differentFacts(port)).toHaveLength(1);
  });
});
