import type { Json } from './json.ts';

/**
 * The fact `effective-rules`: what Azure itself says of one network interface, with the rows of the groups as they stood at that moment, read at the
 * origin, so that the comparison with our own result does not depend on an index that may lag.
 */
export interface EffectiveRules {
  /** Elements of `value` of the answer of `effectiveNetworkSecurityGroups`, in its order. */
  readonly effective: readonly Json[];
  /** Rows of the network security groups that it names. */
  readonly groups: readonly Json[];
}
