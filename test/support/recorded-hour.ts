import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { stateFileName } from '../../src/commands/command-context.ts';
import type { Seen } from '../../src/domain/look.ts';
import type { Run } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';
import { bad, checkPlan, endpoint, faulty, good, makeFakeSource, minuteMs, stateCheck } from './engine-fixtures.ts';
import { makeJumpingClock } from './jumping-clock.ts';
import { startTestEngine } from './running-engine.ts';

/** Long past, whatever day it is. */
export const hourStartMs = Date.UTC(2025, 0, 6, 8, 0, 5);

export interface RecordedHour {
  /** A folder with a configuration whose state holds what was recorded. */
  readonly folder: string;
  readonly runs: readonly Run[];
}

const both = ['literal', 'intent'] as const;
const accepted = {
  id: 'known-c',
  check: 'tls-versions',
  subject: endpoint('c').id,
  interpretations: both,
  reason: 'known',
  requestedBy: 'Jane Doe',
  approvedBy: 'John Roe',
  from: timestamp(hourStartMs + 30 * minuteMs),
  until: timestamp(hourStartMs + 35.5 * minuteMs),
};

/** What minute of the hour shows what. */
function seenAt(minute: number, subject: string): Seen {
  if (minute >= 10 && minute < 15 && subject === endpoint('a').id) return bad;
  if (minute >= 20 && minute < 23 && subject === endpoint('b').id) return faulty('timeout');
  if (minute >= 30 && minute < 35 && subject === endpoint('c').id) return bad;
  return good;
}

/**
 * The real engine over an hour and three quarters, a run a minute, data of five minutes at most: minutes 0-10 pass, 10-15 fail (a), 15-20 pass,
 * 20-23 blind (b), 23-30 pass, 30-35 waived (c), 35-40 pass, then nothing runs until minute 99, 99-105 pass.
 */
export async function recordHour(): Promise<RecordedHour> {
  const clock = makeJumpingClock(hourStartMs);
  const source = makeFakeSource('state');
  source.answer = (subject) => seenAt(Math.floor((clock.now() - hourStartMs) / minuteMs), subject.id);
  const engine = await startTestEngine({
    clock,
    sources: [source],
    checks: { 'tls-versions': stateCheck(['state'], { claims: [{ claim: 'https-everywhere', interpretations: both }] }) },
    plan: { checks: [checkPlan('tls-versions')], waivers: [accepted] },
  });
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      clock.advance(minuteMs);
      await engine.step();
    }
  };
  await engine.step();
  await minutes(39);
  clock.advance(60 * minuteMs);
  await engine.restart();
  await engine.step();
  await minutes(5);
  const folder = await makeReportFolder();
  // While the daemon's connection is open.
  const state = new DatabaseSync(engine.statePath, { readOnly: true });
  state.prepare('vacuum into ?').run(join(folder, 'state', stateFileName));
  state.close();
  return { folder, runs: await engine.runs() };
}

/** A configuration of one check, with the real register; nothing has been recorded. */
export async function makeReportFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-report-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'state'));
  await cp(fileURLToPath(new URL('../../config/claims.yaml', import.meta.url)), join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(
    join(folder, 'claimwatch.yaml'),
    `state: ./state
endpoints: [${['a', 'b', 'c'].map((name) => `{ host: ${endpoint(name).host} }`).join(', ')}]
looks: { tls: { source: tls, schedule: "* * * * *" } }
checks: { tls-versions: { maxAge: 5m } }
receivers: { log: { kind: log } }
`,
  );
  return folder;
}
