import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Meter, Observation, ResourceTypePlan } from '../../domain/look.ts';
import { namingTypes, readHostName } from './public-names.ts';

/** What finding public endpoints needs of each type, whether or not a check judges it. */
export const endpointTypes: readonly Pick<ResourceTypePlan, 'type' | 'fields'>[] = namingTypes.map(({ type, fields }) => ({
  type,
  fields,
}));

/** The public endpoints of an estate, from its rows as they are listed. */
export interface Discovery {
  /** Observations without a row say nothing. */
  see(observation: Observation): void;
  /** One for each host name, ordered by it; the fact names the resources that it is known from. */
  endpoints(ports: NonNullable<LookRequest['discovered']>): readonly Observation[];
  report(meter: Meter | undefined): void;
}

export function createDiscovery(): Discovery {
  /** Host name -> ids of resources. */
  const found = new Map<string, Set<string>>();
  const refused = new Map<string, number>();
  return {
    see: ({ subject, seen }) => {
      const { resource } = seen;
      const naming = subject.kind === 'resource' ? namingByType.get(subject.type) : undefined;
      if (subject.kind !== 'resource' || naming === undefined || resource === undefined || 'fault' in resource) return;
      for (const written of naming.namesOf(subject, propertiesOf(resource.fact))) {
        const name = readHostName(written);
        if (name === 'refused') refused.set(subject.type, (refused.get(subject.type) ?? 0) + 1);
        else if (name !== 'none') found.set(name.host, (found.get(name.host) ?? new Set()).add(subject.id));
      }
    },
    endpoints: (ports) => [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([host, ids]) => observe(host, [...ids].sort(), ports)),
    report: (meter) => {
      for (const [type, names] of refused) meter?.count('azure_endpoint_names_refused_total', { type }, names);
    },
  };
}

const namingByType = new Map(namingTypes.map((one) => [one.type, one]));

function propertiesOf(row: Json): JsonObject {
  const properties = isObject(row) ? row['properties'] : undefined;
  return isObject(properties) ? properties : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function observe(host: string, from: readonly string[], { port, httpPort }: NonNullable<LookRequest['discovered']>): Observation {
  const subject = { kind: 'endpoint', id: `${host}:${port}`, host, port, httpPort, httpPaths: ['/'] } as const;
  return { subject, seen: { discovered: { fact: { from } } } };
}
