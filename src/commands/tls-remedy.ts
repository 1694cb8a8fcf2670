import type { Fault } from '../domain/fault.ts';
import type { TlsAnswer } from './tls-answer.ts';
import { nameOfTarget, type TlsTarget } from './tls-target.ts';

/** What a person may try next. */
export interface Remedy {
  readonly words: string;
  readonly command: string | null;
}

/** Null where the report says it all. */
export function remedyOf({ target, fault, addresses }: TlsAnswer): Remedy | null {
  if (fault !== null) return { words: remedyOfName(fault), command: null };
  if (addresses.some(({ facts }) => facts.plaintext !== null))
    return { words: 'name the port on which TLS is spoken', command: onOtherPort(target) };
  const blind = addresses.flatMap(({ blindness }) => blindness ?? []);
  if (blind.some(({ code }) => code === 'unreachable'))
    return { words: `see whether something listens on port ${target.port} there, or name another port`, command: onOtherPort(target) };
  const codes = [...blind, ...addresses.flatMap(({ shortcomings }) => shortcomings.unseen)].map(({ code }) => code);
  const name = nameOfTarget(target);
  if (codes.includes('throttled')) return { words: 'ask slower', command: `claimwatch tls ${name} --connections 1 --timeout 5m` };
  if (codes.includes('timeout'))
    return { words: 'a firewall in between may be silent; if not, give it more time', command: `claimwatch tls ${name} --timeout 2m` };
  return null;
}

const nameAddress = 'name its address with --address 192.0.2.1';

function remedyOfName({ code }: Fault): string {
  if (code === 'partial') return 'name the addresses that matter with --address 192.0.2.1';
  return code === 'unreachable' ? `see whether the name is spelt right, or ${nameAddress}` : `try again, or ${nameAddress}`;
}

function onOtherPort({ host, port }: TlsTarget): string {
  return `claimwatch tls ${nameOfTarget({ host, port: port === 443 ? 8443 : 443 })}`;
}
