import type { JsonObject } from '../../domain/json.ts';
import type { LookRequest, Meter, Observation, ResourceTypePlan } from '../../domain/look.ts';
import type { Resource } from '../../domain/subject.ts';
import { namingTypes, readHostName } from './public-names.ts';

/** What finding public endpoints needs of each type, whether or not a check judges it. */
export const endpointTypes: readonly Pick<ResourceTypePlan, 'type' | 'fields'>[] = namingTypes.map(({ type, fields }) => ({
  type,
  fields,
}));

/** The public endpoints of an estate, from its rows as they are listed. */
export interface Discovery {
  see(resource: Resource, row: JsonObject): void;
  /** One for each host name, ordered by it; the fact names the resources that it is known from. */
  endpoints(ports: NonNullable<LookRequest['discovered']>): readonly Observation[];
  report(meter: Meter | undefined): void;
}

export function createDiscovery(): Discovery {
  /** Host name -> ids of resources. */
  const found = new Map<string, Set<string>>();
  const refused = new Map<string, number>();
  return {
    see: (resource, row) => {
      const naming = namingByType.get(resource.type);
      if (naming === undefined) return;
      for (const written of naming.namesOf(resource, propertiesOf(row))) {
        const name = readHostName(written);
        if (name === 'refused') refused.set(resource.type, (refused.get(resource.type) ?? 0) + 1);
        else if (name !== 'none') found.set(name.host, (found.get(name.host) ?? new Set()).add(resource.id));
      }
    },
    endpoints: (ports) => [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([host, ids]) => observe(host, [...ids].sort(), ports)),
    report: (meter) => {
      for (const [type, names] of refused) meter?.count('azure_endpoint_names_refused_total', { type }, names);
    },
  };
}

const namingByType = new Map(namingTypes.map((one) => [one.type, one]));

function propertiesOf(row: JsonObject): JsonObject {
  const properties = row['properties'];
  return typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? (properties as JsonObject) : {};
}

function observe(host: string, from: readonly string[], { port, httpPort }: NonNullable<LookRequest['discovered']>): Observation {
  const subject = { kind: 'endpoint', id: `${host}:${port}`, host, port, httpPort, httpPaths: ['/'] } as const;
  return { subject, seen: { discovered: { fact: { from } } } };
}
