import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { makeAuthority } from '../sandbox/certificates.ts';
import { startDnsServer } from '../sandbox/dns-server.ts';
import { listen } from '../sandbox/listen.ts';

/**
 * A process of its own, so that its work does not count as ours: one HTTPS server with a certificate for every name of the estate,
 * its redirect on plain HTTP, and the name server. Says where they are, then serves until it is killed.
 */
const count = Number(process.argv[2]);
const hosts = Array.from({ length: count }, (_, index) => `host-${String(index).padStart(5, '0')}.shop.test`);
const authority = await makeAuthority();
const issued = await authority.issue({ hosts: ['*.shop.test'], key: 'p-256' });
/** What every named profile lets be. */
const ciphers = 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM';
const https = createHttpsServer({ key: issued.keyPem, cert: issued.certificatePem, ciphers }, (_request, response) =>
  response.setHeader('strict-transport-security', 'max-age=63072000').end(),
);
const http = createHttpServer((request, response) => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  response.writeHead(308, { location: `https://${host}:${httpsPort}${request.url ?? '/'}` }).end();
});
const { port: httpsPort } = await listen(https);
const { port: httpPort } = await listen(http);
const names = await startDnsServer(Object.fromEntries(hosts.map((host) => [host, { a: ['127.0.0.1'] }])));
process.send?.({ hosts, httpsPort, httpPort, nameServer: names.address, rootPem: authority.certificatePem });
