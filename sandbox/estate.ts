import type { Authority, CertificateOptions, IssuedCertificate } from './certificates.ts';
import { type EndpointOptions, type RunningEndpoint, type RunningServer, startBlackHole, startEndpoint } from './endpoints.ts';

/** A pretend shop: one good endpoint and others that are each wrong in one way, all on loopback. */
export interface Estate {
  readonly endpoints: readonly EstateEndpoint[];
  /** The one that is broken and healed while somebody watches. */
  readonly good: RunningEndpoint;
  /** Certificates for the good endpoint: its own, and one that expired yesterday. */
  readonly goodCertificates: { readonly valid: IssuedCertificate; readonly expired: IssuedCertificate };
  close(): Promise<void>;
}

export interface EstateEndpoint {
  readonly name: EstateName;
  readonly host: string;
  /** `host:port`, as the daemon names it. */
  readonly subject: string;
  readonly server: RunningServer;
}

export type EstateName = 'good' | WrongName | 'black-hole';
type WrongName =
  | 'expired'
  | 'old-tls'
  | 'wrong-host'
  | 'self-signed'
  | 'short-lived'
  | 'small-key'
  | 'weak-cipher'
  | 'no-redirect'
  | 'no-hsts'
  | 'chatty'
  | 'unavailable';

const dayMs = 86_400_000;

const wrongEndpoints: readonly {
  readonly name: WrongName;
  readonly certificate?: Partial<CertificateOptions>;
  readonly server?: Partial<EndpointOptions>;
}[] = [
  { name: 'expired', certificate: { notBefore: daysFromNow(-91), notAfter: daysFromNow(-1) } },
  { name: 'old-tls', server: { minVersion: 'TLSv1' } },
  { name: 'wrong-host', certificate: { hosts: ['other.shop.test'] } },
  { name: 'self-signed', certificate: { issuer: 'self' } },
  { name: 'short-lived', certificate: { notBefore: daysFromNow(-95), notAfter: daysFromNow(5) } },
  { name: 'small-key', certificate: { key: 'rsa-1024' }, server: { ciphers: 'ECDHE+AESGCM:@SECLEVEL=0' } },
  { name: 'weak-cipher', server: { ciphers: 'ECDHE+AES:@SECLEVEL=0' } },
  { name: 'no-redirect', server: { plainHttp: 'content' } },
  { name: 'no-hsts', server: { answers: 'no-hsts' } },
  { name: 'chatty', server: { answers: 'chatty' } },
  { name: 'unavailable', server: { answers: 'unavailable' } },
];

function hostOf(name: EstateName): string {
  return `${name}.shop.test`;
}

/** `host:port` of the endpoint with this name. */
export function subjectOf(estate: Pick<Estate, 'endpoints'>, name: EstateName): string {
  const found = estate.endpoints.find((endpoint) => endpoint.name === name);
  if (found === undefined) throw new Error(`the estate has no endpoint ${name}`);
  return found.subject;
}

export async function startEstate(authority: Authority): Promise<Estate> {
  const goodCertificates = {
    valid: await authority.issue({ hosts: [hostOf('good')], intermediate: true }),
    expired: await authority.issue({
      hosts: [hostOf('good')],
      intermediate: true,
      notBefore: daysFromNow(-91),
      notAfter: daysFromNow(-1),
    }),
  };
  const good = await startEndpoint({ certificate: goodCertificates.valid });
  const endpoints = [
    describeEndpoint('good', good),
    ...(await Promise.all(
      wrongEndpoints.map(async ({ name, certificate, server }) => {
        const issued = await authority.issue({ hosts: [hostOf(name)], intermediate: true, ...certificate });
        return describeEndpoint(name, await startEndpoint({ certificate: issued, ...server }));
      }),
    )),
    describeEndpoint('black-hole', await startBlackHole()),
  ];
  return {
    endpoints,
    good,
    goodCertificates,
    async close() {
      await Promise.all(endpoints.map(({ server }) => server.close()));
    },
  };
}

function describeEndpoint(name: EstateName, server: RunningServer): EstateEndpoint {
  const host = hostOf(name);
  return { name, host, subject: `${host}:${server.port}`, server };
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * dayMs);
}
