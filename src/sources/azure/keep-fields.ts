import type { Json, JsonObject } from '../../domain/json.ts';
import { reduceMember } from './reduce-members.ts';

/**
 * Members of a row besides `properties` that may be kept. What else comes (etag, systemData) changes without meaning anything, or holds what people
 * write about people (tags).
 */
const kept = [
  'id',
  'name',
  'type',
  'location',
  'kind',
  'sku',
  'identity',
  'zones',
  'managedBy',
  'subscriptionId',
  'resourceGroup',
] as const;

/**
 * Members of what a check reads (a scale set's profile of its machines, a VPN gateway's configuration of clients) that no check reads: names of
 * administrators, commands and data with secrets in them, secrets themselves.
 */
const neverKept: ReadonlySet<string> = new Set([
  'osprofile',
  'extensionprofile',
  'userdata',
  'customdata',
  'radiusserversecret',
  'radiusservers',
]);

/**
 * A row as it came, without what no check reads: null members, and of `properties` all but these. So secrets in places that we never ask for (the
 * environment of a container, the custom data of a machine) are not kept, and what changes by itself makes no new fact. Members are compared without
 * case, as Resource Graph spells some differently (`MinTlsVersion`), and keep the name that the check reads.
 */
export function keepFields(row: JsonObject, fields: readonly string[]): JsonObject {
  const own = Object.fromEntries(kept.flatMap((name) => (isPresent(row[name]) ? [[name, row[name]] as const] : [])));
  return { ...own, properties: pick(row['properties'], fields) };
}

function pick(properties: Json | undefined, fields: readonly string[]): JsonObject {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return {};
  const members = properties as JsonObject;
  const picked: Record<string, Json> = {};
  let byLowerCase: Map<string, Json> | null = null;
  for (const field of fields) {
    let value = members[field];
    if (value === undefined) {
      byLowerCase ??= new Map(Object.entries(members).map(([name, one]) => [name.toLowerCase(), one]));
      value = byLowerCase.get(field.toLowerCase());
    }
    if (value !== undefined && value !== null) picked[field] = reduceMember(field, value) ?? withoutSecrets(value);
  }
  return picked;
}

function withoutSecrets(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  const harmless = members.filter(([name]) => !neverKept.has(name.toLowerCase()));
  return harmless.length === members.length ? value : Object.fromEntries(harmless);
}

/** Resource Graph gives an empty text where a column of text has nothing. */
function isPresent(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== '';
}
