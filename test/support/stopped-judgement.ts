import { writeSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { realClock } from '../../src/commands/real-clock.ts';
import { startRunningTime } from '../../src/engine/running-time.ts';
import { serveWorld } from '../../src/engine/serve-world.ts';
import type { JudgeReply } from '../../src/engine/world.ts';
import { startWorldThread, WorldLost } from '../../src/engine/world-thread.ts';
import { checkPlan, examplePlan } from './engine-fixtures.ts';
import { makeRecordingLog } from './recording-log.ts';

/**
 * A process of its own: the real thread, clock and running time, and one judgement that says when it begins. `judge-after-stop` ends once its process
 * was stopped and went on; `judge-for-ever` never does. The last line on stdout is how it came out.
 */
const judgementDeadlineMs = 3_000;
const longestTurnMs = 1_000;
const [how] = process.argv.slice(2);

function judge(): JudgeReply {
  let lastMs = performance.now();
  writeSync(1, 'judging\n');
  for (;;) {
    const nowMs = performance.now();
    if (how === 'judge-after-stop' && nowMs - lastMs > longestTurnMs) return {} as JudgeReply;
    lastMs = nowMs;
  }
}

function inWorker(): void {
  if (parentPort === null) throw new Error('it is a worker');
  const never = () => Promise.reject(new Error('nobody looks'));
  serveWorld(
    { look: never, recentChanges: async () => [], adoptLook: never, prepare: never, drawEstate: never, judge: async () => judge() },
    parentPort,
  );
}

async function inMainThread(): Promise<void> {
  const world = startWorldThread({
    plan: examplePlan({ checks: [checkPlan('state-good', { judgementDeadlineMs })] }),
    spawn: () => new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) }),
    clock: realClock,
    ranMs: startRunningTime(realClock),
    log: makeRecordingLog(),
    onRestart: () => undefined,
  });
  await world.ready();
  const outcome = await world
    .judge({
      check: 'state-good',
      trigger: 'looked',
      extent: { kind: 'all' },
      scheduledFor: '2026-11-24T08:00:00.000Z',
      nowMs: 0,
      looks: {},
      previous: null,
      declaredDigest: '',
      hungInput: null,
      withFindings: false,
    })
    .then(
      () => 'answered',
      (error: unknown) => (error instanceof WorldLost ? error.reason : String(error)),
    );
  writeSync(1, `${outcome}\n`);
  await world.close();
}

if (isMainThread) await inMainThread();
else inWorker();
