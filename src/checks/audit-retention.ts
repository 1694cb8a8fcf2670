import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { atItsPlace, type SeenWorkspace } from '../logs/declared-logs.ts';
import { judgeImmutableCopy, judgeLocks, keptDays } from '../logs/kept-logs.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const told = <Value extends z.ZodType>(value: Value) => z.union([z.object({ fault }), z.object({ is: value })]);
const moment = z.string().nullable();
const facts = z.object({
  workspaces: z.array(z.string()),
  moreFault: fault.optional(),
  hours: z.number(),
  resolutionMinutes: z.number(),
  tables: z.record(
    z.string(),
    told(
      z.object({
        isThere: z.boolean(),
        retentionDays: z.number().nullable(),
        totalRetentionDays: z.number().nullable(),
        silences: z.array(z.object({ from: moment, to: moment })),
        slowestIngestionMinutes: z.number().nullable(),
      }),
    ),
  ),
  locks: told(z.array(z.object({ scope: z.string(), level: z.string() }))),
  exports: told(
    z.array(
      z.object({ tables: z.array(z.string()), isEnabled: z.boolean(), destination: z.string(), isImmutable: z.boolean().nullable() }),
    ),
  ),
});
type Facts = z.infer<typeof facts>;

const text = z.string().trim().min(1);
const days = z.int().min(1);
const parameters = z.strictObject({
  /** The tables that hold the logs of consoles; the workspace by name or id where there is more than one. */
  tables: z
    .array(z.strictObject({ table: text, workspace: text.optional() }))
    .min(1)
    .default([{ table: 'AzureActivity' }, { table: 'SigninLogs' }, { table: 'AuditLogs' }]),
  /** So long Azure keeps the activity log by itself: a store that keeps it for less is none. */
  leastDays: days.default(90),
  /** What the intent asks for. */
  intentDays: days.default(365),
  /** `lock`: somebody decided that a lock of the workspace is enough, without an immutable copy. */
  immutable: z.enum(['required', 'lock']).default('required'),
});
type Parameters = z.infer<typeof parameters>;

export const check = defineCheck({
  title: 'The logs of the consoles are kept, and nobody can remove them',
  claims: [{ claim: 'console-actions-logged', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters,
  subjects: { resources: ['microsoft.operationalinsights/workspaces'] },
  needs: { resource: z.object({ properties: z.object({ retentionInDays: z.number().nullish() }) }), 'log-tables': facts },
  whenNone: 'unknown',
  judge: (subject, { resource, 'log-tables': fact }, { parameters, asOf }) => {
    const seen = { workspace: subject, fact, asOf };
    const ofWorkspace = resource.properties.retentionInDays ?? null;
    return [
      judgeProperties(
        {
          interpretation: 'literal',
          expected: `${namesOf(parameters)} are kept for at least ${parameters.leastDays} days`,
          rule: retentionRule,
        },
        orNoneHere(judgeRetention(seen, ofWorkspace, parameters, parameters.leastDays)),
      ),
      judgeProperties(
        { interpretation: 'intent', expected: expectedOf(parameters), rule: retentionRule },
        orNoneHere(judgeIntent(seen, fact, ofWorkspace, parameters)),
      ),
    ];
  },
  repeat: ({ id, subscription }) =>
    [
      `az rest --method get --url '${id}/tables?api-version=2022-10-01' --query "value[].{table: name, days: properties.totalRetentionInDays}"`,
      `az lock list --subscription ${subscription} --query "[].{lock: id, level: level}"`,
      `az rest --method get --url '${id}/dataExports?api-version=2020-08-01' --query "value[].properties.{tables: tableNames, on: enable, to: destination.resourceId}"`,
    ].join('; '),
  mend: 'Keep the tables longer: az monitor log-analytics workspace table update --resource-group <group> --workspace-name <workspace> --name <table> --total-retention-time 365. Lock the workspace: az lock create --name keep-logs --lock-type CanNotDelete --resource <id>. Copy the tables where nobody can change them: az monitor log-analytics workspace data-export create --resource-group <group> --workspace-name <workspace> --name keep --tables <tables> --destination <id of a storage account with a locked immutability policy> --enable true.',
});

const retentionRule = 'tables.properties.totalRetentionInDays';

function namesOf({ tables }: Parameters): string {
  return tables.map(({ table }) => table).join(', ');
}

function expectedOf(parameters: Parameters): string {
  const copied = parameters.immutable === 'required' ? ', copied to an immutable storage account' : '';
  return `${namesOf(parameters)} are kept for at least ${parameters.intentDays} days${copied}, and a lock keeps the workspace from being deleted`;
}

/** A workspace in which none of the tables is declared to stand has nothing to keep; that they stand somewhere is judged there. */
function orNoneHere(verdicts: readonly PropertyVerdict[]): readonly PropertyVerdict[] {
  return verdicts.length > 0 ? verdicts : [{ observed: 'the tables are declared to stand in other workspaces', status: 'pass' }];
}

function judgeRetention(
  seen: SeenWorkspace,
  ofWorkspace: number | null,
  { tables }: Parameters,
  leastDays: number,
): readonly PropertyVerdict[] {
  return tables.flatMap((declared) =>
    atItsPlace({ ...declared, what: 'the logs of consoles' }, seen, (table): PropertyVerdict => {
      const days = keptDays(table, ofWorkspace);
      if (days === null) {
        const observed = `${declared.table}: neither the table nor the workspace says how long it is kept`;
        return { observed, status: 'unknown', reason: 'unsupported' };
      }
      return { observed: `${declared.table} is kept for ${days} days`, status: days >= leastDays ? 'pass' : 'fail' };
    }),
  );
}

/** Locks and copies count where at least one of the tables stands. */
function judgeIntent(seen: SeenWorkspace, fact: Facts, ofWorkspace: number | null, parameters: Parameters): readonly PropertyVerdict[] {
  const retention = judgeRetention(seen, ofWorkspace, parameters, parameters.intentDays);
  if (retention.length === 0) return [];
  const copied = parameters.immutable === 'lock' ? [] : parameters.tables;
  return [
    ...retention,
    judgeLocks(fact.locks, seen.workspace.id),
    ...copied.flatMap((declared) =>
      atItsPlace({ ...declared, what: 'the logs of consoles' }, seen, () => judgeImmutableCopy(fact.exports, declared.table)),
    ),
  ];
}
