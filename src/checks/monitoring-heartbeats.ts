import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { isYoungerThan } from '../domain/machine-backup.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { everywhereCommand } from '../logs/log-commands.ts';
import { activityOf } from '../logs/power-states.ts';

const machine = z.object({
  managedBy: z.string().nullish(),
  properties: z.object({
    timeCreated: z.string().nullish(),
    // Resource Graph has it here; Azure Resource Manager says it in the instance view.
    extended: z.object({ instanceView: z.object({ powerState: z.object({ code: z.string().nullish() }).nullish() }).nullish() }).nullish(),
  }),
});
const heartbeat = z.object({
  workspaces: z.array(z.string()),
  minutes: z.number(),
  isHeard: z.boolean(),
  lastHeard: z.string().nullable(),
});
type Machine = z.infer<typeof machine>;
type Heartbeat = z.infer<typeof heartbeat>;

const powerStateRule = 'properties.extended.instanceView.powerState.code';
const heartbeatRule = 'Heartbeat.TimeGenerated';

/**
 * Known holes: instances of scale sets and machines outside Azure are not judged; Azure does not say since when a machine runs, so that one which was
 * started a moment ago is silent until its first heartbeat has arrived. A ticket, since a lost heartbeat is mostly a lost agent; that a service is down is seen at its endpoints.
 */
export const check = defineCheck({
  title: 'Every running server gives its heartbeat',
  claims: [{ claim: 'monitored-24-7', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** How long a new machine may be without its first heartbeat. */
    graceMinutes: z.number().nonnegative().default(30),
  }),
  subjects: { resources: ['microsoft.compute/virtualmachines'] },
  needs: { resource: machine, heartbeat },
  whenNone: 'unknown',
  judge: (_subject, facts, { parameters: { graceMinutes }, asOf }) => {
    const isNew = isYoungerThan(facts.resource.properties.timeCreated, graceMinutes / 60, asOf);
    return [
      judgeProperties(
        {
          interpretation: 'intent',
          expected: `a heartbeat in the last ${facts.heartbeat.minutes} minutes, while the machine runs`,
          rule: heartbeatRule,
        },
        [judge(facts.resource, facts.heartbeat, isNew)],
      ),
    ];
  },
  repeat: (subject) =>
    `${showCommand(subject, '[managedBy, properties.timeCreated]')}; az vm get-instance-view --ids '${subject.id}' --query "instanceView.statuses[].code"; ${everywhereCommand(`Heartbeat | where _ResourceId =~ '${subject.id}' | top 1 by TimeGenerated | project TimeGenerated`)}`,
  mend: 'See whether the machine answers (az vm run-command, its serial console), then whether its agent runs and where its data collection rule sends (az vm extension list, az monitor data-collection rule association list --resource <id>). A machine that nobody needs: az vm deallocate --ids <id>.',
});

/** Who is heard runs, whatever a row says that may be a few minutes old. */
function judge(machine: Machine, heartbeat: Heartbeat, isNew: boolean): PropertyVerdict {
  if (heartbeat.isHeard) return { observed: `heard in the last ${heartbeat.minutes} minutes`, status: 'pass' };
  if (heartbeat.workspaces.length === 0)
    return { observed: 'no workspace was asked for its heartbeats', status: 'unknown', reason: 'none-seen' };
  const notRunning = judgePowerState(machine.properties.extended?.instanceView?.powerState?.code ?? '');
  if (notRunning !== null) return notRunning;
  if (isNew && heartbeat.lastHeard === null)
    return { rule: 'properties.timeCreated', observed: `made at ${machine.properties.timeCreated}, not heard yet`, status: 'pass' };
  const where = `in ${heartbeat.workspaces.join(', ')}`;
  const last = heartbeat.lastHeard === null ? 'not heard for a day' : `last heard at ${heartbeat.lastHeard}`;
  return { observed: `the machine runs and is ${last}, ${where}${describeKeeper(machine)}`, status: 'fail', ...lowered(machine) };
}

/** Null: it runs. */
function judgePowerState(code: string): PropertyVerdict | null {
  const rule = powerStateRule;
  switch (activityOf(code)) {
    case 'runs':
      return null;
    case 'still':
      return { rule, observed: `does not run: ${code}`, status: 'pass' };
    case 'starts':
      return { rule, observed: `not heard yet: ${code}`, status: 'unknown', reason: 'partial' };
    case null:
  }
  if (code !== '')
    return { rule, observed: `not heard, and the power state is "${code}", which we do not know`, status: 'unknown', reason: 'malformed' };
  const observed = 'not heard, and the row does not say whether the machine runs';
  return { rule, observed, status: 'unknown', reason: 'unsupported' };
}

/** Machines of a platform are mended by the platform: their silence is reported, and nobody is sent to them. */
function lowered(machine: Machine): { readonly response?: 'report' } {
  return platformOf(machine) === null ? {} : { response: 'report' };
}

function describeKeeper(machine: Machine): string {
  const platform = platformOf(machine);
  return platform === null ? '' : `; a node of ${platform}, which the platform mends`;
}

/** Those of a scale set are our own. */
function platformOf({ managedBy }: Machine): string | null {
  const manager = resourceFromId(managedBy ?? '');
  return manager !== null && platforms.includes(manager.type) ? manager.id : null;
}

const platforms = ['microsoft.containerservice/managedclusters', 'microsoft.databricks/workspaces'];
