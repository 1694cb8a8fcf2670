import type { Command } from 'commander';
import type { StoreReader } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import { readPopulation, type StoredPopulation } from '../engine/population-body.ts';
import { type CommandContext, finish } from './command-context.ts';
import { compareFacts, createMapReader, type FactDifference, type FactsToCompare } from './compare-facts.ts';
import { compareFindings, type FindingChanges, type FoundByRun } from './compare-findings.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { roomSources } from './room-sources.ts';
import { showRunsDiff } from './runs-diff-text.ts';
import { withState } from './with-state.ts';

/** What is different between two runs of one check. */
export interface RunDifference extends FindingChanges {
  readonly before: Run;
  readonly after: Run;
  readonly facts: readonly FactDifference[];
}

/** Each may read a whole map. */
const mostRunsLookedAt = 500;

/** `runs diff`: what one run found and another did not. */
export function addRunsDiffCommand(runs: Command, context: CommandContext): void {
  runs
    .command('diff')
    .description(
      'what changed between two runs of a check: findings, subjects, and what was seen at them; without numbers, the last run of --check and the last one before it that differs',
    )
    .argument('[before]', 'number of a run, as "claimwatch runs" lists them')
    .argument('[after]', 'number of another of the same check')
    .option('--check <id>', 'whose last run, where no numbers are given')
    .action((before: string | undefined, after: string | undefined, _options: object, command: Command) =>
      // The option is also one of "runs", which takes it wherever it stands.
      finish(context, () => diff(context, [before, after], command.optsWithGlobals<{ readonly check?: string }>().check)),
    );
}

async function diff(
  context: CommandContext,
  [first, second]: readonly [string | undefined, string | undefined],
  check: string | undefined,
): Promise<ExitCode> {
  if (first !== undefined && second === undefined) throw new UsageError('say the numbers of two runs, or none and --check');
  if (first !== undefined && check !== undefined) throw new UsageError('say the numbers of two runs, or --check, but not both');
  const rooms = await context.rooms();
  await withState(context, async (state, plan) => {
    const facts: FactsToCompare = {
      state,
      followers: rooms.followers,
      lookOfKind: roomSources(plan, rooms).lookOfKind,
      readBefore: createMapReader(state),
      readAfter: createMapReader(state),
    };
    if (first !== undefined && second !== undefined) {
      print(context, await compare(facts, await findRuns(state, [first, second])));
      return;
    }
    if (check === undefined)
      throw new UsageError('say the numbers of two runs, or a check with --check; "claimwatch runs" lists the runs of all');
    const latest = await state.latestRun(check);
    if (latest === null) await refuseUnknown(check, plan, state);
    const difference = latest === null ? null : await compareLatest(facts, latest);
    if (difference === null) printNothing(context, check, latest);
    else print(context, difference);
  });
  return exitCodes.pass;
}

function print(context: CommandContext, difference: RunDifference): void {
  const { before, after, ...lists } = difference;
  const json = { before: runJson(before), after: runJson(after), ...lists };
  context.roof.print(context.json() ? `${JSON.stringify(json, null, 2)}\n` : showRunsDiff(difference, context.paper()));
}

function printNothing(context: CommandContext, check: string, latest: Run | null): void {
  const json = { before: null, after: latest && runJson(latest), changed: [], came: [], went: [], facts: [] };
  const text =
    latest === null
      ? `No run of ${check} has been recorded yet.\n`
      : `The runs of ${check} before run ${latest.id} came to the same, as far as was looked back.\n`;
  context.roof.print(context.json() ? `${JSON.stringify(json, null, 2)}\n` : text);
}

/** The earlier one first. @throws UsageError */
async function findRuns(state: StoreReader, numbers: readonly [string, string]): Promise<readonly [Run, Run]> {
  const [first, second] = [await findRun(state, numbers[0]), await findRun(state, numbers[1])];
  if (first.check !== second.check)
    throw new UsageError(`run ${first.id} is one of ${first.check} and run ${second.id} of ${second.check}; say two of the same check`);
  return first.id <= second.id ? [first, second] : [second, first];
}

async function findRun(state: StoreReader, number: string): Promise<Run> {
  const run = /^\d{1,15}$/.test(number) ? await state.run(Number(number)) : null;
  if (run === null) throw new UsageError(`there is no run ${number}; "claimwatch runs" lists them`);
  return run;
}

/** With the last one before it that differs; null where none does. */
async function compareLatest(facts: FactsToCompare, latest: Run): Promise<RunDifference | null> {
  for (let before = latest.id, looked = 0; looked < mostRunsLookedAt; ) {
    const page = await facts.state.runs({ check: latest.check, limit: 20, before });
    if (page.length === 0) return null;
    for (const run of page) {
      const difference = await compare(facts, [run, latest]);
      if ([difference.changed, difference.came, difference.went, difference.facts].some((list) => list.length > 0)) return difference;
    }
    looked += page.length;
    before = page.at(-1)?.id ?? 0;
  }
  return null;
}

async function compare(facts: FactsToCompare, [before, after]: readonly [Run, Run]): Promise<RunDifference> {
  const isSame = before.notPassDigest === after.notPassDigest && before.subjectsDigest === after.subjectsDigest;
  const found = isSame
    ? { changed: [], came: [], went: [] }
    : compareFindings(await foundBy(facts.state, before), await foundBy(facts.state, after));
  return { before, after, ...found, facts: await compareFacts(facts, before, after) };
}

async function foundBy(state: StoreReader, run: Run): Promise<FoundByRun> {
  const stored = (await state.bodies([run.subjectsDigest])).get(run.subjectsDigest);
  // What this program stored under the digest of a population is one.
  const population = stored === undefined ? null : readPopulation(stored as unknown as StoredPopulation).subjects;
  return { run, population: population && new Set(population.map(({ id }) => id)), notPass: await state.findings(run) };
}

function runJson({ id, check, dataAsOf, looks }: Run): object {
  return { run: id, check, dataAsOf, looks };
}
