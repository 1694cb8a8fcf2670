import type { Fault } from '../domain/fault.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Observation, Seen } from '../domain/look.ts';
import type { Census } from '../domain/resource-sorting.ts';
import type { Resource } from '../domain/subject.ts';
import { createRegionCounts, type RegionSurvey } from './region-counts.ts';

/** What one look found, as numbers: nothing of it grows with the estate but the names of endpoints. */
export interface EstateSurvey {
  /** Subscription -> type, lower case -> resources; a subscription that could not be counted is missing. */
  readonly census: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly regions: RegionSurvey;
  /** Host names, ordered. */
  readonly endpoints: readonly string[];
  /** Type -> how many were listed in all, and where its list may not be complete. */
  readonly lists: ReadonlyMap<string, ListedType>;
  /** What could not be seen at all, and why. */
  readonly blind: readonly BlindSpot[];
}

export interface ListedType {
  readonly listed: number;
  readonly faults: number;
}

/** One cause in one subscription. */
export interface BlindSpot {
  readonly subscription: string;
  readonly fault: Fault;
  /** The types whose lists may not be complete for it, ordered. */
  readonly types: readonly string[];
}

export interface Surveyor {
  see(observation: Observation): void;
  survey(): EstateSurvey;
}

/** Counts what a look brings, while it comes. */
export function createSurveyor(): Surveyor {
  const census = new Map<string, ReadonlyMap<string, number>>();
  const regions = createRegionCounts();
  const endpoints = new Set<string>();
  const lists = new Map<string, ListedType>();
  const blind = new Map<string, { readonly subscription: string; readonly fault: Fault; readonly types: Set<string> }>();

  function stayBlind({ subscription }: Resource, fault: Fault, type: string | null): void {
    const key = JSON.stringify([subscription, fault.code, fault.message]);
    const spot = blind.get(key) ?? { subscription, fault, types: new Set() };
    if (type !== null) spot.types.add(type);
    blind.set(key, spot);
  }

  function seeList(scope: Resource, type: string, seen: Seen): void {
    const { listed, faults } = lists.get(type) ?? { listed: 0, faults: 0 };
    lists.set(type, { listed: listed + listedOf(seen), faults: faults + ('fault' in seen ? 1 : 0) });
    if ('fault' in seen) stayBlind(scope, seen.fault, type);
  }

  function seeResource(resource: Resource, seen: Observation['seen']): void {
    for (const [kind, one] of Object.entries(seen)) {
      if (kind.startsWith('list:')) seeList(resource, kind.slice('list:'.length), one);
      else if ('fault' in one) stayBlind(resource, one.fault, kind === 'resource' ? null : kind);
      else if (kind === 'census') census.set(resource.subscription, countsOf(one.fact));
      else if (kind === 'resource') regions.see(resource.type, one.fact);
    }
  }

  return {
    see: ({ subject, seen }) => {
      if (subject.kind === 'endpoint') endpoints.add(subject.host);
      else seeResource(subject, seen);
    },
    survey: () => ({
      census,
      regions: regions.survey(),
      endpoints: [...endpoints].sort(),
      lists,
      blind: [...blind.values()].map(({ types, ...spot }) => ({ ...spot, types: [...types].sort() })),
    }),
  };
}

function listedOf(seen: Seen): number {
  const listed = 'fact' in seen && isObject(seen.fact) ? seen.fact['listed'] : 0;
  return typeof listed === 'number' ? listed : 0;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countsOf(fact: Json): ReadonlyMap<string, number> {
  const { types } = fact as unknown as Census;
  return new Map(types.map(({ type, resources }) => [type.toLowerCase(), resources]));
}
