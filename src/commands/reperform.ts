import type { Command } from 'commander';
import type { Finding } from '../domain/finding.ts';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import { digestOfFindings, digestOfValue } from '../engine/body.ts';
import { rejudgeRun } from '../engine/rejudge-run.ts';
import { DamagedContentError } from '../store/damaged-content-error.ts';
import { computeCodeVersion } from './code-version.ts';
import { type CommandContext, finish } from './command-context.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { roomSources } from './room-sources.ts';
import type { Rooms } from './rooms.ts';
import { withState } from './with-state.ts';

/** `reperform`: judges a recorded run again from its stored facts, as an auditor would. */
export function addReperformCommand(program: Command, context: CommandContext): void {
  program
    .command('reperform')
    .description('judge a recorded run again from its stored facts; exit code 0 the same findings, 1 others, 2 it cannot be done')
    .argument('[run]', 'number of the run')
    .option('--all', 'every recorded run')
    .action((run: string | undefined, options: { readonly all?: boolean }) =>
      finish(context, () => reperform(context, run, options.all === true)),
    );
}

interface Reperformed {
  readonly run: number;
  readonly check: string;
  readonly result: 'same' | 'different' | 'not-possible';
  readonly message: string;
  readonly findings: readonly Finding[];
}

async function reperform(context: CommandContext, wanted: string | undefined, all: boolean): Promise<ExitCode> {
  if (all === (wanted !== undefined)) throw new UsageError('say the number of one run, or --all');
  const rooms = await context.rooms();
  const codeVersion = await computeCodeVersion(context.roof.version.version);
  return await withState(context, async (state, plan) => {
    const worst = { code: exitCodes.pass as ExitCode };
    let count = 0;
    for await (const run of selectRuns(state, wanted)) {
      const done = await reperformRun(state, plan, rooms, run, codeVersion);
      count += 1;
      if (done.result === 'different') worst.code = exitCodes.fail;
      if (done.result === 'not-possible' && worst.code === exitCodes.pass) worst.code = exitCodes.unknown;
      if (context.json()) context.roof.print(`${JSON.stringify(done)}\n`);
      else if (!all || done.result !== 'same') context.roof.print(`run ${done.run} (${done.check}): ${done.message}\n`);
    }
    if (all && !context.json()) context.roof.print(`${count} runs judged again.\n`);
    return worst.code;
  });
}

async function* selectRuns(state: StoreReader, wanted: string | undefined): AsyncIterable<Run> {
  if (wanted !== undefined) {
    const run = /^\d+$/.test(wanted) ? await state.run(Number(wanted)) : null;
    if (run === null) throw new UsageError(`there is no run ${wanted}; "claimwatch runs" lists them`);
    yield run;
    return;
  }
  let page = await state.runs({ limit: 100 });
  while (page.length > 0) {
    yield* page;
    page = await state.runs({ limit: 100, before: page.at(-1)?.id ?? 0 });
  }
}

/** One run's damaged facts keep nobody from judging the others again. */
function sayDamage(error: unknown): string {
  if (error instanceof DamagedContentError) return error.message;
  throw error;
}

async function reperformRun(state: StoreReader, plan: Plan, rooms: Rooms, run: Run, codeVersion: string): Promise<Reperformed> {
  const common = { run: run.id, check: run.check };
  const check = rooms.checks.get(run.check);
  if (check === undefined) return { ...common, result: 'not-possible', message: 'its check has no file any more', findings: [] };
  const sources = roomSources(plan, rooms);
  const judged = await rejudgeRun(state, run, check, sources).catch(sayDamage);
  if (typeof judged === 'string') return { ...common, result: 'not-possible', message: judged, findings: [] };
  const sameCode = codeVersion === run.codeVersion ? '' : ` (the run was judged by code ${run.codeVersion}, this is ${codeVersion})`;
  const digest = digestOfFindings(judged.findings);
  if (digest === run.findingsDigest && digestOfValue(judged.notPass) === run.notPassDigest) {
    return {
      ...common,
      result: 'same',
      message: `the same ${judged.findings.length} findings, digest ${digest}${sameCode}`,
      findings: judged.findings,
    };
  }
  return {
    ...common,
    result: 'different',
    message: `other findings: digest ${digest}, recorded ${run.findingsDigest}${sameCode}`,
    findings: judged.findings,
  };
}
