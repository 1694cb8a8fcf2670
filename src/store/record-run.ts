import type { Alert } from '../domain/alert.ts';
import type { Decision, Entry } from '../domain/ports.ts';
import type { Run, RunOutcome } from '../domain/run.ts';
import { selectOpenAlerts, writeDecision } from './alerts.ts';
import type { Trx } from './database.ts';
import { insertEntry, insertRun, numberRun } from './runs.ts';
import { replaceStatuses } from './statuses.ts';

/** `decide` and `seal` are synchronous, so that nothing else can come in between. */
export async function recordRun(
  trx: Trx,
  outcome: RunOutcome,
  decide: (open: readonly Alert[]) => Decision,
  seal: (run: Run) => Entry,
): Promise<{ readonly run: Run; readonly decision: Decision }> {
  const run = await numberRun(trx, outcome);
  const entry = seal(run);
  if (entry.index !== run.entry) throw new Error(`entry ${run.entry} was sealed as ${entry.index}`);
  await insertEntry(trx, entry);
  await insertRun(trx, run);
  await replaceStatuses(trx, run);
  return { run, decision: await recordDecision(trx, decide) };
}

export async function recordDecision(trx: Trx, decide: (open: readonly Alert[]) => Decision): Promise<Decision> {
  const decision = decide(await selectOpenAlerts(trx));
  await writeDecision(trx, decision);
  return decision;
}
