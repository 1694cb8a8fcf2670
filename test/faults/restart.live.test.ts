import { openSync, readdirSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DaemonProcess, readyMessage, startDaemonProcess } from '../support/daemon-process.ts';
import {
  expectToldOnce,
  hasJudgedAll,
  hasNothingToSend,
  messageOf,
  untilState,
  withoutRepeats,
  withReader,
} from '../support/state-laws.ts';
import { startTroubledInbox, type TroubledInbox } from '../support/troubled-inbox.ts';
import {
  makeWatchFolder,
  secretVariable,
  startWatchedEndpoint,
  type WatchFolder,
  watchedChecks,
  webhookSecret,
} from '../support/watched-endpoint.ts';

const expiry = 'tls-certificate-expiry';
const start = (folder: WatchFolder) => startDaemonProcess(folder.path, { [secretVariable]: webhookSecret });

/** One endpoint, one inbox, and the check of its certificate's dates alone, so that each break is one message. */
async function prepare({ checks = [expiry], trouble = 'none' as const }: { checks?: readonly string[]; trouble?: 'none' | 'hang' } = {}) {
  const endpoint = await startWatchedEndpoint();
  const inbox = await startTroubledInbox(trouble);
  const folder = await makeWatchFolder(endpoint, { checks, webhooks: { inbox: inbox.url } });
  return { endpoint, inbox, folder };
}

async function stop(daemon: DaemonProcess): Promise<void> {
  await daemon.whenLogged(readyMessage);
  daemon.kill('SIGTERM');
  expect([await daemon.ended, daemon.complaints()]).toEqual([0, '']);
}

function typesIn(inbox: TroubledInbox): readonly string[] {
  return withoutRepeats(inbox.accepted()).map((arrival) => messageOf(arrival).type.replace('claimwatch.', ''));
}

/** Resolves when so many runs more than now were judged and all that they told is accepted. */
async function untilRuns(folder: WatchFolder, more: number): Promise<void> {
  const before = await withReader(folder.statePath, (reader) => reader.entryCount());
  await untilState(folder.statePath, `${more} more runs`, async (reader) => {
    return (await reader.entryCount()) >= before + more && (await hasNothingToSend(reader));
  });
}

describe('after a restart', () => {
  it('what has not changed is not told again; what recovered meanwhile is resolved by the first run', async () => {
    const { endpoint, inbox, folder } = await prepare();
    endpoint.server.useCertificate(endpoint.expired);
    const first = start(folder);
    await inbox.whenRead(1);
    await stop(first);

    const second = start(folder);
    await second.whenLogged(readyMessage);
    await untilRuns(folder, 3);
    await stop(second);
    expect(typesIn(inbox)).toEqual(['alert.firing']);

    endpoint.server.useCertificate(endpoint.valid);
    const lastRun = await withReader(folder.statePath, (reader) => reader.latestRun(expiry));
    const third = start(folder);
    await inbox.whenRead(2);
    await untilRuns(folder, 2);
    await stop(third);
    expect(typesIn(inbox)).toEqual(['alert.firing', 'alert.resolved']);
    await expectToldOnce(folder.statePath, 'inbox', inbox.arrivals());
    await withReader(folder.statePath, async (reader) => {
      const runs = (await reader.runs({ check: expiry, limit: 1000 })).filter((run) => run.id > (lastRun?.id ?? 0));
      // A look of before the stop that nobody had judged may still fail; the first run that passes ends the alert.
      const passingAt = runs.findLastIndex((run) => run.counts.intent?.pass === 1);
      const [alert] = await reader.alerts(10);
      const closedAt = alert?.closedAt ?? '';
      expect(closedAt >= (runs[passingAt]?.finishedAt ?? 'none passes')).toBe(true);
      expect(closedAt <= (runs[passingAt - 1]?.startedAt ?? 'none follows')).toBe(true);
    });
  });

  it('the alert of a check that is no longer configured is withdrawn, and says that it does not pass', async () => {
    const { endpoint, inbox, folder } = await prepare({ checks: watchedChecks });
    endpoint.server.useCertificate(endpoint.expired);
    const first = start(folder);
    await inbox.whenRead(2);
    await untilState(folder.statePath, 'both are accepted', hasNothingToSend);
    await stop(first);

    await folder.rewrite({ checks: watchedChecks.filter((check) => check !== expiry), webhooks: { inbox: inbox.url } });
    const second = start(folder);
    await inbox.whenRead(3);
    await untilRuns(folder, 4);
    await stop(second);
    expect(typesIn(inbox)).toEqual(['alert.firing', 'alert.firing', 'alert.resolved']);
    const { data } = messageOf(inbox.accepted().at(-1) ?? { body: null });
    expect(data).toMatchObject({ check: expiry });
    expect(data.reason).toContain('no longer configured; this does not say that it passes');
    await expectToldOnce(folder.statePath, 'inbox', inbox.arrivals());
    await withReader(folder.statePath, async (reader) => {
      expect((await reader.openAlerts()).map((alert) => alert.key)).toEqual(['fail:tls-certificate-trust:intent']);
      expect((await reader.statuses()).map((status) => status.check)).not.toContain(expiry);
    });
  });
});

