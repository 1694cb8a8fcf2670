import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import type { Endpoint } from '../domain/subject.ts';
import { mistake } from './describe-issue.ts';

export const portSchema = z
  .int()
  .min(1, mistake('expected a port from 1 to 65535', 'write the port of the server'))
  .max(65_535, mistake('expected a port from 1 to 65535', 'write the port of the server'));

/** A DNS name or an IP address, as an endpoint names it: lower case, IPv6 in its shortest form and without brackets. */
const hostSchema = z
  .string()
  .superRefine((text, context) => {
    const message = hostMistake(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .transform(canonicalHost);

const pathSchema = z
  .string()
  .regex(/^\/[!-"$-~]*$/, mistake('expected a path that begins with /', 'write it as it stands in the request, for example /login'));

/** What `endpoints` holds, apart from the overrides of checks. */
export const endpointShape = {
  host: hostSchema,
  port: portSchema.default(443),
  httpPort: portSchema.default(80),
  httpPaths: z.array(pathSchema).min(1).default(['/']),
};

export function endpointOf(parts: Omit<Endpoint, 'kind' | 'id'>): Endpoint {
  const { host, port, httpPort, httpPaths } = parts;
  return { kind: 'endpoint', id: endpointId(host, port), host, port, httpPort, httpPaths };
}

/** `host:port`, an IPv6 literal in brackets. */
function endpointId(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `shop.example.com`, `shop.example.com:8443`, `[2001:db8::1]:443` to an endpoint with defaults, or what is wrong with the text. */
export function parseEndpoint(text: string): Endpoint | { readonly problem: string } {
  const [, bracketed, plain, portText = '443'] = /^(?:\[([^\]]*:[^\]]*)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(text) ?? [];
  const port = Number(portText);
  if (!(port >= 1 && port <= 65_535)) return { problem: `expected a port from 1 to 65535, got ${portText}` };
  const parsed = z.object(endpointShape).safeParse({ host: bracketed ?? plain ?? text, port });
  if (!parsed.success) return { problem: parsed.error.issues.map((issue) => issue.message).join('; ') };
  return endpointOf(parsed.data);
}

function canonicalHost(text: string): string {
  if (!isIPv6(text)) return text.toLowerCase();
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;

/** RFC 1123 names of at most 253 characters; a last label of digits only would be read as an IPv4 address. */
function hostMistake(text: string): string | null {
  const wanted = 'expected a host name or an IP address';
  if (text.includes('%')) return mistake(`${wanted} without a zone`, 'remove the % and what follows');
  if (isIP(text) !== 0) return null;
  if (/[/@]/.test(text)) return mistake(wanted, 'write only the host name, without https:// and path');
  if (text.endsWith('.')) return mistake(`${wanted} without a dot at its end`, 'remove the last dot');
  if (/^\[.*\]$|^[^:]+:\d+$/.test(text)) return mistake(wanted, 'write the port as "port:", and an IPv6 address without brackets');
  if (/[^ -~]/.test(text)) return mistake(`${wanted} in ASCII`, `write ${domainToASCII(text) || 'its xn-- form'}`);
  const labels = text.split('.');
  const isName = text.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isName ? null : mistake(wanted, 'write it as in the address bar, for example shop.example.com');
}
