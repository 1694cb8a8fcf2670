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

describe('npm run demo -- --once', () => {
  it('sees the alert and its end arrive, and leaves nothing behind', { timeout: 120_000 }, async () => {
    const demo = spawn(process.execPath, ['sandbox/demo.ts', '--once'], {
      cwd: projectRoot,
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'exit')]);
    expect(`${output}${errors}`).toMatch(/firing.*tls-certificate-expiry.*good\.shop\.test/);
    expect(output).toMatch(/firing.*tls-versions.*good\.shop\.test/);
    expect(output).toMatch(/resolved.*tls-certificate-expiry.*good\.shop\.test/);
    expect(output).toMatch(/resolved.*tls-versions.*good\.shop\.test/);
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});
