import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import type { Judgement } from '../domain/finding.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { bestOf, isFirstBackupPending, isMachineBackup, isYoungerThan, judgeProtectedItem } from '../domain/machine-backup.ts';
import { resourceFromId } from '../domain/resource-id.ts';

const machine = z.object({
  managedBy: z.string().nullish(),
  properties: z.object({
    timeCreated: z.string().nullish(),
    storageProfile: z
      .object({
        imageReference: z.object({ publisher: z.string().nullish() }).nullish(),
        osDisk: z.object({ diffDiskSettings: z.object({ option: z.string().nullish() }).nullish() }).nullish(),
        dataDisks: z.array(z.object({ lun: z.number().nullish() })).nullish(),
      })
      .nullish(),
  }),
});
const protectedItem = z.object({
  properties: z.object({
    backupManagementType: z.string().nullish(),
    protectionState: z.string().nullish(),
    lastBackupStatus: z.string().nullish(),
    lastRecoveryPoint: z.string().nullish(),
    isScheduledForDeferredDelete: z.boolean().nullish(),
  }),
});
type Machine = z.infer<typeof machine>;
type Item = z.infer<typeof protectedItem>['properties'];

const literal = {
  interpretation: 'literal',
  expected: 'at least two usable recovery points of the machine',
  rule: 'protectedItems.properties.sourceResourceId',
} as const;

