import type { Alert } from '../../../src/domain/alert.ts';
import type { Decision } from '../../../src/domain/ports.ts';
import { sealRun } from '../../../src/evidence/run-entry.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { exampleAlert, exampleNotification } from '../../support/example-alert.ts';
import { exampleOutcome, minute } from '../../support/example-run.ts';
import { makeRecordingLog } from '../../support/recording-log.ts';

/** A child process: records runs until it is killed, and says on stdout which are recorded. Every run opens the alert or closes it. */
const { store } = await openStore({ path: process.argv[2] ?? '', now: () => Date.parse(minute(0)), log: makeRecordingLog() });
for (;;) {
  const number = await store.entryCount();
  const outcome = exampleOutcome({ check: `check-${number % 2}`, previousRun: number === 0 ? null : number, counts: countsOf(number) });
  const { run } = await store.record(outcome, (open) => decide(open, number), sealRun);
  process.stdout.write(`${run.id}\n`);
}

function countsOf(number: number) {
  return { intent: { pass: number, fail: 0, unknown: 0, waived: 0 } };
}

function decide([open]: readonly Alert[], number: number): Decision {
  const alert = open === undefined ? exampleAlert({ id: `alert-${number}` }) : { ...open, closedAt: minute(number) };
  return { alerts: [alert], notifications: [exampleNotification({ id: `notification-${number}`, lane: alert.id, sequence: number })] };
}
