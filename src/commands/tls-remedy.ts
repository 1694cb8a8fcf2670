import type { Fault } from '../domain/fault.ts';
import type { TlsAnswer } from './tls-answer.ts';
import { nameRule } from './tls-trust.ts';

/** What a person may try next, by the options of the same command; null where the report says it all. */
export function remedyOf({ target, fault, addresses }: TlsAnswer): string | null {
  const otherPort = `--port ${target.port === 443 ? 8443 : 443}`;
  if (fault !== null) return remedyOfName(fault);
  if (addresses.some(({ facts }) => facts.plaintext !== null)) return `name the port on which TLS is spoken, for example ${otherPort}`;
  const blind = addresses.flatMap(({ blindness }) => blindness ?? []);
  if (blind.some(({ code }) => code === 'unreachable'))
    return `see whether TLS is spoken on port ${target.port} there, or name another, for example ${otherPort}`;
  const codes = [...blind, ...addresses.flatMap(({ shortcomings }) => shortcomings.unseen)].map(({ code }) => code);
  if (codes.includes('throttled')) return 'ask slower, with --connections 1 --timeout 5m';
  if (codes.includes('timeout')) return 'a firewall in between may be silent; if not, give it more time, with --timeout 2m';
  const isForOther = addresses.some(({ shortcomings }) => shortcomings.found.some(({ rule }) => rule === nameRule));
  return isForOther && target.serverName === null ? 'name the host that clients name, with --sni shop.example.com' : null;
}

function remedyOfName({ code }: Fault): string {
  if (code === 'partial') return 'name the addresses that matter, with --address 192.0.2.1';
  const otherwise = 'or name its address, with --address 192.0.2.1';
  return code === 'unreachable' ? `see whether the name is spelt right, ${otherwise}` : `try again, ${otherwise}`;
}
