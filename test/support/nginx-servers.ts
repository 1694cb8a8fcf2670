import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';
import { listen, loopback } from '../../sandbox/listen.ts';

/** One server block. The first of a port is what answers to names that no other has. */
export interface NginxBlock {
  /** Each kind of key at most once. */
  readonly certificates: readonly Pick<IssuedCertificate, 'keyPem' | 'certificatePem'>[];
  readonly directives: readonly string[];
}

export interface RunningNginxServers {
  /** In the order of the servers. */
  readonly ports: readonly number[];
  stop(): void;
}

/** One nginx with many servers, each on a free loopback port of its own, without the machine's own OpenSSL configuration. */
export async function startNginxServers(servers: readonly (readonly NginxBlock[])[]): Promise<RunningNginxServers> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-servers-'));
  mkdirSync(join(folder, 'logs'));
  const ports = await findFreePorts(servers.length);
  const blocks = servers.flatMap((one, index) =>
    one.map((block, place) => writeBlock(folder, `${index}-${place}`, ports[index] ?? 0, block)),
  );
  writeFileSync(join(folder, 'nginx.conf'), configuration(blocks));
  control(folder);
  return {
    ports,
    stop() {
      control(folder, '-s', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It goes to the background as soon as it listens. */
function control(folder: string, ...args: readonly string[]): void {
  const env = { ...process.env, OPENSSL_CONF: '/dev/null' };
  const words = ['-p', folder, '-c', 'nginx.conf', '-e', 'logs/error.log', ...args];
  const { status, stderr } = spawnSync('nginx', words, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`nginx: ${stderr}`);
}

/** All are held before the first is let go, so that none comes twice. */
async function findFreePorts(count: number): Promise<readonly number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => listen(createServer())));
  await Promise.all(held.map(({ close }) => close()));
  return held.map(({ port }) => port);
}

function writeBlock(folder: string, name: string, port: number, { certificates, directives }: NginxBlock): string {
  const keys = certificates.flatMap(({ keyPem, certificatePem }, index) => {
    const [keyFile, file] = [`${name}-${index}.key`, `${name}-${index}.pem`];
    writeFileSync(join(folder, keyFile), keyPem);
    writeFileSync(join(folder, file), certificatePem);
    return [`ssl_certificate ${file};`, `ssl_certificate_key ${keyFile};`];
  });
  const lines = [`listen ${loopback}:${port} ssl;`, ...keys, ...directives, "return 200 'welcome';"];
  return `  server {\n    ${lines.join('\n    ')}\n  }\n`;
}

function configuration(blocks: readonly string[]): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path logs/${name};`);
  return `pid logs/nginx.pid;
worker_processes 1;
events { worker_connections 512; }
http {
  access_log off;
  ${paths.join('\n  ')}
${blocks.join('')}}
`;
}
