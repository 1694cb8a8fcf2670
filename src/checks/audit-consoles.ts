import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import type { Interpretation } from '../domain/claim.ts';
import { faultCodes } from '../domain/fault.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgeDeclaredLog, type Place, placeOf, type SeenWorkspace, tableOf } from '../logs/declared-logs.ts';
import { arrivedPerHour, queryCommand } from '../logs/log-commands.ts';
import { judgeSignIns, resourceManagerNames, signInTable } from '../logs/sign-ins.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const moment = z.iso.datetime().nullable();
const facts = z.object({
  workspaces: z.array(z.string()),
  moreFault: fault.optional(),
  hours: z.number(),
  resolutionMinutes: z.number(),
  tables: z.record(
    z.string(),
    z.union([
      z.object({ fault }),
      z.object({
        is: z.object({
          isThere: z.boolean(),
          retentionDays: z.number().nullable(),
          totalRetentionDays: z.number().nullable(),
          silences: z.array(z.object({ from: moment, to: moment })),
          slowestIngestionMinutes: z.number().nullable(),
        }),
      }),
    ]),
  ),
  applications: z.union([
    z.object({ fault }),
    z.object({ is: z.array(z.object({ id: z.string(), name: z.string(), resource: z.string() })) }),
  ]),
});
type Facts = z.infer<typeof facts>;

const text = z.string().trim().min(1);
const console = z.strictObject({
  name: text,
  /** Who answers for it. */
  owner: text,
  /** The table of Log Analytics in which its actions stand. */
  table: text,
  /** Name or id of the workspace with this table; needed where there is more than one. */
  workspace: text.optional(),
  /** Ids of the applications by which people reach it. */
  applications: z.array(z.guid()).default([]),
  /** How long nothing may happen in it. */
  quietMinutes: z.int().min(1).default(1_440),
});
const parameters = z.strictObject({
  /** Every way in which people act on production. */
  consoles: z.array(console).default([]),
  /** What people sign in to when they reach a console: names or ids as SigninLogs has them. */
  signInResources: z.array(text).default([...resourceManagerNames]),
  /** Tables that only a console fills: one with rows that no console names is the log of one that nobody declared. */
  consoleTables: z
    .array(text)
    .default(['AKSAuditAdmin', 'AppServiceAuditLogs', 'MicrosoftAzureBastionAuditLogs', 'SQLSecurityAuditEvents']),
});
type Parameters = z.infer<typeof parameters>;
type Console = z.infer<typeof console>;

/**
 * By the words of the sentence every declared console has a log that arrives now, and there is no other console; a silence that has ended is a gap in it,
 * which the intent rules out. A log may be quiet because nobody acted: how long that is usual is declared with the console.
 *
 * Known hole: a console that writes to none of the tables that are looked at, and that nobody signs in to by Entra, is not seen.
 */
export const check = defineCheck({
  title: 'Every console is declared, and its log arrives',
  claims: [{ claim: 'console-actions-logged', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters,
  subjects: { resources: ['microsoft.operationalinsights/workspaces'] },
  needs: { resource: z.object({ id: z.string() }), 'log-tables': facts },
  whenNone: 'unknown',
  judge: (subject, { 'log-tables': fact }, { parameters, asOf }) =>
    (['literal', 'intent'] as const).map((interpretation) =>
      judgeProperties(questionOf(interpretation, fact), judge(interpretation, { workspace: subject, fact, asOf }, fact, parameters)),
    ),
  repeat: (subject) =>
    [arrivedPerHour, `${signInTable} | where TimeGenerated > ago(1d) | distinct AppId, AppDisplayName, ResourceDisplayName`]
      .map((query) => queryCommand(subject, query))
      .join('; '),
  mend: 'A silent log: look at the diagnostic setting that fills the table (az monitor diagnostic-settings list --resource <id>; for Entra: Diagnostic settings in its portal) and at the daily cap of the workspace (az monitor log-analytics workspace show --ids <id> --query workspaceCapping). An undeclared console: declare it in the parameter consoles with its owner and its table, or take it away.',
});

function questionOf(interpretation: Interpretation, { hours }: Facts) {
  const gaps = interpretation === 'literal' ? 'arrives' : `had no silent gap in the last ${hours} hours`;
  return {
    interpretation,
    expected: `each console is declared, and its log ${gaps}`,
    rule: 'TimeGenerated',
  };
}

function judge(interpretation: Interpretation, seen: SeenWorkspace, fact: Facts, parameters: Parameters): readonly PropertyVerdict[] {
  const { consoles } = parameters;
  if (consoles.length === 0) return [nothingDeclared];
  const counts = interpretation === 'literal' ? 'now' : 'always';
  return [
    ...consoles.flatMap((each) => judgeDeclaredLog({ ...each, what: `console ${each.name}` }, seen, counts)),
    ...judgeSignIns(fact, {
      applications: consoles.flatMap(({ applications }) => applications),
      resources: parameters.signInResources,
      places: consoles.filter((each) => isFor(each, signInTable)).map((each) => placeAt(each, seen)),
    }),
    ...parameters.consoleTables.flatMap((table) => judgeUndeclared(table, seen, consoles)),
    { observed: 'no other console is seen here', status: 'pass' },
  ];
}

const nothingDeclared: PropertyVerdict = {
  observed: 'no console is declared: write the list with owners and tables into the parameter consoles of this check',
  status: 'unknown',
  reason: 'unsupported',
};

/** One that cannot be read may hold rows. A console that says no workspace covers its table in each. */
function judgeUndeclared(table: string, seen: SeenWorkspace, consoles: readonly Console[]): readonly PropertyVerdict[] {
  if (consoles.some((each) => isFor(each, table) && ['here', 'undecided'].includes(placeAt(each, seen)))) return [];
  const told = tableOf(seen.fact, table);
  if (told === null) return [unknownTable(table, 'it is not looked at; add it to options.tables of the look logs')];
  if ('fault' in told) return [{ ...unknownTable(table, told.fault.message), reason: told.fault.code }];
  const isEmpty = !told.is.isThere || told.is.silences.some(({ from, to }) => from === null && to === null);
  return isEmpty ? [] : [{ observed: `${table} has rows, and no console is declared to write them`, status: 'fail', response: 'ticket' }];
}

function unknownTable(table: string, why: string) {
  return { observed: `whether an undeclared console writes to ${table}: ${why}`, status: 'unknown', reason: 'unsupported' } as const;
}

function isFor(declared: Console, table: string): boolean {
  return declared.table.toLowerCase() === table.toLowerCase();
}

function placeAt(declared: Console, { workspace, fact }: SeenWorkspace): Place {
  return placeOf(declared.workspace, workspace, fact.workspaces);
}
