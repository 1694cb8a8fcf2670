import { execFile } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findDueLook, longestGapMs } from '../src/engine/schedule.ts';
import { startDaemonProcess } from './support/daemon-process.ts';
import { lookPlan } from './support/engine-fixtures.ts';
import { untilState, withReader } from './support/state-laws.ts';
import { startTroubledInbox } from './support/troubled-inbox.ts';
import { makeWatchFolder, secretVariable, startWatchedEndpoint, webhookSecret } from './support/watched-endpoint.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
/** Both changes of 2026, spring first. */
const zones = [
  ['Europe/Vienna', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
] as const;

afterEach(() => void vi.unstubAllEnvs());

describe.each(zones)('schedules in %s, on the days around its changes', (zone, ...changes) => {
  it.each([
    ['30 2 * * *', 86_400_000],
    ['0 * * * *', 3_600_000],
    ['*/10 * * * *', 600_000],
    ['15 30 1 * * *', 86_400_000],
  ])('%s is UTC: the same gaps as ever', (schedule, gapMs) => {
    vi.stubEnv('TZ', zone);
    expect(longestGapMs(schedule)).toBe(gapMs);
    for (const change of changes.map((text) => Date.parse(text))) {
      expect(new Date(change - 1).getTimezoneOffset()).not.toBe(new Date(change).getTimezoneOffset());
      let last: string | null = null;
      const times: number[] = [];
      for (let nowMs = change - 2 * 86_400_000; nowMs <= change + 2 * 86_400_000; nowMs += 60_000) {
        const due = findDueLook(lookPlan('tls', { schedule }), last, nowMs);
        if (due === null) continue;
        last = due.scheduledFor;
        times.push(Date.parse(last));
      }
      expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toEqual(new Set([gapMs]));
      expect(times.length).toBeGreaterThan(3);
    }
  });
});

describe('what people and machines read', () => {
  function show(zone: string, ...words: readonly string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], TZ: zone, [secretVariable]: webhookSecret };
    return new Promise((resolve) => {
      execFile(process.execPath, ['src/main.ts', ...words], { cwd: root, env }, (_error, output, errors) => resolve(output + errors));
    });
  }

  it('is UTC, in whatever time zone the daemon and its reader are', async () => {
    const endpoint = await startWatchedEndpoint();
    endpoint.server.useCertificate(endpoint.expired);
    const inbox = await startTroubledInbox('none');
    const folder = await makeWatchFolder(endpoint, { webhooks: { inbox: inbox.url } });
    const daemon = startDaemonProcess(folder.path, { [secretVariable]: webhookSecret, TZ: 'America/New_York' });
    await inbox.whenRead(1);
    await untilState(folder.statePath, 'three runs', async (reader) => (await reader.entryCount()) >= 3);
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);

    const texts = [JSON.stringify(daemon.log()), ...inbox.arrivals().map((arrival) => JSON.stringify(arrival.body))];
    const run = await withReader(folder.statePath, (reader) => reader.latestRun('tls-certificate-expiry'));
    for (const words of [
      ['runs'],
      ['findings'],
      ['claims'],
      ['explain', 'unreadable-in-transit'],
      ['waivers', 'list'],
      ['reperform', String(run?.id)],
    ]) {
      const [here, there] = await Promise.all([
        show('UTC', ...words, '-c', folder.path),
        show('Asia/Kathmandu', ...words, '-c', folder.path),
      ]);
      expect(there).toBe(here);
      expect(here).not.toBe('');
      texts.push(here);
    }
    // A time of day is followed by Z, wherever it stands.
    const times = texts.flatMap((text) => text.match(/\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)?/g) ?? []);
    expect(times.length).toBeGreaterThan(10);
    expect(times.filter((time) => !/Z$|UTC$/.test(time))).toEqual([]);
  });

  it('is made by no function that knows where the machine stands', async () => {
    const localTime =
      /\.(get|set)(Full)?(Year|Month|Date|Day|Hours|Minutes|Seconds)\(|toLocale(Date|Time)String|toDateString|toTimeString|getTimezoneOffset|Intl\.DateTimeFormat|new Date\((?!Date\.UTC)[^)]*,/;
    expect(localTime.test('new Date().getHours()')).toBe(true);
    expect(localTime.test('date.getUTCHours()')).toBe(false);
    const found: string[] = [];
    for await (const file of glob('src/**/*.ts', { cwd: root })) {
      const lines = (await readFile(new URL(file, `file://${root}`), 'utf8')).split('\n');
      found.push(...lines.flatMap((line, index) => (localTime.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])));
    }
    expect(found).toEqual([]);
  });
});
