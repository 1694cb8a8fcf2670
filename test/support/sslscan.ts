import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loopback } from '../../sandbox/listen.ts';
import type { ProtocolVersion } from '../../src/transport/protocol-versions.ts';

/** Null where the program is not installed. */
export function versionOfSslscan(): string | null {
  const { error, stdout } = spawnSync('sslscan', ['--version'], { encoding: 'utf8' });
  return error === undefined ? stdout.trim() : null;
}

/** Codes of the suites that it lists, by version, sorted. It lists none of SSL 3.0. */
export type ScannedSuites = { readonly [V in ProtocolVersion]?: readonly number[] };

export interface SslscanFindings {
  /** What it calls enabled. */
  readonly versions: readonly ProtocolVersion[];
  readonly suites: ScannedSuites;
}

const withoutTheRest = ['heartbleed', 'renegotiation', 'compression', 'fallback', 'groups', 'check-certificate', 'cipher-details'];
const run = promisify(execFile);

/** Takes servers without RFC 5746, which OpenSSL refuses by itself, so that it would list nothing. */
const opensslConfiguration = `openssl_conf = own
[own]
ssl_conf = own_ssl
[own_ssl]
system_default = own_defaults
[own_defaults]
Options = UnsafeLegacyServerConnect
`;

/** Else a server that hangs up while it writes now and then ends it. */
const withoutPipeSignal = `trap '' PIPE; exec sslscan "$@"`;

export async function runSslscan(port: number, serverName: string): Promise<SslscanFindings> {
  const words = ['--xml=-', `--sni-name=${serverName}`, ...withoutTheRest.map((what) => `--no-${what}`), `${loopback}:${port}`];
  const folder = mkdtempSync(join(tmpdir(), 'sslscan-'));
  try {
    const configuration = join(folder, 'openssl.cnf');
    writeFileSync(configuration, opensslConfiguration);
    const { stdout } = await run('sh', ['-c', withoutPipeSignal, 'sslscan', ...words], {
      env: { ...process.env, OPENSSL_CONF: configuration },
    });
    return readFindings(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const versionNames: ReadonlyMap<string, ProtocolVersion> = new Map([
  ['ssl 3', 'SSLv3'],
  ['tls 1.0', 'TLSv1'],
  ['tls 1.1', 'TLSv1.1'],
  ['tls 1.2', 'TLSv1.2'],
  ['tls 1.3', 'TLSv1.3'],
]);

/** `<protocol type="tls" version="1.2" enabled="1" />`, `<cipher status="accepted" sslversion="TLSv1.2" ... id="0xC030" ... />` */
function readFindings(xml: string): SslscanFindings {
  const protocols = [...xml.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)];
  const ciphers = [...xml.matchAll(/<cipher [^>]*sslversion="TLSv(1\.\d)"[^>]*id="0x([0-9A-F]{4})"/g)];
  const listed = ciphers.flatMap(([, number = '', id = '']) => {
    const version = versionNames.get(`tls ${number}`);
    return version === undefined ? [] : [{ version, code: Number.parseInt(id, 16) }];
  });
  const suites: { [V in ProtocolVersion]?: readonly number[] } = {};
  for (const [version, found] of Map.groupBy(listed, (one) => one.version)) {
    suites[version] = [...new Set(found.map(({ code }) => code))].toSorted((a, b) => a - b);
  }
  return { versions: protocols.flatMap(([, type = '', number = '']) => versionNames.get(`${type} ${number}`) ?? []), suites };
}
