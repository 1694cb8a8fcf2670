import type { Command } from 'commander';
import { FaultError } from '../domain/fault.ts';
import type { Resource } from '../domain/subject.ts';
import { type ArmClient, type CallOptions, createArmClient } from '../sources/azure/arm-client.ts';
import { azureSettingsSchema } from '../sources/azure/azure-settings.ts';
import { dangersOf } from '../sources/azure/dangerous-actions.ts';
import { allowedBy, readPermissions } from '../sources/azure/read-rights.ts';
import { type CommandContext, finish } from './command-context.ts';
import { leastRole } from './least-role.ts';
import { lookedFactsOf } from './looked-facts.ts';
import { type NeededAction, neededActions } from './needed-actions.ts';
import { type ScopeRights, showPermissions } from './permission-report.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';

/** `azure permissions`: what the identity may not read, what that blinds, and how to mend it. */
export function addAzureCommand(program: Command, context: CommandContext): void {
  program
    .command('azure')
    .description('the Azure subscriptions that are watched')
    .command('permissions')
    .description('what the identity lacks to read; exit code 0 nothing, 1 something, 2 could not ask')
    .action(() => finish(context, () => showRights(context)));
}

async function showRights(context: CommandContext): Promise<ExitCode> {
  const { plan } = await context.openPlan('quiet');
  if (plan.azure === null)
    throw new UsageError(
      'no "azure" is configured in claimwatch.yaml; name the folder with --config, or let "claimwatch init" propose one',
    );
  const { checks, sources } = await context.rooms();
  const needed = neededActions(plan, checks, lookedFactsOf(plan.looks, sources));
  const client = createArmClient({ settings: azureSettingsSchema.parse(plan.azure), meter: noMeter });
  const rights: ScopeRights[] = [];
  for (const scope of plan.scopes) rights.push(await rightsIn(client, scope, needed, context.roof.stopRequested));
  const role = leastRole(
    needed.map(({ action }) => action),
    plan.scopes.map(({ subscription }) => subscription),
  );
  const code = exitCodeOf(rights);
  const report = context.json()
    ? JSON.stringify({ exitCode: code, subscriptions: rights, role }, null, 2)
    : showPermissions(rights, role, context.paper());
  context.roof.print(`${report}\n`);
  return code;
}

const noMeter = { count: () => undefined, set: () => undefined };
/** One call, with its retries, in milliseconds. */
const deadlineMs = 60_000;

async function rightsIn(
  client: Pick<ArmClient, 'get' | 'list'>,
  { id, ...scope }: Resource,
  needed: readonly NeededAction[],
  signal: AbortSignal,
): Promise<ScopeRights> {
  const { subscription } = scope;
  try {
    const permissions = await readPermissions(client, { id, ...scope }, { signal, deadlineMs });
    const isAllowed = allowedBy(permissions);
    return { subscription, missing: needed.filter(({ action }) => !isAllowed(action)), dangers: dangersOf(permissions) };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const options = { signal, deadlineMs };
    const isSeen = error.fault.code !== 'denied' || (await isSubscriptionSeen(client, id, options));
    return { subscription, isSeen, fault: error.fault };
  }
}

/** Who may not read its own rights may yet see the subscription: then only that right is missing. */
async function isSubscriptionSeen(client: Pick<ArmClient, 'get'>, id: string, options: CallOptions): Promise<boolean> {
  try {
    return (await client.get(id, subscriptionApiVersion, options)) !== null;
  } catch (error) {
    if (error instanceof FaultError) return false;
    throw error;
  }
}

/** Stable version of Microsoft.Resources/subscriptions. */
const subscriptionApiVersion = '2022-12-01';

/** What is missing is known; what could not be asked may be missing too, and worse. */
function exitCodeOf(rights: readonly ScopeRights[]): ExitCode {
  if (rights.some((one) => 'fault' in one)) return exitCodes.unknown;
  return rights.some((one) => 'missing' in one && one.missing.length > 0) ? exitCodes.fail : exitCodes.pass;
}