export const check = defineCheck({
  title: 'Every virtual machine is backed up, and its newest recovery point is young enough',
  claims: [{ claim: 'multiple-backups', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters: z.strictObject({
    /** How old the newest recovery point may be: a daily backup and the time that it takes. */
    rpoHours: z.number().positive().default(26),
    /** How long a new machine may be without its first backup. */
    graceHours: z.number().nonnegative().default(48),
  }),
  subjects: { resources: ['microsoft.compute/virtualmachines'] },
  needs: { resource: machine },
  related: {
    items: {
      type: 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems',
      by: 'properties.sourceResourceId',
      row: protectedItem,
    },
  },
  whenNone: 'unknown',
  judge: (_subject, { resource }, { parameters, related, asOf }) => {
    const intent = {
      interpretation: 'intent',
      expected: `protected by Azure Backup, the last backup good, the newest recovery point no older than ${parameters.rpoHours} hours`,
      rule: 'protectedItems.properties',
    } as const;
    const kept = judgeWhatIsKept(resource);
    if (kept !== null) return [judgeProperties(literal, [kept]), judgeProperties(intent, [kept])];
    const items = related.items.map(({ properties }) => properties);
    const isNew = isYoungerThan(resource.properties.timeCreated, parameters.graceHours, asOf);
    const young = isNew && items.every((item) => isMachineBackup(item) === false || isFirstBackupPending(item));
    if (young)
      return [unknownCount(`the machine was made at ${resource.properties.timeCreated}`), judgeProperties(intent, [inGrace(resource)])];
    return [judgeLiteral(items), judgeProperties(intent, judgeItems(items, { rpoHours: parameters.rpoHours, asOf }))];
  },
  repeat: ({ id, subscription }) =>
    `az graph query --subscriptions ${subscription} -q "recoveryservicesresources | where type =~ 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems' and properties.sourceResourceId =~ '${id}' | project id, properties.backupManagementType, properties.protectionState, properties.lastBackupStatus, properties.lastRecoveryPoint, properties.isScheduledForDeferredDelete"; ${showCommand({ id }, '[managedBy, properties.timeCreated, properties.storageProfile]')}`,
  mend: 'Protect the machine again (az backup protection enable-for-vm, or resume for one that was stopped; az backup protection undelete for one that was deleted), start a backup (az backup protection backup-now), and read in the jobs of the vault why it stopped.',
});

/** Who keeps nothing needs no backup: scale-set and cluster nodes, and disks on the host that a restart empties. `null`: it keeps data. */
function judgeWhatIsKept(machine: Machine): PropertyVerdict | null {
  const { storageProfile } = machine.properties;
  const keeper = keeperOf(machine);
  const isEphemeral = storageProfile?.osDisk?.diffDiskSettings?.option?.toLowerCase() === 'local';
  if (keeper === null && !isEphemeral) return null;
  const dataDisks = storageProfile?.dataDisks;
  if (dataDisks === undefined || dataDisks === null) {
    const rule = 'properties.storageProfile.dataDisks';
    return { rule, observed: 'the row does not say which data disks the machine has', status: 'unknown', reason: 'unsupported' };
  }
  const hasDataDisks = dataDisks.length > 0;
  if (keeper === null) {
    const rule = 'properties.storageProfile.osDisk.diffDiskSettings.option';
    return hasDataDisks ? null : { rule, observed: 'keeps nothing: its only disk is ephemeral', status: 'pass' };
  }
  if (!hasDataDisks && keeper.mayKeep && !isEphemeral) {
    const observed = `a machine of ${keeper.name}, on whose own disk a flexible scale set may keep data`;
    return { rule: keeper.rule, observed, status: 'unknown', reason: 'unsupported' };
  }
  if (!hasDataDisks) return { rule: keeper.rule, observed: `keeps nothing: a node of ${keeper.name}`, status: 'pass' };
  const observed = `a node of ${keeper.name} with data disks; whether those are backed up would be needed`;
  return { rule: 'properties.storageProfile.dataDisks', observed, status: 'unknown', reason: 'unsupported' };
}

interface Keeper {
  readonly name: string;
  /** Not every machine that it manages can be thrown away. */
  readonly mayKeep: boolean;
  readonly rule: string;
}

/** Those of managed clusters are made from images that only their services use. */
function keeperOf({ managedBy, properties: { storageProfile } }: Machine): Keeper | null {
  const manager = resourceFromId(managedBy ?? '');
  if (manager !== null && nodeKeepers.includes(manager.type))
    return { name: manager.id, mayKeep: manager.type === scaleSet, rule: 'managedBy' };
  const publisher = storageProfile?.imageReference?.publisher?.toLowerCase() ?? '';
  if (!nodePublishers.includes(publisher)) return null;
  return { name: `a cluster (image of ${publisher})`, mayKeep: false, rule: 'properties.storageProfile.imageReference.publisher' };
}

/** The images that built-in policy 013e242c leaves out, and those of Azure Kubernetes Service. */
const nodePublishers = ['azureopenshift', 'azuredatabricks', 'microsoft-aks'];

/** Whose machines come and go without anybody's doing. */
const scaleSet = 'microsoft.compute/virtualmachinescalesets';
const nodeKeepers = [scaleSet, 'microsoft.containerservice/managedclusters', 'microsoft.databricks/workspaces'];

function judgeLiteral(items: readonly Item[]): Judgement {
  if (items.every((item) => isMachineBackup(item) === false))
    return { ...literal, observed: 'no vault protects the machine', status: 'fail' };
  const own = items.filter((item) => isMachineBackup(item) !== false);
  if (own.every(isFirstBackupPending)) return { ...literal, observed: 'no backup was ever taken', status: 'fail' };
  return unknownCount('a vault names the machine');
}

/** No row says how many recovery points there are. */
function unknownCount(observed: string): Judgement {
  const needed = 'the list of its recovery points would be needed';
  return { ...literal, observed: `${observed}; ${needed}`, status: 'unknown', reason: 'unsupported', unrefuted: true };
}

function inGrace({ properties }: Machine): PropertyVerdict {
  return { rule: 'properties.timeCreated', observed: `made at ${properties.timeCreated}, first backup not yet due`, status: 'pass' };
}

function judgeItems(items: readonly Item[], limits: Parameters<typeof judgeProtectedItem>[1]): readonly PropertyVerdict[] {
  const judged = items.flatMap((item): readonly (readonly PropertyVerdict[])[] => {
    const isOwn = isMachineBackup(item);
    if (isOwn === false) return [];
    return [isOwn === true ? judgeProtectedItem(item, limits) : [unclearKind(item)]];
  });
  if (judged.length > 0) return bestOf(judged);
  return [{ rule: literal.rule, observed: 'no vault protects the machine', status: 'fail' }];
}

function unclearKind({ backupManagementType }: Item): PropertyVerdict {
  const observed = `a backup of the kind ${backupManagementType ?? 'not given'}`;
  return { rule: 'protectedItems.properties.backupManagementType', observed, status: 'unknown', reason: 'malformed' };
}
