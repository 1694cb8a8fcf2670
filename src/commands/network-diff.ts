import type { Command } from 'commander';
import { type CommandContext, finish } from './command-context.ts';
import { type Comparison, compareLatestRuns, compareRuns, findRuns, runJson } from './compared-runs.ts';
import { showExposureChanges } from './network-diff-text.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { withState } from './with-state.ts';

/** `network diff`: what could be reached at one run and not at another. */
export function addNetworkDiffCommand(network: Command, context: CommandContext): void {
  network
    .command('diff')
    .description(
      'what can be reached otherwise than before, between two runs; without numbers, the last run of network-exposure and the last one before it of which something else could be reached',
    )
    .argument('[before]', 'number of a run, as "claimwatch runs" lists them')
    .argument('[after]', 'number of another')
    .action((before: string | undefined, after: string | undefined) => finish(context, () => diff(context, before, after)));
}

async function diff(context: CommandContext, first: string | undefined, second: string | undefined): Promise<ExitCode> {
  if (first !== undefined && second === undefined) throw new UsageError('say the numbers of two runs, or none');
  const rooms = await context.rooms();
  return await withState(context, async (state, plan) => {
    const compared =
      first === undefined || second === undefined
        ? await compareLatestRuns(state, plan, rooms)
        : await compareRuns(state, await findRuns(state, plan, rooms, [first, second]));
    context.roof.print(context.json() ? `${JSON.stringify(comparisonJson(compared), null, 2)}\n` : show(compared, context));
    return exitCodes.pass;
  });
}

function comparisonJson(compared: Comparison | null): object {
  const { before = null, after = null, changes = [] } = compared ?? {};
  return { before: before === null ? null : runJson(before), after: after === null ? null : runJson(after), changes };
}

function show(compared: Comparison | null, context: CommandContext): string {
  if (compared === null) return 'No run of network-exposure has been recorded yet.\n';
  const { before, after, changes } = compared;
  if (before !== null) return showExposureChanges(before, after, changes, context.paper());
  return `In the runs of network-exposure before run ${after.run.id} the same could be reached, as far as was looked back.\n`;
}
