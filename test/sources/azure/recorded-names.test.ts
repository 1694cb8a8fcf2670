import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import { createDiscovery, endpointTypes } from '../../../src/sources/azure/discovered-endpoints.ts';
import { keepFields } from '../../../src/sources/azure/keep-fields.ts';

/** Real answers of Azure, and the examples of its specification, where they are at hand. */
const folder = new URL('../../../../shared/azure/', import.meta.url);
const fieldsOf = new Map(endpointTypes.map(({ type, fields }) => [type, fields]));

function* resourcesIn(value: Json): Generator<JsonObject> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && typeof (value as JsonObject)['id'] === 'string') yield value as JsonObject;
  for (const inner of Object.values(value)) yield* resourcesIn(inner);
}

function readNames(path: string) {
  const discovery = createDiscovery();
  const refused: string[] = [];
  let rows = 0;
  for (const row of resourcesIn(JSON.parse(readFileSync(new URL(path, folder), 'utf8')))) {
    const subject = typeof row['id'] === 'string' ? resourceFromId(row['id']) : null;
    const fields = subject === null ? undefined : fieldsOf.get(subject.type);
    if (subject === null || fields === undefined) continue;
    rows += 1;
    discovery.see({ subject, seen: { resource: { fact: keepFields(row, fields) } } });
  }
  discovery.report({ set: () => undefined, count: (_, { type }) => refused.push(String(type)) });
  return { rows, names: discovery.endpoints({ port: 443, httpPort: 80 }).length, refused };
}

const network = 'spec/network/resource-manager/Microsoft.Network/stable/2023-09-01/examples';

test.skipIf(!existsSync(folder)).each([
  ['recorded/microsoft.cdn_profiles_afdendpoints__1.json', 1, 1],
  ['recorded/microsoft.cdn_profiles_endpoints__1.json', 1, 1],
  ['recorded/microsoft.network_dnszones__1.json', 1, 0],
  ['recorded/microsoft.network_dnszones_recordsets__1.json', 2, 2],
  ['recorded/microsoft.network_dnszones_recordsets__3.json', 1, 1],
  ['recorded/microsoft.network_frontdoors__1.json', 1, 1],
  ['recorded/microsoft.network_publicipaddresses__1.json', 1, 0],
  ['recorded/microsoft.network_publicipaddresses__3.json', 4, 2],
  ['recorded/microsoft.web_sites__1.json', 1, 2],
  [`${network}/PublicIpAddressListAll.json`, 3, 2],
])('%s: %i rows, %i names', (path, rows, names) => {
  expect(readNames(path)).toEqual({ rows, names, refused: [] });
});
