import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';
import { findFreePort } from '../../sandbox/listen.ts';

/** `selfserv` of NSS with the programs that make its store. */
export function hasNss(): boolean {
  return ['selfserv', 'certutil', 'pk12util'].every((program) => spawnSync(program, ['-H']).error === undefined);
}

export interface RunningNss {
  readonly port: number;
  stop(): Promise<void>;
}

/** `selfserv` on a free port. It still has SSL 3.0 and RC4. `kind`: of the key. */
export async function startNss(certificate: IssuedCertificate, kind: 'rsa' | 'ec', args: readonly string[]): Promise<RunningNss> {
  const folder = mkdtempSync(join(tmpdir(), 'nss-server-'));
  makeStore(folder, certificate);
  const port = await findFreePort();
  const all = ['-d', `sql:${folder}`, '-p', String(port), kind === 'rsa' ? '-n' : '-e', nickname, '-w', '', '-v', ...args];
  const child = spawn('selfserv', all, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      if (said.length < 20) said.push(chunk.toString());
      if (/About to call accept/.test(said.join(''))) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`selfserv ended: ${said.join('')}`)));
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

const nickname = 'server';

function makeStore(folder: string, { keyPem, certificatePem, leafPem }: IssuedCertificate): void {
  const [keyFile, leafFile, aboveFile, bundle] = ['key.pem', 'leaf.pem', 'above.pem', 'both.p12'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(keyFile, keyPem);
  writeFileSync(leafFile, leafPem);
  const above = certificatePem.replace(leafPem, '').trim();
  writeFileSync(aboveFile, above);
  const database = ['-d', `sql:${folder}`];
  execFileSync('certutil', ['-N', ...database, '--empty-password'], { stdio: 'pipe' });
  const parts = ['-in', leafFile, '-inkey', keyFile, ...(above === '' ? [] : ['-certfile', aboveFile])];
  execFileSync('openssl', ['pkcs12', '-export', ...parts, '-out', bundle, '-name', nickname, '-passout', 'pass:'], { stdio: 'pipe' });
  execFileSync('pk12util', ['-i', bundle, ...database, '-W', ''], { stdio: 'pipe' });
}
