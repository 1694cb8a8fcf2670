import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgeDeclaredLog, type SeenWorkspace } from '../logs/declared-logs.ts';
import { arrivedPerHour, queryCommand } from '../logs/log-commands.ts';
import { judgeOwnLooks } from '../logs/own-looks.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const moment = z.iso.datetime().nullable();
const table = z.object({
  isThere: z.boolean(),
  retentionDays: z.number().nullable(),
  totalRetentionDays: z.number().nullable(),
  silences: z.array(z.object({ from: moment, to: moment })),
  slowestIngestionMinutes: z.number().nullable(),
});
const logTables = z.object({
  workspaces: z.array(z.string()),
  hours: z.number(),
  resolutionMinutes: z.number(),
  moreFault: fault.optional(),
  tables: z.record(z.string(), z.union([z.object({ fault }), z.object({ is: table })])),
});
const times = z.int().nonnegative();
const ownLooks = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  looks: z.array(z.object({ name: z.string(), due: times, done: times, late: times })),
});

/** What the sentence says is monitored. */
const kinds = ['security', 'performance', 'availability'] as const;

const text = z.string().trim().min(1);
const monitor = z.strictObject({
  name: text,
  kind: z.enum(kinds),
  /** Who answers for it. */
  owner: text,
  /** The table of Log Analytics in which its samples stand. */
  table: text,
  /** Name or id of the workspace with this table; needed where there is more than one. */
  workspace: text.optional(),
  /** There is a sample at least so often. */
  everyMinutes: z.int().min(1).default(60),
});
type Monitor = z.infer<typeof monitor>;

/**
 * One judgement for both sentences: constantly is 24/7/365. A kind that nobody monitors fails in each workspace, as a monitor in a workspace that is not
 * there does, since no single one is to blame.
 *
 * Known hole: several monitors may write to one table; that one of them is silent while others write is not seen. Give each a table of its own.
 */
export const check = defineCheck({
  title: 'Security, performance and availability are monitored without a gap',
  claims: [
    { claim: 'constantly-monitored', interpretations: ['literal'] },
    { claim: 'monitored-24-7', interpretations: ['literal'] },
  ],
  response: 'page',
  parameters: z.strictObject({
    monitors: z.array(monitor).default([]),
    /** Of the looks that were due, how many this daemon itself has to have done; 0: it does not matter. */
    ownCoverage: z.number().min(0).max(1).default(0.95),
  }),
  subjects: { resources: ['microsoft.operationalinsights/workspaces'] },
  needs: { resource: z.object({ id: z.string() }), 'log-tables': logTables, 'own-looks': ownLooks },
  whenNone: 'unknown',
  judge: (workspace, facts, { parameters: { monitors, ownCoverage }, asOf }) => {
    const fact = facts['log-tables'];
    const question = {
      interpretation: 'literal',
      expected: `each monitor gave a sample in every interval of the last ${fact.hours} hours, for each of ${kinds.join(', ')}`,
      rule: 'TimeGenerated',
    } as const;
    if (monitors.length === 0) return [judgeProperties(question, [nothingDeclared])];
    const arriving = monitors.flatMap((each) => judgeMonitor(each, { workspace, fact, asOf }));
    const here = arriving.length > 0 ? arriving : [nothingHere];
    return [judgeProperties(question, [...judgeKinds(monitors), ...here, ...judgeOwnLooks(facts['own-looks'], ownCoverage)])];
  },
  repeat: (subject) => `${queryCommand(subject, arrivedPerHour)}; claimwatch runs --check monitoring-coverage`,
  mend: 'See what fills the table of the silent monitor (az monitor diagnostic-settings list --resource <id>; az monitor data-collection rule association list --resource <id>) and the daily cap of the workspace (az monitor log-analytics workspace show --ids <id> --query workspaceCapping). A kind without a monitor: set one up and declare it in the parameter monitors.',
});

const nothingDeclared: PropertyVerdict = {
  observed: 'no monitor is declared: write the list with kinds, owners and tables into the parameter monitors of this check',
  status: 'unknown',
  reason: 'unsupported',
};

const nothingHere: PropertyVerdict = { observed: 'no monitor has its samples here', status: 'pass' };

/** One that is silent now is for whoever is on call; a silence that has ended is a ticket. */
function judgeMonitor({ kind, name, everyMinutes, ...log }: Monitor, seen: SeenWorkspace): readonly PropertyVerdict[] {
  const declared = { ...log, what: `${kind} monitor ${name}`, quietMinutes: everyMinutes };
  const now = judgeDeclaredLog(declared, seen, 'now');
  if (now.some(({ status }) => status === 'fail')) return now;
  return judgeDeclaredLog(declared, seen, 'always').map((each) => (each.status === 'fail' ? { ...each, response: 'ticket' } : each));
}

function judgeKinds(monitors: readonly Monitor[]): readonly PropertyVerdict[] {
  const missing = kinds.filter((kind) => monitors.every((each) => each.kind !== kind));
  return missing.map((kind) => ({
    rule: 'parameters.monitors',
    observed: `no monitor of ${kind} is declared`,
    status: 'fail',
    response: 'ticket',
  }));
}
