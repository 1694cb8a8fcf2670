import type { OpenRule } from '../domain/exposure.ts';
import { describeFewAddresses } from './describe-addresses.ts';
import { inFixedOrder } from './fixed-order.ts';
import { describeRule, type Passage } from './passages.ts';
import { describePorts } from './port-set.ts';

/** The list is the same object for all interfaces behind the same rules, to which no way in leads: nearly all. */
const describedOpen = new WeakMap<readonly Passage[], readonly OpenRule[]>();

/** What is open to strangers, for people. */
export function describeOpen(passages: readonly Passage[]): readonly OpenRule[] {
  const known = describedOpen.get(passages);
  if (known !== undefined) return known;
  const open = passages.map(({ protocol, ports, sources, rules }) => ({
    protocol,
    ports: describePorts(ports),
    sources: describeFewAddresses(sources),
    rules: rules.map(describeRule),
  }));
  const ordered = inFixedOrder(open);
  describedOpen.set(passages, ordered);
  return ordered;
}
