import type { ListedEvent } from './log-facts.ts';

const mostNamed = 20;

/** `id (2026-11-24T07:00:00.000Z, Microsoft.Network/networkSecurityGroups/write, /subscriptions/...), ... and 5 more`; at most 20 of `count` are named. */
export function describeEvents(events: readonly ListedEvent[], count: number): string {
  const named = events.slice(0, mostNamed).map(describeEvent);
  const others = count - named.length;
  return others > 0 ? `${named.join(', ')} and ${others} more` : named.join(', ');
}

function describeEvent({ id, at, operation, resource }: ListedEvent): string {
  return `${id} (${[at, operation, resource].filter((part) => part !== '').join(', ')})`;
}
