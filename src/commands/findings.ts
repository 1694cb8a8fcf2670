import { type Command, Option } from 'commander';
import { suggestName } from '../config/nearest-name.ts';
import type { Check } from '../domain/check.ts';
import { type CurrentStatus, currentStatuses } from '../domain/claim-status.ts';
import type { Finding } from '../domain/finding.ts';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { showAllFindings } from './all-findings.ts';
import { statusChecks } from './claim-report.ts';
import { type CommandContext, finish } from './command-context.ts';
import { isNotProvable } from './finding-report.ts';
import { exitCodes, UsageError } from './roof.ts';
import { alignRows, paint, showStatus } from './text.ts';
import { withState } from './with-state.ts';

const notPassing = ['fail', 'unknown', 'waived'] as const;
type NotPassing = (typeof notPassing)[number];

interface FindingsOptions {
  readonly check?: string;
  readonly status?: NotPassing;
}

/** A check's interpretation as it stands now, with what is not pass. */
interface StandingFindings extends CurrentStatus {
  readonly findings: readonly Finding[];
}

/** `findings`: what does not pass now, subject by subject, from what the daemon recorded. */
export function addFindingsCommand(program: Command, context: CommandContext): void {
  program
    .command('findings')
    .description('what fails, cannot be known or is waived now, by subject, from what the daemon recorded')
    .option('--check <id>', 'only of this check')
    .addOption(new Option('--status <status>', 'only these').choices([...notPassing]))
    .action((options: FindingsOptions) =>
      finish(context, async () => {
        const { checks } = await context.rooms();
        await withState(context, async (state, plan) => {
          const standing = await readStanding(state, plan, checks, context.roof.clock.now());
          const chosen = choose(standing, options);
          context.roof.print(
            context.json() ? `${JSON.stringify(chosen.map(standingJson), null, 2)}\n` : show(chosen, checks, plan, context),
          );
        });
        return exitCodes.pass;
      }),
    );
}

async function readStanding(
  state: StoreReader,
  plan: Plan,
  checks: ReadonlyMap<string, Check>,
  nowMs: number,
): Promise<readonly StandingFindings[]> {
  const current = currentStatuses(statusChecks(plan, checks), await state.statuses(), nowMs);
  const runs = new Map<number, readonly Finding[]>();
  for (const { recorded } of current) {
    if (recorded === null || runs.has(recorded.run)) continue;
    const run = await state.run(recorded.run);
    if (run === null) throw new Error(`run ${recorded.run}, which the status of ${recorded.check} stands on, is not in the state`);
    runs.set(recorded.run, await state.findings(run));
  }
  return current.map((status) => ({
    ...status,
    findings: (runs.get(status.recorded?.run ?? 0) ?? []).filter(({ interpretation }) => interpretation === status.interpretation),
  }));
}

function choose(standing: readonly StandingFindings[], { check, status }: FindingsOptions): readonly StandingFindings[] {
  const own = check === undefined ? standing : standing.filter((each) => each.check === check);
  if (own.length === 0 && check !== undefined) {
    const known = [...new Set(standing.map((each) => each.check))];
    throw new UsageError(`no configured check is called "${check}"; ${suggestName(check, known, 'there are:')}`);
  }
  if (status === undefined) return own;
  return own.map((each) => ({ ...each, findings: each.findings.filter((finding) => finding.status === status) }));
}

function standingJson({ check, interpretation, status, because, counts, recorded, findings }: StandingFindings): object {
  return { check, interpretation, status, because, counts, run: recorded?.run ?? null, dataAsOf: recorded?.dataAsOf ?? null, findings };
}

function show(standing: readonly StandingFindings[], checks: ReadonlyMap<string, Check>, plan: Plan, context: CommandContext): string {
  const paper = context.paper();
  const head = ['check', '', 'status', 'pass', 'fail', 'unknown', 'waived', 'data as of'].map((title) => paint(title, 'dim', paper));
  const rows = standing.map(({ check, interpretation, status, because, counts, recorded }) => [
    check,
    interpretation,
    showStatus(status, paper),
    ...[counts.pass, counts.fail, counts.unknown, counts.waived].map(String),
    `${recorded?.dataAsOf ?? 'no run yet'}${because === 'stale' ? ' (older than the check allows)' : ''}`,
  ]);
  // That a sentence can only be refuted holds for every subject; the table says it once.
  const told = standing.flatMap(({ check, findings }) =>
    findings.filter((finding) => !isNotProvable(finding)).map((finding) => ({ check, finding })),
  );
  const table = alignRows([head, ...rows]);
  return told.length === 0 ? `${table}\n` : `${table}\n\n${showAllFindings(told, checks, plan, paper)}\n`;
}
