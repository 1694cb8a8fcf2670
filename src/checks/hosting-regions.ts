import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { dataTypes, trafficTypes } from '../domain/placed-types.ts';
import { normalRegion, type Replica, replicasOf } from '../domain/replica-regions.ts';

const text = z.string().nullish();
const places = z.array(z.object({ locationName: text, location: text, name: text })).nullish();
const placed = z.object({
  location: text,
  kind: text,
  sku: z.object({ name: text }).nullish(),
  properties: z
    .object({
      secondaryLocation: text,
      // Cognitive Services wrap their list.
      locations: z.union([places, z.object({ regions: places }).transform(({ regions }) => regions)]),
      additionalLocations: places,
      replicaSets: places,
      regionDetails: places,
      publishingProfile: z.object({ targetRegions: places }).nullish(),
      replication: z.object({ enabled: z.boolean().nullish(), location: text }).nullish(),
      backupPolicy: z.object({ type: text, periodicModeProperties: z.object({ backupStorageRedundancy: text }).nullish() }).nullish(),
      currentBackupStorageRedundancy: text,
      defaultSecondaryLocation: text,
      backup: z.object({ geoRedundantBackup: text }).nullish(),
      redundancySettings: z.object({ standardTierStorageRedundancy: text }).nullish(),
      storageSettings: z.array(z.object({ type: text })).nullish(),
    })
    .nullish(),
});

export const check = defineCheck({
  title: 'Data, their copies and what serves them are in the allowed regions',
  claims: [
    { claim: 'hosted-on-azure', interpretations: ['intent'] },
    { claim: 'residency', interpretations: ['intent'] },
  ],
  response: 'ticket',
  parameters: z.strictObject({
    /** `westeurope` or `West Europe`. Nothing is allowed until somebody says what is. */
    allowed: z.array(z.string().min(1)).default([]),
    /** Region -> the one that Azure pairs with it, for copies of which a row says only that they are geo-redundant. */
    pairedRegions: z.record(z.string(), z.string()).default({}),
  }),
  subjects: { resources: [...dataTypes, ...trafficTypes] },
  needs: { resource: placed },
  whenNone: 'unknown',
  judge: ({ type }, { resource }, { parameters: { allowed, pairedRegions } }) => {
    const question = { interpretation: 'intent', expected: `only the regions ${allowed.join(', ')}`, rule: 'location' } as const;
    if (allowed.length === 0)
      return [
        { ...question, expected: 'a list of allowed regions', observed: 'none is configured', status: 'unknown', reason: 'unsupported' },
      ];
    const regions = new Set(allowed.map(normalRegion));
    const pairs = new Map(Object.entries(pairedRegions).map(([region, pair]) => [normalRegion(region), pair]));
    const copies = replicasOf(type, resource).map((replica) => judgeReplica(replica, regions, pairs));
    return [judgeProperties(question, [judgeLocation(resource.location, type, regions), ...copies])];
  },
  repeat: (subject) =>
    showCommand(
      subject,
      '{location: location, sku: sku.name, secondary: properties.secondaryLocation, locations: properties.[locations, additionalLocations, replicaSets, regionDetails, publishingProfile.targetRegions, replication], backup: properties.backup, policy: properties.backupPolicy, redundancy: [properties.currentBackupStorageRedundancy, properties.redundancySettings, properties.storageSettings]}',
    ),
  mend: 'Move the resource to an allowed region (make it anew there, move the data, delete the old one), or choose local or zone redundancy for copies that lie elsewhere; where the region is meant, add it to "allowed", and the pair of a region to "pairedRegions".',
});

/** What is everywhere is allowed where it keeps nothing, or where the configuration allows `global` by name. */
function judgeLocation(location: string | null | undefined, type: string, allowed: ReadonlySet<string>): PropertyVerdict {
  const region = normalRegion(location ?? '');
  if (region === '') return { observed: 'the location is not given', status: 'unknown', reason: 'malformed' };
  if (region !== 'global' || allowed.has(region)) return judgeRegion('is', region, 'location', allowed);
  if (!isDataType(type)) return { observed: 'is global and keeps no data', status: 'pass' };
  return { observed: 'is global; the row does not say where its data lie', status: 'unknown', reason: 'unsupported' };
}

function judgeReplica(replica: Replica, allowed: ReadonlySet<string>, pairs: ReadonlyMap<string, string>): PropertyVerdict {
  const { what, rule } = replica;
  if ('unclear' in replica) return { rule, observed: `${what}: ${replica.unclear}`, status: 'unknown', reason: 'malformed' };
  if ('region' in replica) return judgeRegion(what, normalRegion(replica.region), rule, allowed);
  const home = normalRegion(replica.pairOf);
  const pair = pairs.get(home);
  if (pair !== undefined) return judgeRegion(what, normalRegion(pair), rule, allowed);
  const observed = `${what} in the region that Azure pairs with ${home}; which one that is would be needed (pairedRegions)`;
  return { rule, observed, status: 'unknown', reason: 'unsupported' };
}

function judgeRegion(what: string, region: string, rule: string, allowed: ReadonlySet<string>): PropertyVerdict {
  return { rule, observed: `${what} in ${region}`, status: allowed.has(region) ? 'pass' : 'fail' };
}

function isDataType(type: string): boolean {
  return (dataTypes as readonly string[]).includes(type);
}
