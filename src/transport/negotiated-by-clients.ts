import { clientProfiles } from './client-profiles.ts';
import { type Negotiation, type NegotiationFacts, negotiate } from './negotiate.ts';
import { fallsShort, none, notSeen, type Shortcomings } from './shortcomings.ts';

/** Kinds of clients for which it comes out the same. */
export interface NegotiatedByClients {
  /** `Chrome 143, Firefox 148` */
  readonly clients: string;
  readonly result: Negotiation;
}

export function negotiateWithClients(address: NegotiationFacts): readonly NegotiatedByClients[] {
  const all = clientProfiles.map((client) => ({ clients: client.name, result: negotiate(client, address) }));
  const alike = Map.groupBy(all, ({ result }) => `${result.outcome} ${describeResult(result)}`);
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, clients: [first, ...others].map(({ clients }) => clients).join(', ') }],
  );
}

/** `Chrome 143, Safari 26 would negotiate TLS_AES_128_GCM_SHA256` */
export function describeNegotiated({ clients, result }: NegotiatedByClients): string {
  return `${clients} ${describeResult(result)}`;
}

function describeResult(result: Negotiation): string {
  if (result.outcome === 'refused') return 'would be refused';
  const suites = [...new Set(result.possible.map(({ suite }) => suite))];
  return `would negotiate ${suites.join(' or ') || 'nothing that is known'}`;
}

/** Whether each of them gets a key of so many bits. It must hold whatever of the possible comes out; a client that is refused sends nothing. */
export function judgeNegotiatedBits(negotiated: NegotiatedByClients, leastBits: number, rule: string): Shortcomings {
  const { clients, result } = negotiated;
  if (result.outcome === 'refused') return none;
  if (result.outcome === 'unknown') return notSeen(`what ${clients} would negotiate is not known`, rule, result.fault);
  const weak = result.possible.filter(({ keyBits }) => keyBits < leastBits);
  if (weak.length === 0) return none;
  const words = describeNegotiated(negotiated);
  const isCertain = weak.length === result.possible.length && result.doubt === null;
  return isCertain ? fallsShort(words, rule) : notSeen(words, rule, { code: 'partial', message: 'which of them is not known' });
}
