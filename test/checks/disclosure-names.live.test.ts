import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { startDnsServer } from '../../sandbox/dns-server.ts';
import { startEndpoint } from '../../sandbox/endpoints.ts';
import { loopback } from '../../sandbox/listen.ts';
import { readFindings, runProgram } from '../support/check-command.ts';

const claims = fileURLToPath(new URL('../../config/claims.yaml', import.meta.url));

/** Host -> names of its certificate; `@` stands for the host. */
const certificateNames: { readonly [host: string]: readonly string[] } = {
  'plain.example.com': ['@'],
  'regional.example.com': ['@'],
  'hosted.example.com': ['@'],
  'leaking.example.com': ['@', 'db01.corp', '*.westeurope.cloudapp.azure.com'],
};

it('names in real answers of DNS and TLS, through the whole program', async () => {
  const here = { a: [loopback] };
  const names = await startDnsServer({
    'plain.example.com': { cname: 'www.example.net' },
    'www.example.net': here,
    'regional.example.com': { cname: 'shop.trafficmanager.net' },
    'shop.trafficmanager.net': { cname: 'shop-01.westeurope.cloudapp.azure.com' },
    'shop-01.westeurope.cloudapp.azure.com': here,
    'hosted.example.com': { cname: 'shop.azurewebsites.net' },
    'shop.azurewebsites.net': here,
    'leaking.example.com': here,
    'nobody.example.com': 'servfail',
  });
  const authority = await makeAuthority();
  const servers = await Promise.all(
    Object.entries(certificateNames).map(async ([host, hosts]) => {
      const certificate = await authority.issue({ hosts: hosts.map((name) => name.replace('@', host)) });
      return { host, server: await startEndpoint({ certificate }) };
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-names-'));
  onTestFinished(async () => {
    await Promise.all([names.close(), ...servers.map(({ server }) => server.close()), rm(folder, { recursive: true })]);
  });
  await cp(claims, join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(join(folder, 'root.pem'), authority.certificatePem);
  const endpoints = servers.map(({ host, server }) => ({ host, port: server.port }));
  const pace = { schedule: '* * * * *', deadline: '12s', subjectDeadline: '6s' };
  await writeFile(
    join(folder, 'claimwatch.yaml'),
    stringify({
      vantage: { name: 'test', external: false, egressAddress: null, resolver: [names.address] },
      endpoints: [...endpoints, { host: 'nobody.example.com' }],
      looks: {
        tls: { source: 'tls', ...pace, options: { extraRoots: [`\${file:root.pem}`], addressFamilies: ['ipv4'] } },
        dns: { source: 'dns', ...pace },
      },
      checks: { 'disclosure-names': { maxAge: '5m' } },
    }),
  );
  const found = readFindings(await runProgram('check', 'not-publicized', '--json', '--config', folder));
  const shown = found.map(({ subject, interpretation, status, rule }) => `${subject.split(':')[0]} ${interpretation} ${status} (${rule})`);
  const everything = 'cnames, subjectAltName, subject, issuer';
  expect(shown.toSorted()).toEqual([
    `hosted.example.com intent pass (${everything})`,
    'hosted.example.com literal fail (cnames)',
    'leaking.example.com intent fail (subjectAltName)',
    'leaking.example.com literal fail (subjectAltName)',
    'nobody.example.com intent unknown (what was not seen is unknown)',
    'nobody.example.com literal unknown (what was not seen is unknown)',
    `plain.example.com intent pass (${everything})`,
    `plain.example.com literal pass (${everything})`,
    'regional.example.com intent fail (cnames)',
    'regional.example.com literal fail (cnames)',
  ]);
  const leaking = found.find(({ subject, interpretation }) => subject.startsWith('leaking') && interpretation === 'intent');
  expect(leaking?.observed).toBe(`at ${loopback}: *.westeurope.cloudapp.azure.com: region westeurope; db01.corp: name of an inner network`);
});
