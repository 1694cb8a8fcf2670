import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, type IssuedCertificate, makeAuthority } from '../sandbox/certificates.ts';
import { findFreePort, loopback } from '../sandbox/listen.ts';
import type { ProtocolVersion } from '../src/transport/protocol-versions.ts';
import type { Configured } from './tls-audit.ts';

export const benchHost = 'shop.example.com';
const oldAndNew = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export interface BenchServer {
  readonly name: string;
  readonly port: number;
  /** Suites as the openssl program counts them. */
  readonly configured: Configured;
  /** So far, of the server. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Mozilla's guideline 6.0, intermediate: TLS 1.2 and 1.3, six suites with ECDHE and AEAD. */
const intermediateList =
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305';
const everythingList = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';

export async function startIntermediate(): Promise<BenchServer> {
  const authority = await makeAuthority();
  return await startServer({
    name: 'intermediate',
    ciphers: intermediateList,
    versions: ['TLSv1.2', 'TLSv1.3'],
    keys: ['rsa-2048'],
    authority,
  });
}

export async function startEverything(): Promise<BenchServer> {
  const authority = await makeAuthority();
  return await startServer({ name: 'everything', ciphers: everythingList, versions: oldAndNew, keys: ['rsa-2048', 'p-256'], authority });
}

interface ServerPlan {
  readonly name: string;
  readonly ciphers: string;
  readonly versions: readonly ProtocolVersion[];
  readonly keys: readonly ('rsa-2048' | 'p-256')[];
  readonly authority: Authority;
}

/** Of Debian's own configuration nothing: it allows neither old versions nor weak suites. */
const environment = { ...process.env, OPENSSL_CONF: '/dev/null' };

/** nginx in one process, on every address of this machine's loopback (127.0.0.0/8). */
async function startServer(plan: ServerPlan): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tls-'));
  const port = await findFreePort();
  mkdirSync(join(folder, 'logs'));
  const certificates = await Promise.all(plan.keys.map((key) => plan.authority.issue({ hosts: [benchHost], key, intermediate: true })));
  writeFileSync(join(folder, 'dh.pem'), openssl('genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048'));
  writeFileSync(
    join(folder, 'nginx.conf'),
    configuration(
      port,
      plan,
      certificates.map((each, index) => writeKeys(folder, index, each)),
    ),
  );
  const server = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'logs/error.log'], { env: environment, stdio: 'inherit' });
  await untilListening(server, port);
  return {
    name: plan.name,
    port,
    configured: { suites: suitesOf(plan), chains: plan.keys.length },
    cpuSeconds: () => readCpuSeconds(server.pid ?? 0),
    stop: async () => {
      server.kill();
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeKeys(folder: string, index: number, { keyPem, certificatePem }: IssuedCertificate): string {
  writeFileSync(join(folder, `key-${index}.pem`), keyPem);
  writeFileSync(join(folder, `certificates-${index}.pem`), certificatePem);
  return `ssl_certificate certificates-${index}.pem; ssl_certificate_key key-${index}.pem;`;
}

function configuration(port: number, { ciphers, versions }: ServerPlan, certificates: readonly string[]): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path logs/${name};`);
  return `daemon off;
master_process off;
pid logs/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  ${paths.join('\n  ')}
  server {
    listen 0.0.0.0:${port} ssl backlog=4096;
    server_name ${benchHost};
    ${certificates.join('\n    ')}
    ssl_protocols ${versions.join(' ')};
    ssl_ciphers '${ciphers}';
    ssl_prefer_server_ciphers off;
    ssl_dhparam dh.pem;
    return 200 'welcome';
  }
}
`;
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!(await canConnect(port))) {
    if (server.exitCode !== null || performance.now() > untilMs) throw new Error('nginx does not listen');
  }
}

function canConnect(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, loopback);
  socket.once('connect', () => resolve(true)).once('error', () => setTimeout(() => resolve(false), 20));
  return promise.finally(() => socket.destroy());
}

function openssl(...words: readonly string[]): string {
  return execFileSync('openssl', words, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Suites that the list gives in each version, without those of keys that the server does not have. */
function suitesOf({ ciphers, versions, keys }: ServerPlan): Configured['suites'] {
  const authentications = new Set(['None', 'any', ...keys.map((key) => (key === 'p-256' ? 'ECDSA' : 'RSA'))]);
  const listOf = (version: ProtocolVersion, option: string): readonly number[] => {
    if (!versions.some((one) => one === version)) return [];
    return openssl('ciphers', '-V', '-s', option, ciphers)
      .trim()
      .split('\n')
      .flatMap((line) => readSuite(line, version, authentications))
      .toSorted((a, b) => a - b);
  };
  return {
    SSLv3: [],
    TLSv1: listOf('TLSv1', '-tls1'),
    'TLSv1.1': listOf('TLSv1.1', '-tls1_1'),
    'TLSv1.2': listOf('TLSv1.2', '-tls1_2'),
    'TLSv1.3': listOf('TLSv1.3', '-tls1_3'),
  };
}

/** `0xC0,0x2F - ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 Kx=ECDH Au=RSA Enc=AESGCM(128) Mac=AEAD` */
function readSuite(line: string, version: ProtocolVersion, authentications: ReadonlySet<string>): readonly number[] {
  const [, high = '', low = '', since = '', authentication = ''] = /0x(\w\w),0x(\w\w) +- +\S+ +(\S+) .*Au=(\S+)/.exec(line) ?? [];
  const isModern = since === 'TLSv1.3';
  if (isModern !== (version === 'TLSv1.3') || !authentications.has(authentication)) return [];
  return [Number.parseInt(high + low, 16)];
}

const ticksPerSecond = 100;

/** User and system time, as the kernel counts it (proc(5)). */
function readCpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
