import type { TlsAddress, TlsFact } from './tls-facts.ts';
import { type Features, featuresOf } from './tls-features.ts';

/** Parts of a feature's name that another part of the fact stands for. */
const partsOfFact: { readonly [kind: string]: string } = { protocol: 'protocols', keys: 'served', issuers: 'served' };

/** In which parts the addresses of one endpoint differ, sorted. Only what was seen whole at two of them can. */
export function differencesOf(addresses: readonly TlsAddress[]): TlsFact['differences'] {
  const [first, ...others] = addresses.map(featuresOf);
  if (first === undefined) return [];
  const parts = Object.keys(first).filter((part) => isDifferent(part, [first, ...others]));
  return [...new Set(parts.map((part) => part.split(' ')[0] ?? part).map((kind) => partsOfFact[kind] ?? kind))].toSorted();
}

function isDifferent(part: string, all: readonly Features[]): boolean {
  const seen = all.flatMap((features) => (features[part]?.isComplete === true ? [features[part].seen.join('\n')] : []));
  return new Set(seen).size > 1;
}
