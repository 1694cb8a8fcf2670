import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgeValue } from '../domain/known-values.ts';

const state = z.object({ state: z.string().nullish() }).nullish();
const vault = z.object({
  properties: z.object({
    securitySettings: z
      .object({
        softDeleteSettings: z.object({ softDeleteState: z.string().nullish(), state: z.string().nullish() }).nullish(),
        immutabilitySettings: state,
      })
      .nullish(),
    redundancySettings: z
      .object({ standardTierStorageRedundancy: z.string().nullish(), crossRegionRestore: z.string().nullish() })
      .nullish(),
    storageSettings: z.array(z.object({ datastoreType: z.string().nullish(), type: z.string().nullish() })).nullish(),
    featureSettings: z.object({ crossRegionRestoreSettings: state }).nullish(),
  }),
});
type Properties = z.infer<typeof vault>['properties'];
type Redundancy = 'geo' | 'zone';

export const check = defineCheck({
  title: 'What is in a backup vault cannot be deleted at once, and lies in more than one place',
  claims: [{ claim: 'multiple-backups', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** The least: `geo` is a second region, `zone` also other data centres of the same region. */
    redundancy: z.enum(['geo', 'zone']).default('zone'),
  }),
  subjects: { resources: ['microsoft.recoveryservices/vaults', 'microsoft.dataprotection/backupvaults'] },
  needs: { resource: vault },
  whenNone: 'unknown',
  judge: ({ type }, { resource: { properties } }, { parameters: { redundancy } }) => {
    const question = {
      interpretation: 'intent',
      expected: `soft delete and immutability on, backups kept in more than one ${redundancy === 'geo' ? 'region' : 'data centre'}, restorable in the second region where there is one`,
      rule: 'properties',
    } as const;
    const parts = type === 'microsoft.recoveryservices/vaults' ? judgeRecoveryVault : judgeBackupVault;
    return [judgeProperties(question, [judgeImmutability(properties), ...parts(properties, redundancy)])];
  },
  repeat: (subject) =>
    showCommand(
      subject,
      'properties.{security: securitySettings, redundancy: redundancySettings, storage: storageSettings, features: featureSettings}',
    ),
  mend: 'Turn on soft delete and immutability in the properties of the vault (az backup vault backup-properties set --soft-delete-feature-state Enable, az backup vault update --immutability-state Unlocked; az dataprotection backup-vault update --soft-delete-state On --immutability-state Unlocked). The redundancy can only be chosen before the first backup: make a new geo-redundant vault with cross-region restore and protect the items there.',
});

/** Disabled unless somebody turned it on (Azure Backup, "Immutable vault"). */
function judgeImmutability({ securitySettings }: Properties): PropertyVerdict {
  return judgeValue(securitySettings?.immutabilitySettings?.state, {
    rule: 'properties.securitySettings.immutabilitySettings.state',
    good: ['unlocked', 'locked'],
    bad: ['disabled'],
    whenAbsent: { status: 'fail', because: 'it is off until it is turned on' },
  });
}

function judgeRecoveryVault(properties: Properties, least: Redundancy): readonly PropertyVerdict[] {
  const redundancy = properties.redundancySettings?.standardTierStorageRedundancy;
  const crossRegion = properties.redundancySettings?.crossRegionRestore;
  return [
    judgeValue(properties.securitySettings?.softDeleteSettings?.softDeleteState, {
      rule: 'properties.securitySettings.softDeleteSettings.softDeleteState',
      good: ['enabled', 'alwayson'],
      bad: ['disabled'],
      whenAbsent: { status: 'unknown', because: 'backupconfig/vaultconfig of the vault would be needed' },
    }),
    judgeRedundancy(redundancy, 'properties.redundancySettings.standardTierStorageRedundancy', least),
    ...judgeCrossRegion(redundancy, crossRegion, 'properties.redundancySettings.crossRegionRestore'),
  ];
}

function judgeBackupVault(properties: Properties, least: Redundancy): readonly PropertyVerdict[] {
  const stores = (properties.storageSettings ?? []).filter(({ datastoreType }) => datastoreType?.toLowerCase() === 'vaultstore');
  const rule = 'properties.storageSettings';
  const crossRegion = properties.featureSettings?.crossRegionRestoreSettings?.state;
  const crossRegionRule = 'properties.featureSettings.crossRegionRestoreSettings.state';
  const noStore: PropertyVerdict = { rule, observed: 'no vault store is listed', status: 'unknown', reason: 'malformed' };
  return [
    judgeValue(properties.securitySettings?.softDeleteSettings?.state, {
      rule: 'properties.securitySettings.softDeleteSettings.state',
      good: ['on', 'alwayson'],
      bad: ['off'],
      whenAbsent: { status: 'unknown', because: 'the vault itself would have to say it' },
    }),
    ...(stores.length === 0 ? [noStore] : []),
    ...stores.map(({ type }) => judgeRedundancy(type, `${rule}.type`, least)),
    ...stores.flatMap(({ type }) => judgeCrossRegion(type, crossRegion, crossRegionRule)),
  ];
}

/** The default is geo-redundant, and absence proves no default: it can be changed until the first backup, in a resource of its own. */
function judgeRedundancy(value: string | null | undefined, rule: string, least: Redundancy): PropertyVerdict {
  return judgeValue(value, {
    rule,
    good: least === 'geo' ? ['georedundant'] : ['georedundant', 'zoneredundant'],
    bad: least === 'geo' ? ['locallyredundant', 'zoneredundant'] : ['locallyredundant'],
    whenAbsent: { status: 'unknown', because: 'backupstorageconfig of the vault would be needed' },
  });
}

/** Only what lies in a second region can be restored there; off unless it was turned on (Azure Backup, "Cross Region Restore"). */
function judgeCrossRegion(
  redundancy: string | null | undefined,
  value: string | null | undefined,
  rule: string,
): readonly PropertyVerdict[] {
  if (redundancy?.toLowerCase() !== 'georedundant') return [];
  const whenAbsent = { status: 'fail', because: 'it is off until it is turned on' } as const;
  return [judgeValue(value, { rule, good: ['enabled'], bad: ['disabled'], whenAbsent, response: 'report' })];
}
