import { resourceGroupOf, subscriptionOf } from '../arm-path.ts';
import type { EstateChange, EstateResource, PretendEstate } from '../estate-port.ts';
import { makeChance, pick } from './chance.ts';
import { minuteMs, type TimeWindow } from './log-row.ts';
import { people } from './people.ts';
import { type Occurrence, occurrencesIn } from './recurring.ts';

/** An event of a subscription's activity log. */
export interface ActivityEvent {
  /** EventDataId. */
  readonly id: string;
  readonly atMs: number;
  /** Since when the activity log lists it. */
  readonly submittedMs: number;
  /** How long it usually takes until a workspace has it. */
  readonly delayMs: number;
  readonly category: string;
  readonly operation: string;
  readonly resource: string;
  readonly correlationId: string;
  /** A mail address or the id of an application. */
  readonly caller: string;
  readonly callerAddress: string;
  readonly status: 'Started' | 'Succeeded' | 'Active';
}

export interface ActivityEvents {
  /** What happened in a subscription in a window, in no order. */
  in(subscription: string, window: TimeWindow): Iterable<ActivityEvent>;
}

/** `eventsPerDay`: in each subscription, at the least; default: a handful an hour. */
export function makeActivityEvents(estate: PretendEstate, { eventsPerDay }: { readonly eventsPerDay: number | null }): ActivityEvents {
  const targets = findTargets(estate);
  const everyMs = eventsPerDay === null ? 10 * minuteMs : 86_400_000 / eventsPerDay;
  return {
    *in(subscription, window) {
      const name = subscription.toLowerCase();
      const known = targets.get(name) ?? [];
      for (const occurrence of occurrencesIn({ name: `activity ${name}`, everyMs, spreadMs: Math.floor(everyMs) }, window)) {
        const event = eventOf(name, occurrence, known);
        yield event;
        if (eventsPerDay === null && event.category === 'Administrative') yield startOf(event, occurrence);
      }
      for (const change of estate.changes()) {
        const atMs = Date.parse(change.at);
        if (subscriptionOf(change.target).toLowerCase() === name && atMs >= window.fromMs && atMs < window.toMs)
          yield changeEvent(change, atMs);
      }
    },
  };
}

const operations: { readonly [type: string]: readonly [string, ...string[]] } = {
  'microsoft.network/networksecuritygroups': ['write', 'join/action', 'securityRules/write'],
  'microsoft.storage/storageaccounts': ['write', 'listKeys/action', 'blobServices/containers/write'],
  'microsoft.compute/virtualmachines': ['write', 'restart/action', 'extensions/write'],
  'microsoft.web/sites': ['write', 'restart/action', 'config/write'],
  'microsoft.keyvault/vaults': ['write', 'deploy/action', 'accessPolicies/write'],
};

/** By subscription, lower case: a few things that are often worked on. Found once, so that what happened stays what it was. */
function findTargets(estate: PretendEstate): ReadonlyMap<string, readonly EstateResource[]> {
  const targets = new Map<string, EstateResource[]>();
  for (const resource of estate.all()) {
    if (!Object.hasOwn(operations, resource.type.toLowerCase())) continue;
    const name = subscriptionOf(resource.id).toLowerCase();
    const known = targets.get(name) ?? [];
    if (known.length < 24) known.push(resource);
    targets.set(name, known);
  }
  return targets;
}

const rare = {
  Security: ['Microsoft.Security/locations/alerts/activate/action'],
  Policy: ['Microsoft.Authorization/policies/auditIfNotExists/action', 'Microsoft.Authorization/policies/audit/action'],
  ServiceHealth: ['Microsoft.ServiceHealth/maintenance/action'],
} as const;

function eventOf(subscription: string, { number, atMs, chance }: Occurrence, targets: readonly EstateResource[]): ActivityEvent {
  const category = categoryOf(chance.whole(number, 1, 100));
  const target = targets[chance.whole(number, 2, Math.max(1, targets.length))];
  const scope = `/subscriptions/${subscription}`;
  const person = pick(people, chance.whole(number, 3, people.length));
  const isResource = target !== undefined && category !== 'ServiceHealth';
  const verb = chance.whole(number, 4, 3);
  return {
    id: chance.guid(number, 5),
    atMs,
    submittedMs: atMs + 15_000 + chance.whole(number, 6, 40_000),
    delayMs: minuteMs + chance.whole(number, 7, 7 * minuteMs),
    category,
    operation: category === 'Administrative' ? operationOn(target, verb) : pick(rare[category], verb),
    resource: isResource ? target.id : scope,
    correlationId: chance.guid(number, 8),
    caller: category === 'Administrative' ? person.mail : 'Microsoft.Advisor',
    callerAddress: category === 'Administrative' ? person.address : '',
    status: category === 'ServiceHealth' || category === 'Security' ? 'Active' : 'Succeeded',
  };
}

function categoryOf(percent: number): 'Administrative' | 'Policy' | 'Security' | 'ServiceHealth' {
  if (percent < 65) return 'Administrative';
  if (percent < 88) return 'Policy';
  return percent < 96 ? 'Security' : 'ServiceHealth';
}

function operationOn(target: EstateResource | undefined, verb: number): string {
  if (target === undefined) return 'Microsoft.Resources/deployments/write';
  return `${target.type}/${pick(operations[target.type.toLowerCase()] ?? ['write'], verb)}`;
}

/** Each operation of somebody is told when it starts as well, under an id of its own. */
function startOf(event: ActivityEvent, { number, chance }: Occurrence): ActivityEvent {
  return { ...event, id: chance.guid(number, 9), delayMs: minuteMs + chance.whole(number, 10, 7 * minuteMs), status: 'Started' };
}

/** What was done to the estate itself. */
function changeEvent({ id, target, by, operation, correlationId }: EstateChange, atMs: number): ActivityEvent {
  const chance = makeChance(id);
  return {
    id: chance.guid(0, 1),
    atMs,
    submittedMs: atMs + 5_000 + chance.whole(0, 2, 15_000),
    delayMs: minuteMs + chance.whole(0, 3, 3 * minuteMs),
    category: 'Administrative',
    operation,
    resource: target,
    correlationId: correlationId ?? chance.guid(0, 4),
    caller: by,
    callerAddress: '198.51.100.250',
    status: 'Succeeded',
  };
}

/** The resource group that an event names, lower case; empty where it names none. */
export function groupOfEvent({ resource }: ActivityEvent): string {
  return resourceGroupOf(resource)?.toLowerCase() ?? '';
}
