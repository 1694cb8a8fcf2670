import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { startEndpoint } from '../../sandbox/endpoints.ts';
import { loopback } from '../../sandbox/listen.ts';
import { runProgram } from '../support/check-command.ts';

const told = z.object({
  exitCode: z.number(),
  checks: z.array(z.object({ id: z.string() })),
  findings: z.array(z.object({ check: z.string() })),
  claims: z.array(z.object({ claim: z.string(), checks: z.array(z.string()) })),
});

/** An endpoint whose certificate is good and that speaks old versions of TLS, and the words that look at it. */
async function startOldEndpoint(): Promise<readonly string[]> {
  const authority = await makeAuthority();
  const server = await startEndpoint({ certificate: await authority.issue({ hosts: [loopback] }), minVersion: 'TLSv1' });
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-root-'));
  onTestFinished(() => Promise.all([server.close(), rm(folder, { recursive: true })]).then(() => undefined));
  await writeFile(join(folder, 'root.pem'), authority.certificatePem);
  return ['--endpoint', `${loopback}:${server.port}`, '--root', join(folder, 'root.pem')];
}

const readJson = (output: string) => told.parse(JSON.parse(output));

describe('check <check>', () => {
  it('prints what it found, and says nothing of claims that it judges in part', async () => {
    const words = await startOldEndpoint();
    const { code, output, errors } = await runProgram('check', 'tls-versions', ...words);
    expect([code, errors]).toEqual([1, '']);
    expect(output).toMatch(/✗ fail +tls-versions/);
    expect(output).not.toMatch(/^claim |claims are checked|have no check/m);
    const ended = await runProgram('check', 'tls-versions', '--json', ...words);
    const json = readJson(ended.output);
    expect([ended.code, json.exitCode, json.claims]).toEqual([1, 1, []]);
    expect(new Set(json.findings.map(({ check }) => check))).toEqual(new Set(['tls-versions']));
  });

  it('has the exit code of what it found, not of others', async () => {
    const words = await startOldEndpoint();
    expect((await runProgram('check', 'tls-certificate-expiry', ...words)).code).toBe(0);
  });
});

describe('check <claim>', () => {
  it('prints the line of that claim alone, from every check that serves it', async () => {
    const words = await startOldEndpoint();
    const { code, output } = await runProgram('check', 'https-everywhere', ...words);
    expect(code).toBe(1);
    const lines = output.split('\n').filter((line) => /^[a-z0-9-]+ {2,}.*(pass|fail|unknown)/.test(line));
    expect(lines).toEqual([expect.stringMatching(/^https-everywhere /)]);
    const json = readJson((await runProgram('check', 'https-everywhere', '--json', ...words)).output);
    expect(json.claims.map(({ claim }) => claim)).toEqual(['https-everywhere']);
    expect([...(json.claims[0]?.checks ?? [])].sort()).toEqual(json.checks.map(({ id }) => id).sort());
  });
});

describe('check without a name', () => {
  it('prints every claim that has a check, and counts the others', async () => {
    const words = await startOldEndpoint();
    const { output } = await runProgram('check', ...words);
    expect(output).toMatch(/^https-everywhere /m);
    expect(output).toMatch(/^unreadable-in-transit /m);
    expect(output).toMatch(/claims are checked/);
  });
});

it.each([
  ['tls-versoins', 'no claim and no configured check is called "tls-versoins"; did you mean "tls-versions"?\n'],
  ['https-everywher', 'no claim and no configured check is called "https-everywher"; did you mean "https-everywhere"?\n'],
  ['zzzzzzzzzzzzzzzzzz', 'no claim and no configured check is called "zzzzzzzzzzzzzzzzzz"; "claimwatch claims" lists the claims\n'],
])('check %s is refused', async (name, message) => {
  const { code, output, errors } = await runProgram('check', name, '--endpoint', 'localhost:1');
  expect([code, output, errors]).toEqual([3, '', message]);
});
