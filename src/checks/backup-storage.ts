import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isOneOf, judgeProperties, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

const row = z.object({ sku: z.object({ name: z.string().nullish() }).nullish() });
const backup = z.object({ id: z.string() });

/** Built-in policy bf045164, and the second versions of the same kinds. */
const offRegion = ['Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS', 'StandardV2_GRS', 'StandardV2_GZRS'];
const oneRegion = [
  'Standard_LRS',
  'Standard_ZRS',
  'Premium_LRS',
  'Premium_ZRS',
  'StandardV2_LRS',
  'StandardV2_ZRS',
  'PremiumV2_LRS',
  'PremiumV2_ZRS',
];

/**
 * A row can refute the intent and prove nothing. Replicas are no recovery points: a deletion reaches the other region too. What makes points of
 * recovery (soft delete, versions, point-in-time restore) stands in the blob and file services of the account, which Resource Graph does not list.
 */
const pointsUnseen: PropertyVerdict = {
  observed:
    'the row does not say how many recovery points there are: soft delete and versions stand in blobServices/default and fileServices/default',
  status: 'unknown',
  reason: 'unsupported',
  unrefuted: true,
};

export const check = defineCheck({
  title: 'Storage accounts have copies to recover from, one of them in another region',
  claims: [{ claim: 'multiple-backups', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.storage/storageaccounts'] },
  needs: { resource: row },
  related: {
    blobBackups: { type: 'microsoft.dataprotection/backupvaults/backupinstances', by: 'properties.dataSourceInfo.resourceID', row: backup },
    shareBackups: {
      type: 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems',
      by: 'properties.sourceResourceId',
      row: backup,
    },
  },
  whenNone: 'unknown',
  judge: (_subject, { resource }, { related }) => [
    judgeProperties(
      { interpretation: 'literal', expected: 'at least two usable recovery points', rule: 'blobServices/default, fileServices/default' },
      [pointsUnseen],
    ),
    judgeProperties(
      {
        interpretation: 'intent',
        expected: 'recovery points, and a copy in another region or isolated in a vault',
        rule: 'sku.name (built-in policy bf045164)',
      },
      [judgeCopies(resource.sku?.name, related.blobBackups.length + related.shareBackups.length), pointsUnseen],
    ),
  ],
  repeat: (subject) =>
    [
      showCommand(subject, 'sku.name'),
      showCommand({ id: `${subject.id}/blobservices/default` }, 'properties'),
      showCommand({ id: `${subject.id}/fileservices/default` }, 'properties'),
    ].join('; '),
  mend: 'az storage account update --ids <id> --sku Standard_GRS (from zone-redundant: Standard_GZRS), or back the account up to a vault; and az storage account blob-service-properties update --ids <id> --enable-delete-retention true --delete-retention-days 30 --enable-versioning true.',
});

/** A vault that holds a backup of the account may be the isolated copy; whether it is, only the vault says. */
function judgeCopies(sku: string | null | undefined, backups: number): PropertyVerdict {
  const verdict = judgeProperty({ path: 'sku.name', isGood: isOneOf(offRegion, oneRegion), otherwise: 'read the account' }, sku);
  if (verdict.status !== 'fail' || backups === 0) return verdict;
  return {
    observed: `${verdict.observed}, with ${backups} ${backups === 1 ? 'backup' : 'backups'} in vaults, of which this row does not say whether they hold a copy of their own`,
    status: 'unknown',
    reason: 'unsupported',
    unrefuted: true,
  };
}
