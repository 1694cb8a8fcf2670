import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';
import { findFreePort } from '../../sandbox/listen.ts';

/** Null where the program is not installed. */
export function versionOfGnutls(): string | null {
  const { error, stdout } = spawnSync('gnutls-serv', ['--version'], { encoding: 'utf8' });
  return error === undefined ? (stdout.split('\n')[0] ?? null) : null;
}

export interface RunningGnutls {
  readonly port: number;
  stop(): Promise<void>;
}

/** `gnutls-serv` on a free port, with a priority string of its own (`NORMAL:+VERS-SSL3.0`). It serves one after another. */
export async function startGnutls(certificate: IssuedCertificate, priority: string, args: readonly string[] = []): Promise<RunningGnutls> {
  const folder = mkdtempSync(join(tmpdir(), 'gnutls-server-'));
  const [key, chain] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
  writeFileSync(key, certificate.keyPem);
  writeFileSync(chain, certificate.certificatePem);
  const port = await findFreePort();
  const files = ['--x509keyfile', key, '--x509certfile', chain];
  const all = ['-p', String(port), '--http', '--priority', priority, ...files, ...args];
  // An empty configuration: the machine's own may forbid what the priority allows.
  const child = spawn('gnutls-serv', all, {
    env: { ...process.env, GNUTLS_SYSTEM_PRIORITY_FILE: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said.push(chunk.toString());
      if (/IPv4.*done/.test(said.join(''))) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`gnutls-serv ended: ${said.join('')}`)));
    child.once('error', reject);
  });
  return {
    port,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
