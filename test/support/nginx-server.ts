import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';
import { findFreePort } from '../../sandbox/listen.ts';

/** Null where the program is not installed. */
export function versionOfNginx(): string | null {
  const { error, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return error === undefined ? stderr.trim() : null;
}

export interface RunningNginx {
  readonly port: number;
  stop(): void;
}

/** nginx on a free loopback port; `directives` stand in its only server. Without the machine's own OpenSSL configuration. */
export async function startNginx(certificate: IssuedCertificate, directives: readonly string[]): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-server-'));
  const port = await findFreePort();
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'key.pem'), certificate.keyPem);
  writeFileSync(join(folder, 'certificates.pem'), certificate.certificatePem);
  writeFileSync(join(folder, 'nginx.conf'), configuration(port, directives));
  const control = (...args: readonly string[]): void => {
    const env = { ...process.env, OPENSSL_CONF: '/dev/null' };
    const { status, stderr } = spawnSync('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'logs/error.log', ...args], {
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`nginx: ${stderr}`);
  };
  // It goes to the background as soon as it listens.
  control();
  return {
    port,
    stop() {
      control('-s', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port: number, directives: readonly string[]): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path logs/${name};`);
  const server = [
    `listen 127.0.0.1:${port} ssl;`,
    'ssl_certificate certificates.pem;',
    'ssl_certificate_key key.pem;',
    ...directives,
    // Last: a return among the directives comes first.
    "return 200 'welcome';",
  ];
  return `pid logs/nginx.pid;
worker_processes 1;
events {}
http {
  access_log off;
  ${paths.join('\n  ')}
  server {
    ${server.join('\n    ')}
  }
}
`;
}
