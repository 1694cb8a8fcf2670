import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';

/** Null where the program is not installed. */
export function versionOfOpenssl(): string | null {
  const { error, stdout } = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  return error === undefined ? stdout.trim() : null;
}

export interface RunningOpenssl {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * `openssl s_server` on a free loopback port. Weak suites, keys and signatures are let through and the machine's own configuration is left out,
 * or old versions would not really be served.
 */
export async function startOpenssl(certificate: IssuedCertificate, args: readonly string[]): Promise<RunningOpenssl> {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-server-'));
  const files = writeFiles(folder, certificate);
  const all = ['s_server', '-accept', '127.0.0.1:0', ...files, '-cipher', 'ALL:@SECLEVEL=0', ...args];
  const child = spawn('openssl', all, { env: { ...process.env, OPENSSL_CONF: '/dev/null' }, stdio: ['pipe', 'pipe', 'pipe'] });
  const port = await readPort(child);
  // Its diary has to be read, or it stops when the pipe is full.
  child.stderr.resume();
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

function writeFiles(folder: string, certificate: IssuedCertificate): readonly string[] {
  const [key, leaf, chain] = ['key.pem', 'leaf.pem', 'chain.pem'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(key, certificate.keyPem);
  writeFileSync(leaf, certificate.leafPem);
  const above = certificate.certificatePem.replace(certificate.leafPem, '').trim();
  writeFileSync(chain, above);
  return ['-key', key, '-cert', leaf, ...(above === '' ? [] : ['-cert_chain', chain])];
}

/** s_server says where it listens: `ACCEPT 127.0.0.1:41234`. */
function readPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, port] = /^ACCEPT \S*:(\d+)$/m.exec(said) ?? [];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => reject(new Error(`openssl s_server ended: ${said}`)));
    child.once('error', reject);
  });
}
