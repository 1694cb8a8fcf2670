import type { Command } from 'commander';
import type { Interpretation } from '../domain/claim.ts';
import type { Run } from '../domain/run.ts';
import { statusOfCounts } from '../domain/status.ts';
import { type CommandContext, finish } from './command-context.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { exitCodes, UsageError } from './roof.ts';
import { addRunsDiffCommand } from './runs-diff.ts';
import { alignRows, paint, showStatus } from './text.ts';
import { withState } from './with-state.ts';

/** `runs`: what was judged when, and what it came to; `runs diff`: what changed between two. */
export function addRunsCommand(program: Command, context: CommandContext): void {
  const runs = program.command('runs');
  addRunsDiffCommand(runs, context);
  runs
    .description('recorded runs, newest first')
    .option('--check <id>', 'only of this check')
    .option('--limit <count>', 'how many', '20')
    .action((options: { readonly check?: string; readonly limit: string }) =>
      finish(context, async () => {
        const limit = Number(options.limit);
        if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
          throw new UsageError(`--limit ${options.limit}: expected a number from 1 to 10000`);
        const { check } = options;
        await withState(context, async (state, plan) => {
          const recorded = await state.runs({ limit, ...(check === undefined ? {} : { check }) });
          if (check !== undefined && recorded.length === 0) await refuseUnknown(check, plan, state);
          context.roof.print(context.json() ? `${JSON.stringify(recorded, null, 2)}\n` : showRuns(recorded, check, context));
        });
        return exitCodes.pass;
      }),
    );
}

function showRuns(runs: readonly Run[], check: string | undefined, context: CommandContext): string {
  if (runs.length === 0) return `No run${check === undefined ? '' : ` of ${check}`} has been recorded yet.\n`;
  const paper = context.paper();
  const head = ['run', 'check', 'data as of', 'trigger', 'literal', 'intent', 'extent', 'entry'].map((title) => paint(title, 'dim', paper));
  const show = (run: Run, interpretation: Interpretation) => {
    const counts = run.counts[interpretation];
    return counts === undefined ? '' : `${showStatus(statusOfCounts(counts), paper)} ${countsText(counts)}`;
  };
  const rows = runs.map((run) => [
    String(run.id),
    run.check,
    run.dataAsOf,
    run.trigger,
    show(run, 'literal'),
    show(run, 'intent'),
    run.extent.kind === 'all' ? 'all' : `${run.extent.subjects.length} on top of run ${run.extent.base}`,
    String(run.entry),
  ]);
  return `${alignRows([head, ...rows])}\n`;
}

function countsText(counts: NonNullable<Run['counts'][Interpretation]>): string {
  if (counts.noneExpected === true) return 'none expected';
  return (['pass', 'fail', 'unknown', 'waived'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`)
    .join(', ');
}
