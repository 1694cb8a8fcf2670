import type { Endpoint } from '../domain/subject.ts';

/** `openssl s_client` as a person repeats a look: weak parameters are let through as our probe does, and an IP literal gets no server name (RFC 6066). */
export function opensslCommand(endpoint: Endpoint): string {
  return `${opensslConnect(endpoint)} -cipher 'ALL:@SECLEVEL=0'`;
}

/** The same without any suites: whoever adds them says which. */
export function opensslConnect(endpoint: Endpoint): string {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  const serverName = isAddressLiteral(endpoint.host) ? '-noservername' : `-servername ${endpoint.host}`;
  return `openssl s_client -connect ${host}:${endpoint.port} ${serverName}`;
}

/** What makes it check the name in the certificate as well. */
export function opensslNameCheck({ host }: Endpoint): string {
  return isAddressLiteral(host) ? `-verify_ip ${host}` : `-verify_hostname ${host}`;
}

function isAddressLiteral(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}
