import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ResourceTypePlan } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { SourceKind } from '../domain/ports.ts';
import { subscriptionResource } from '../domain/resource-id.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { azureShape } from './settings-schema.ts';
import { validate } from './validate.ts';

/** What the sources of Azure hand in: the schema of their part of the section, and where in it files are named. */
export interface AzureNeeds {
  readonly settings: z.ZodType;
  readonly filePaths: readonly (readonly string[])[];
  /** The sorting of resource types that comes with the program. */
  readonly resourceTypes: string;
  /** What finding public endpoints has to know of which types, besides what checks read. */
  readonly discovery: readonly Pick<ResourceTypePlan, 'type' | 'fields'>[];
  /** What sources at resources read of their rows, by the source's name. */
  readonly reads: ReadonlyMap<string, NonNullable<SourceKind['reads']>>;
  /** What is computed of single resources from the rows of many. */
  readonly estateDerivations: readonly EstateDerivation[];
}

export interface ReadAzure extends Pick<Plan, 'azure' | 'scopes' | 'discovered'> {
  /** Absolute. */
  readonly resourceTypesPath: string;
  /** Service tag -> its CIDR texts; empty where no list of service tags is configured. */
  readonly serviceTags: { readonly [tag: string]: readonly string[] };
}

const ownSchema = z.object(azureShape);

/** What could be read; mistakes are reported. Without the section nothing of Azure is watched. */
export async function readAzure(value: unknown, file: ConfigurationFile, needs: AzureNeeds, folder: string): Promise<ReadAzure> {
  const nothing: ReadAzure = {
    azure: null,
    scopes: [],
    discovered: { port: 443, httpPort: 80 },
    resourceTypesPath: needs.resourceTypes,
    serviceTags: {},
  };
  if (value === undefined || value === null) return nothing;
  const section = validate(z.record(z.string(), z.unknown()), value, file, ['azure']);
  if (section === undefined) return nothing;
  const own = validate(
    ownSchema,
    Object.fromEntries(Object.keys(azureShape).flatMap((key) => (key in section ? [[key, section[key]]] : []))),
    file,
    ['azure'],
  );
  const others = Object.fromEntries(Object.entries(section).filter(([key]) => !(key in azureShape)));
  const settings = validate(needs.settings, others, file, ['azure']) as JsonObject | undefined;
  if (own === undefined || settings === undefined) return nothing;
  return {
    azure: withAbsoluteFiles(settings, needs.filePaths, folder),
    scopes: subscriptionsOf(settings).map(subscriptionResource),
    discovered: own.endpoints,
    resourceTypesPath: own.resourceTypes === undefined ? needs.resourceTypes : resolve(folder, own.resourceTypes),
    serviceTags: own.serviceTags === undefined ? {} : await readServiceTags(resolve(folder, own.serviceTags), file),
  };
}

function subscriptionsOf(settings: JsonObject): readonly string[] {
  const subscriptions = settings['subscriptions'];
  return Array.isArray(subscriptions) ? subscriptions.filter((one) => typeof one === 'string') : [];
}

function withAbsoluteFiles(settings: JsonObject, paths: AzureNeeds['filePaths'], folder: string): JsonObject {
  return paths.reduce((changed, path) => replaceAt(changed, path, (name) => resolve(folder, name)), settings);
}

function replaceAt(object: JsonObject, [key, ...rest]: readonly string[], change: (text: string) => string): JsonObject {
  if (key === undefined) return object;
  const value = object[key];
  if (rest.length === 0) return typeof value === 'string' ? { ...object, [key]: change(value) } : object;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return object;
  return { ...object, [key]: replaceAt(value as JsonObject, rest, change) };
}

/** The form of Microsoft's weekly download and of the API `serviceTags`. */
const serviceTagsSchema = z.object({
  values: z.array(z.object({ name: z.string().min(1), properties: z.object({ addressPrefixes: z.array(z.string()) }) })).min(1),
});

async function readServiceTags(path: string, file: ConfigurationFile): Promise<ReadAzure['serviceTags']> {
  const remedy =
    'write it with "az network list-service-tags --location westeurope --output json", or download "Azure IP Ranges and Service Tags" from Microsoft';
  const report = (message: string) => file.report(['azure', 'serviceTags'], { message, remedy });
  try {
    const parsed = serviceTagsSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) return prefixesByTag(parsed.data.values);
    report('the file is no list of service tags');
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is no JSON' : (error as NodeJS.ErrnoException).code;
    report(`the list of service tags cannot be read (${reason})`);
  }
  return {};
}

function prefixesByTag(values: z.infer<typeof serviceTagsSchema>['values']): ReadAzure['serviceTags'] {
  const tags = new Map<string, Set<string>>();
  for (const { name, properties } of values) tags.set(name, new Set([...(tags.get(name) ?? []), ...properties.addressPrefixes]));
  return Object.fromEntries([...tags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, prefixes]) => [name, [...prefixes].sort()]));
}
