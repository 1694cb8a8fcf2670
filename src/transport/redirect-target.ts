import type { Endpoint } from '../domain/subject.ts';

/** The address of a path as a client writes it, without a port that is the scheme's own. */
export function endpointUrl({ host, port, httpPort }: Endpoint, scheme: 'http' | 'https', path: string): string {
  const authority = host.includes(':') ? `[${host}]` : host;
  const [own, usual] = scheme === 'https' ? [port, 443] : [httpPort, 80];
  return `${scheme}://${authority}${own === usual ? '' : `:${own}`}${path}`;
}

/** Where a client goes on to; `unreadable`: to no place that can be read; null: it stays. */
export function redirectTarget(from: string, { status, location }: { readonly status: number; readonly location: string | null }) {
  if (!redirects.includes(status) || location === null) return null;
  return URL.canParse(location, from) ? new URL(location, from) : 'unreadable';
}

/** Statuses with which a client goes on to `Location` (RFC 9110, 15.4). */
const redirects: readonly number[] = [301, 302, 303, 307, 308];
