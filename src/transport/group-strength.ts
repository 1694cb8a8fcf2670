import type { Strength } from './certificate-strength.ts';
import { explicitCurves, groupOfName } from './named-groups.ts';

/** 112 bits of security (NIST SP 800-57 part 1 revision 5, 5.6.1): curves over 224 bits, finite fields of 2,048. ML-KEM has at least 128. */
const leastBits = { ec: 224, hybrid: 224, 'finite-field': 2048, lattice: 512 } as const;
const explicit: readonly string[] = Object.values(explicitCurves).map((code) => `0x${code.toString(16)}`);

/** Of a key exchange group, by the registry's name. Curves that a peer describes itself are weak: nobody looked at them (RFC 8422 5.4). */
export function judgeGroupStrength(name: string): Strength {
  if (explicit.includes(name.toLowerCase())) return 'weak';
  const group = groupOfName(name);
  if (group === null) return 'unknown';
  return group.bits >= leastBits[group.kind] ? 'strong' : 'weak';
}
