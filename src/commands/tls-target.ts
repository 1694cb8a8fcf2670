import { isIP } from 'node:net';
import { type Command, Option } from 'commander';
import { durationMs } from '../config/duration.ts';
import { parseEndpoint } from '../config/endpoint.ts';
import { UsageError } from './roof.ts';

/** Whom `tls` asks, and how, as its words say. */
export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  /** Null: those that the host's name has. */
  readonly addresses: readonly string[] | null;
  readonly families: readonly (4 | 6)[];
  /** What the hello names; null: no name. */
  readonly serverName: string | null;
  /** For whom the certificate has to be. */
  readonly certificateHost: string;
  readonly connections: number;
  readonly totalMs: number;
}

export interface TlsOptions {
  readonly port?: string;
  readonly address?: readonly string[];
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly sni?: string;
  readonly ca?: readonly string[];
  readonly connections: string;
  readonly timeout: string;
}

export function addTlsOptions(command: Command): Command {
  const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  return command
    .option('-p, --port <port>', 'this port, whatever stands behind the host (default: 443)')
    .option('-a, --address <address>', 'ask this address instead of those that the name has (repeatable)', collect)
    .addOption(new Option('-4, --ipv4', 'only IPv4 addresses').conflicts(['ipv6', 'address']))
    .addOption(new Option('-6, --ipv6', 'only IPv6 addresses').conflicts(['ipv4', 'address']))
    .option('--sni <name>', 'name this host in the hello, and expect its certificate')
    .option('--ca <file>', 'also trust the certificates in this PEM file (repeatable)', collect)
    .option('--connections <number>', 'connections to one address at the same time, 1 to 32', '6')
    .option('--timeout <duration>', 'for all that is asked of one address, 1s to 10m', '20s');
}

/** @throws UsageError */
export function readTarget(text: string, options: TlsOptions): TlsTarget {
  const { host, port } = readHost(text, options.port);
  const serverName = options.sni === undefined ? nameOf(host) : readName(options.sni);
  return {
    host,
    port,
    addresses: options.address?.map(readAddress) ?? null,
    families: options.ipv4 === true ? [4] : options.ipv6 === true ? [6] : [4, 6],
    serverName,
    certificateHost: serverName ?? host,
    connections: readNumber('--connections', options.connections, 1, 32),
    totalMs: readTimeout(options.timeout),
  };
}

/** `shop.example.com:443` */
export function nameOfTarget({ host, port }: Pick<TlsTarget, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Ports of schemes that begin with TLS; whoever pastes http:// means the same server. */
const portOfScheme: { readonly [scheme: string]: number } = {
  amqps: 5671,
  http: 443,
  https: 443,
  imaps: 993,
  ldaps: 636,
  mqtts: 8883,
  pop3s: 995,
  rediss: 6380,
  smtps: 465,
  wss: 443,
};

/** People paste what stands in the address bar. */
function readHost(text: string, portWord: string | undefined): { readonly host: string; readonly port: number } {
  const fromUrl = readUrl(text);
  const port = portWord === undefined ? fromUrl?.port : readNumber('--port', portWord, 1, 65_535);
  const parsed = parseEndpoint(fromUrl === null ? text : `${fromUrl.host}:${port ?? 443}`);
  if ('problem' in parsed) {
    const remedy = parsed.problem.includes('remedy: ') ? '' : '; remedy: write for example shop.example.com:8443';
    throw new UsageError(`${withoutSecret(text)}: ${parsed.problem}${remedy}`);
  }
  return { host: parsed.host, port: port ?? parsed.port };
}

function readUrl(text: string): { readonly host: string; readonly port: number } | null {
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(text) ?? [];
  if (scheme === '') return null;
  // Of every scheme as of this one.
  const readable = `http://${authority}/`;
  if (!URL.canParse(readable))
    throw new UsageError(
      `${withoutSecret(text)}: expected a URL with a host and a port from 1 to 65535; remedy: write only shop.example.com`,
    );
  const host = new URL(readable).hostname;
  const [, written] = /:(\d+)$/.exec(authority) ?? [];
  const port = written ?? portOfScheme[scheme.toLowerCase()];
  if (port === undefined)
    throw new UsageError(`${withoutSecret(text)}: the port of ${scheme} is not known; remedy: write it, ${host}:8443`);
  return { host, port: Number(port) };
}

/** What stands before the @ of a URL may be a password. */
function withoutSecret(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}

function nameOf(host: string): string | null {
  return isIP(host) === 0 ? host : null;
}

function readName(text: string): string {
  const parsed = parseEndpoint(`${text}:443`);
  if (!('problem' in parsed) && isIP(parsed.host) === 0) return parsed.host;
  throw new UsageError(`--sni ${text}: expected a host name, no address (RFC 6066 section 3); remedy: write for example shop.example.com`);
}

function readAddress(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return bare;
  throw new UsageError(`--address ${text}: expected an IP address; remedy: write for example 192.0.2.1, and the name as the host`);
}

function readNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`${option} ${text}: expected a number from ${least} to ${most}`);
}

function readTimeout(text: string): number {
  const ms = durationMs(text);
  if (ms !== null && ms >= 1_000 && ms <= 600_000) return ms;
  throw new UsageError(`--timeout ${text}: expected a duration from 1s to 10m; remedy: write for example 20s`);
}
