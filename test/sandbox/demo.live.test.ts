import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly output: string;
  readonly code: number;
}

async function runDemo(...words: readonly string[]): Promise<Ended> {
  const demo = spawn(process.execPath, ['sandbox/demo.ts', ...words], {
    cwd: projectRoot,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'exit')]);
  return { output: `${output}${errors}`, code: Number(code) };
}

describe('npm run demo -- --once', () => {
  it('sees every alert and its end arrive and no other claim move, and leaves nothing behind', { timeout: 200_000 }, async () => {
    const { output, code } = await runDemo('--once');
    expect(output).toMatch(/\d{3} resources in 3 subscriptions/);
    expect(output).toMatch(/firing.*tls-certificate-expiry.*good\.shop\.test/);
    expect(output).toMatch(/firing.*tls-versions.*good\.shop\.test/);
    expect(output).toMatch(/resolved.*tls-certificate-expiry/);
    expect(output).toMatch(/resolved.*tls-versions.*good\.shop\.test/);
    expect(output).toMatch(/firing.*disclosure-anonymous-storage/);
    expect(output).toMatch(/these moved:\n *not-publicized, as meant: unknown -> fail\n(?! *[a-z-]+, )/);
    expect(output).toMatch(/claimwatch disclose person-[\da-f]{16} --reason "demo"\n *contractor@example\.com/);
    expect(output).toMatch(/resolved.*disclosure-anonymous-storage/);
    expect(output).toContain('every claim stands as before');
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('npm run demo', () => {
  it('lists what can be done to the estate', async () => {
    const { output, code } = await runDemo('--help');
    expect([output.includes('http-only-site'), code]).toEqual([true, 0]);
  });

  it('refuses what it does not know, and says what there is', async () => {
    const { output, code } = await runDemo('--mutate', 'public-blobs');
    expect([output.includes('there is no mutation "public-blobs"'), output.includes('public-blob '), code]).toEqual([true, true, 2]);
  });
});
