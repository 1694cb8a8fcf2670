import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { IssuedCertificate } from './certificates.ts';
import { type Listening, listen } from './listen.ts';

export interface EndpointOptions {
  readonly certificate: IssuedCertificate;
  /** Default TLSv1.2. Below that the cipher suites are opened up (security level 0), or OpenSSL 3 would refuse the old protocols. */
  readonly minVersion?: SecureVersion;
  /** Default TLSv1.3. */
  readonly maxVersion?: SecureVersion;
  /** OpenSSL cipher list; default: authenticated encryption with forward secrecy. */
  readonly ciphers?: string;
  /** How requests over TLS are answered; default `good`. */
  readonly answers?: Answers;
  /** What the plain HTTP port does; default `redirect`. */
  readonly plainHttp?: PlainHttp;
  /** Where it listens; default any free ports of 127.0.0.1. */
  readonly place?: { readonly address: string; readonly port: number; readonly httpPort: number };
}

/** `no-hsts`: without Strict-Transport-Security. `chatty`: tells software and version. `unavailable`: 503. */
export type Answers = 'good' | 'no-hsts' | 'chatty' | 'unavailable';

/** `absent`: nothing listens there. */
export type PlainHttp = 'redirect' | 'content' | 'absent';

/** Ports on 127.0.0.1, or on the address that was asked for. */
export interface RunningServer {
  readonly port: number;
  readonly httpPort: number;
  close(): Promise<void>;
}

export interface RunningEndpoint extends RunningServer {
  /** New connections get this certificate; the ports stay. */
  useCertificate(certificate: IssuedCertificate): void;
  /** New connections are offered this oldest version; the ports stay. */
  offerFrom(minVersion: SecureVersion): void;
}

/** No program may listen on a port this low without privileges, and none does on tcpmux. */
const deafPort = 1;

/** An HTTPS server with its plain HTTP port, both on loopback. */
export async function startEndpoint(options: EndpointOptions): Promise<RunningEndpoint> {
  let now = options;
  const server = createHttpsServer(secureOptions(now), answerAs(options.answers ?? 'good'));
  ignoreBrokenHandshakes(server);
  const tls = await listen(server, options.place?.port, options.place?.address);
  const plain = await startPlainHttp(options.plainHttp ?? 'redirect', tls.port, options.place);
  function change(changes: Partial<EndpointOptions>): void {
    now = { ...now, ...changes };
    server.setSecureContext(secureOptions(now));
  }
  return {
    ...joinPorts(tls, plain),
    useCertificate: (certificate) => change({ certificate }),
    offerFrom: (minVersion) => change({ minVersion }),
  };
}

/** Accepts connections on both ports and never says a word. */
export async function startBlackHole(): Promise<RunningServer> {
  return joinPorts(await listen(createTcpServer(swallow)), await listen(createTcpServer(swallow)));
}

function joinPorts(tls: Listening, plain: Listening): RunningServer {
  return {
    port: tls.port,
    httpPort: plain.port,
    async close() {
      await Promise.all([tls.close(), plain.close()]);
    },
  };
}

/** What every named profile lets be; NIST SP 800-52 Revision 2 knows no ChaCha20. */
const strongCiphers = 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM';

function secureOptions(options: EndpointOptions) {
  const minVersion = options.minVersion ?? 'TLSv1.2';
  const isOld = minVersion === 'TLSv1' || minVersion === 'TLSv1.1';
  const ciphers = options.ciphers ?? (isOld ? 'DEFAULT:@SECLEVEL=0' : strongCiphers);
  return {
    key: options.certificate.keyPem,
    cert: options.certificate.certificatePem,
    minVersion,
    maxVersion: options.maxVersion ?? ('TLSv1.3' as const),
    ciphers,
  };
}

async function startPlainHttp(kind: PlainHttp, tlsPort: number, place: EndpointOptions['place']): Promise<Listening> {
  if (kind === 'absent') return { port: deafPort, close: async () => {} };
  const server = createHttpServer(kind === 'redirect' ? redirectTo(tlsPort) : answerContent);
  return await listen(server, place?.httpPort, place?.address);
}

const answerContent: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'text/plain').end('Welcome to the shop.\n');
};

/** Two years, as the preload list asks for. */
const transportSecurity = 'max-age=63072000; includeSubDomains';

function answerAs(kind: Answers): RequestListener {
  return (request, response) => {
    if (kind !== 'no-hsts') response.setHeader('strict-transport-security', transportSecurity);
    if (kind === 'chatty') response.setHeader('server', 'nginx/1.18.0 (Ubuntu)').setHeader('x-powered-by', 'PHP/7.4.3');
    if (kind === 'unavailable') response.statusCode = 503;
    answerContent(request, response);
  };
}

function redirectTo(tlsPort: number): RequestListener {
  return (request, response) => {
    const host = (request.headers.host ?? 'localhost').replace(/:\d+$/, '');
    response.writeHead(308, { location: `https://${host}:${tlsPort}${request.url ?? '/'}` }).end();
  };
}

function swallow(socket: Socket): void {
  socket.on('error', () => {}).resume();
}

/** Probers break handshakes on purpose; for a server that is no event. */
function ignoreBrokenHandshakes(server: Server): void {
  server.on('tlsClientError', () => {});
}
