import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type AlertmanagerServer, type GroupMessage, startAlertmanagerServer } from '../support/alertmanager-server.ts';
import { type DaemonProcess, readyMessage, startDaemonProcess } from '../support/daemon-process.ts';
import { missingPrograms } from '../support/prometheus-server.ts';
import { untilState } from '../support/state-laws.ts';
import { until } from '../support/until.ts';
import { makeWatchFolder, startWatchedEndpoint, type WatchedEndpoint, type WatchFolder } from '../support/watched-endpoint.ts';

const expiry = 'tls-certificate-expiry';
const versions = 'tls-versions';
const dayMs = 86_400_000;

interface World {
  readonly endpoint: WatchedEndpoint;
  readonly folder: WatchFolder;
  start(environment?: { readonly [name: string]: string }): DaemonProcess;
}

/** One endpoint, looked at every second; every alert goes to these Alertmanagers. */
async function prepare(alertmanagers: readonly AlertmanagerServer[], checks: readonly string[] = [expiry]): Promise<World> {
  const endpoint = await startWatchedEndpoint();
  const folder = await makeWatchFolder(endpoint, { checks, webhooks: {} });
  const path = join(folder.path, 'claimwatch.yaml');
  const file = z.looseObject({}).parse(parse(await readFile(path, 'utf8')));
  const urls = alertmanagers.map(({ url }) => url);
  // More than the routes' `group_wait` of nothing. No reports: that an endpoint changed is told besides, and stands for a day.
  const alertmanager = { kind: 'alertmanager', responses: ['page', 'ticket'], urls, firesAtLeast: '1s' };
  await writeFile(path, stringify({ ...file, receivers: { alertmanager, log: { kind: 'log' } } }));
  // Half of a start is reading our own source; a compile cache spares it.
  const cache = await mkdtemp(join(tmpdir(), 'claimwatch-cache-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  return { endpoint, folder, start: (environment) => startDaemonProcess(folder.path, { NODE_COMPILE_CACHE: cache, ...environment }) };
}

async function stop(daemon: DaemonProcess): Promise<void> {
  await daemon.whenLogged(readyMessage);
  daemon.kill('SIGTERM');
  expect([await daemon.ended, daemon.complaints()]).toEqual([0, '']);
}

async function kill(daemon: DaemonProcess): Promise<void> {
  daemon.kill('SIGKILL');
  expect([await daemon.ended, daemon.complaints()]).toEqual(['SIGKILL', '']);
}

/** One line per message: `firing tls-versions`. One endpoint: each group has one alert. */
function linesOf(messages: readonly GroupMessage[]): readonly string[] {
  return messages.map(({ status, groupLabels, alerts }) => {
    expect(alerts).toHaveLength(1);
    return `${status} ${groupLabels['check']}`;
  });
}

const toldBy = (server: AlertmanagerServer): readonly string[] => linesOf(server.told());

async function untilTold(server: AlertmanagerServer, count: number): Promise<void> {
  await until(`${count} messages at the webhook`, async () => (server.told().length >= count ? true : null));
}

/** All that was told, after whatever else could still come has had its time. */
async function allTold(server: AlertmanagerServer): Promise<readonly string[]> {
  await server.passMarker();
  return toldBy(server);
}

/** Resolves when the one alert that it holds was told to it again. */
async function untilToldAgain(server: AlertmanagerServer, after: number): Promise<void> {
  await until('the alert at Alertmanager again', async () => {
    const [held] = await server.active();
    return held !== undefined && Date.parse(held.updatedAt) > after ? true : null;
  });
}

type Moment = 'changed' | 'recorded';
/** Where a life ends: at an edge of a send (see kill-at-step.ts), or while it runs, when the endpoint has changed or when that is recorded. */
type Kill = { readonly at: string } | { readonly when: Moment };

const killAtStep = fileURLToPath(new URL('../support/kill-at-step.ts', import.meta.url));
/** The first request of a life is edges 3 to 7; the one that brings the change, about 20 to 24. */
const inSends = [5, 20, 23].map((edge): Kill => ({ at: `send:${edge}` }));
const kills: readonly Kill[] = [...inSends, ...(['changed', 'changed', 'recorded'] as const).map((when): Kill => ({ when }))];
/** Before each that ends in a send, the life before it is killed between two messages; at least one more at last. */
const killCount = kills.length + inSends.length + 1;

async function untilMoment(moment: Moment, folder: WatchFolder, isOpen: boolean): Promise<void> {
  if (moment === 'changed') return;
  await untilState(folder.statePath, 'the alert is recorded', async (reader) => (await reader.openAlerts()).length > 0 === isOpen);
}

/** How many requests have failed. */
const unreached = (daemon: DaemonProcess): number =>
  daemon.log().filter(({ msg }) => msg.startsWith('what is open was not accepted')).length;

const skipped = missingPrograms('prometheus-alertmanager');

describe.skipIf(skipped !== null)(`the real daemon and a real Alertmanager ${skipped === null ? '' : `(${skipped})`}`, () => {
  it('each failing check is told once as a group of its own, and its end once; labels and annotations say what to do', async () => {
    const server = await startAlertmanagerServer();
    const { endpoint, start } = await prepare([server], [expiry, versions]);
    const daemon = start();
    await daemon.whenLogged(readyMessage);
    endpoint.server.useCertificate(endpoint.expired);
    await untilTold(server, 1);
    endpoint.server.offerFrom('TLSv1');
    await untilTold(server, 2);
    endpoint.server.useCertificate(endpoint.valid);
    await untilTold(server, 3);
    endpoint.server.offerFrom('TLSv1.2');
    await untilTold(server, 4);
    expect(await allTold(server)).toEqual([`firing ${expiry}`, `firing ${versions}`, `resolved ${expiry}`, `resolved ${versions}`]);
    expect(await server.active()).toEqual([]);

    const text = expect.stringMatching(/./);
    for (const { status, alerts } of server.told()) {
      expect(alerts[0]?.status).toBe(status);
      expect(alerts[0]?.labels).toMatchObject({
        alertname: 'ClaimwatchFail',
        check: expect.stringMatching(/^tls-/),
        interpretation: 'intent',
        subject: endpoint.subject,
        severity: expect.stringMatching(/^(critical|warning|info)$/),
        vantage: 'test',
      });
      expect(alerts[0]?.annotations).toMatchObject({ summary: text, description: text, mend: text, repeat: text, claims: text });
    }
    // The end is the end of the alert that was told, with what was told.
    const [first, , third] = server.told();
    expect(third?.alerts[0]).toMatchObject({ labels: first?.alerts[0]?.labels, startsAt: first?.alerts[0]?.startsAt });
    await stop(daemon);
  });

  it('an orderly restart of the daemon, of Alertmanager, and of both, while an alert is open: nothing is lost, nothing is told twice', async () => {
    const server = await startAlertmanagerServer();
    const { endpoint, start } = await prepare([server]);
    let daemon = start();
    endpoint.server.useCertificate(endpoint.expired);
    await untilTold(server, 1);

    const stoppedAt = Date.now();
    await stop(daemon);
    daemon = start();
    await untilToldAgain(server, stoppedAt);
    expect(await allTold(server)).toEqual([`firing ${expiry}`]);

    await stop(daemon);
    await server.end('SIGTERM');
    await server.startAgain();
    daemon = start();
    await untilToldAgain(server, stoppedAt);
    expect(await allTold(server)).toEqual([`firing ${expiry}`]);

    await server.end('SIGTERM');
    await server.startAgain();
    expect(await server.active()).toEqual([]);
    endpoint.server.useCertificate(endpoint.valid);
    await untilTold(server, 2);
    await stop(daemon);
    daemon = start();
    await daemon.whenLogged(readyMessage);
    endpoint.server.useCertificate(endpoint.expired);
    await untilTold(server, 3);
    endpoint.server.useCertificate(endpoint.valid);
    await untilTold(server, 4);
    await stop(daemon);
    expect(await allTold(server)).toEqual([`firing ${expiry}`, `resolved ${expiry}`, `firing ${expiry}`, `resolved ${expiry}`]);
  });

  it('the daemon is stopped while an alert is open: Alertmanager goes on firing for days', async () => {
    const server = await startAlertmanagerServer();
    const { endpoint, start } = await prepare([server]);
    endpoint.server.useCertificate(endpoint.expired);
    const daemon = start();
    await untilTold(server, 1);
    await stop(daemon);
    expect(await allTold(server)).toEqual([`firing ${expiry}`]);
    const held = await server.active();
    expect(held.map((alert) => alert.labels['check'])).toEqual([expiry]);
    expect(Date.parse(held[0]?.endsAt ?? '')).toBeGreaterThan(Date.now() + 6 * dayMs);
  });

  it(`SIGKILL of the daemon ${killCount} times and more, in its sends, between them, right after a change: one firing and one end an episode`, async () => {
    const server = await startAlertmanagerServer();
    const { endpoint, folder, start } = await prepare([server]);
    const expected: string[] = [];
    const places: string[] = [];
    const dieAt = async (edge: string) => {
      const life = start({ NODE_OPTIONS: `--import ${killAtStep}`, KILL_AT: edge });
      expect([edge, await life.ended]).toEqual([edge, 'SIGKILL']);
      places.push(life.complaints());
    };
    let daemon = start();
    await daemon.whenLogged(readyMessage);
    for (const [index, moment] of kills.entries()) {
      await untilTold(server, index);
      // Killed between two messages where the next life is to end in a send.
      if ('at' in moment) await kill(daemon);
      const isBreak = index % 2 === 0;
      endpoint.server.useCertificate(isBreak ? endpoint.expired : endpoint.valid);
      expected.push(`${isBreak ? 'firing' : 'resolved'} ${expiry}`);
      if ('at' in moment) {
        await dieAt(moment.at);
      } else {
        await untilMoment(moment.when, folder, isBreak);
        await kill(daemon);
      }
      daemon = start();
    }
    await untilTold(server, kills.length);
    // Over before the first life that lasts: each dies an edge later than the one before, until one has told it.
    endpoint.server.useCertificate(endpoint.expired);
    await untilMoment('recorded', folder, true);
    await kill(daemon);
    for (let edge = 5; (await server.active()).length === 0; edge += 1) await dieAt(`send:${edge}`);
    await untilTold(server, kills.length + 1);
    endpoint.server.useCertificate(endpoint.valid);
    expected.push(`firing ${expiry}`, `resolved ${expiry}`);
    daemon = start();
    await untilTold(server, kills.length + 2);
    // A life in which everything is told again.
    await stop(daemon);
    daemon = start();
    await daemon.whenLogged(readyMessage);
    expect(await allTold(server)).toEqual(expected);
    await stop(daemon);
    const moments = places.map((place) => /^killed at send: (\S+)/.exec(place)?.[1]);
    expect(moments.filter((moment) => /^(client|request):/.test(moment ?? '')).length).toBeGreaterThanOrEqual(3);
  }, 120_000);

  it('down while an alert ends: stopped in order, it tells the end once it is back; killed, it has forgotten what it told (its log of notifications is written every 15 minutes) and tells both again, and each end', async () => {
    const [ordered, killed] = [await startAlertmanagerServer(), await startAlertmanagerServer()];
    const both = [ordered, killed];
    const { endpoint, start } = await prepare(both, [expiry, versions]);
    const daemon = start();
    endpoint.server.useCertificate(endpoint.expired);
    for (const server of both) await untilTold(server, 1);
    endpoint.server.offerFrom('TLSv1');
    for (const server of both) await untilTold(server, 2);

    await ordered.end('SIGTERM');
    await killed.end('SIGKILL');
    endpoint.server.useCertificate(endpoint.valid);
    await until('both are known to be down', async () => (unreached(daemon) >= 2 ? true : null));
    for (const server of both) await server.startAgain();
    await untilTold(ordered, 3);
    await untilTold(killed, 5);
    for (const server of both) await server.passMarker();
    endpoint.server.offerFrom('TLSv1.2');
    await until('an end of the other', async () => (both.every((server) => toldBy(server).includes(`resolved ${versions}`)) ? true : null));
    const before = [`firing ${expiry}`, `firing ${versions}`];
    expect(await allTold(ordered)).toEqual([...before, `resolved ${expiry}`, `resolved ${versions}`]);
    const again = (await allTold(killed)).slice(2);
    expect((await allTold(killed)).slice(0, 2)).toEqual(before);
    expect(again.slice(0, 2).toSorted()).toEqual(before);
    expect(again.slice(2)).toEqual([`resolved ${expiry}`, `resolved ${versions}`]);
    for (const server of both) expect(await server.active()).toEqual([]);
    await stop(daemon);
  });
});