/** In place, from this byte on, as a failing disk would. */
function damage(path: string, from: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(64 * 1024, 0xa5), 0, 64 * 1024, from);
}

describe('a damaged state file at the start', () => {
  it('is kept aside and told; the daemon begins anew, raises what still fails and resolves nothing', async () => {
    const { endpoint, inbox, folder } = await prepare();
    endpoint.server.useCertificate(endpoint.expired);
    const first = start(folder);
    await inbox.whenRead(1);
    await untilRuns(folder, 2);
    await stop(first);
    damage(folder.statePath, 100);

    const second = start(folder);
    await inbox.whenRead(3);
    await untilRuns(folder, 2);
    await stop(second);
    expect(typesIn(inbox).toSorted()).toEqual(['alert.firing', 'alert.firing', 'notice']);
    const notice = inbox.accepted().find((arrival) => messageOf(arrival).type === 'claimwatch.notice');
    const kept = readdirSync(dirname(folder.statePath)).filter((name) => name.includes('.corrupt-'));
    expect(kept.length).toBeGreaterThan(0);
    expect(messageOf(notice ?? { body: null }).data.reason).toContain(kept[0]);
    await withReader(folder.statePath, async (reader) => {
      expect(await hasJudgedAll(reader, {})).toBe(true);
      const [oldest] = (await reader.runs({ limit: 1000 })).toReversed();
      expect(oldest).toMatchObject({ id: 1, entry: 0, previousRun: null });
      // Never reported as a failure of what is watched.
      expect((await reader.alerts(10)).map((alert) => alert.key)).toEqual([`fail:${expiry}:intent`]);
    });

    const third = start(folder);
    await third.whenLogged(readyMessage);
    await untilRuns(folder, 2);
    await stop(third);
    expect(inbox.arrivals()).toHaveLength(3);
  });
});

describe('SIGTERM while a send hangs', () => {
  it('ends with 0 within ten seconds; the message goes again after the restart, the same under the same id', async () => {
    const { endpoint, inbox, folder } = await prepare({ trouble: 'hang' });
    endpoint.server.useCertificate(endpoint.expired);
    const first = start(folder);
    await inbox.whenRead(1);
    const toldToStopMs = performance.now();
    await stop(first);
    expect(performance.now() - toldToStopMs).toBeLessThan(10_000);

    inbox.setTrouble('none');
    const second = start(folder);
    await inbox.whenRead(2);
    await untilRuns(folder, 2);
    await stop(second);
    expect(inbox.arrivals()).toHaveLength(2);
    expect(new Set(inbox.arrivals().map((arrival) => arrival.id)).size).toBe(1);
    await expectToldOnce(folder.statePath, 'inbox', inbox.arrivals());
  });

  it('a second one ends it at once', async () => {
    const { endpoint, inbox, folder } = await prepare({ trouble: 'hang' });
    endpoint.server.useCertificate(endpoint.expired);
    const daemon = start(folder);
    await inbox.whenRead(1);
    daemon.kill('SIGTERM');
    await daemon.whenLogged('claimwatch stops');
    const toldAgainMs = performance.now();
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(143);
    expect(performance.now() - toldAgainMs).toBeLessThan(1_000);

    inbox.setTrouble('none');
    const second = start(folder);
    await inbox.whenRead(2);
    await untilRuns(folder, 2);
    await stop(second);
    await expectToldOnce(folder.statePath, 'inbox', inbox.arrivals());
  });
});
