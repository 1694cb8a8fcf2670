import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import { networkView } from '../../src/commands/network-drawing.ts';
import { realClock } from '../../src/commands/real-clock.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import { loadPlan } from '../../src/config/load-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { startRunningTime } from '../../src/engine/running-time.ts';
import { findScheduleError, longestGapMs } from '../../src/engine/schedule.ts';
import { startWorldThread, type WorldThread } from '../../src/engine/world-thread.ts';
import type { Report } from '../../src/reporters/reports/report.ts';
import { openStoreReader } from '../../src/store/open-store.ts';
import { group, network, networkInterface, publicAddress, rule } from '../network/estate-rows.ts';
import { runProgram } from '../support/check-command.ts';
import { minute } from '../support/example-run.ts';
import { makeNetworkState } from '../support/network-state.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { bodyOf } from '../support/state-folder.ts';

const web = (port: string) => group('web', [rule({ name: 'in', port })]);
const nic = networkInterface({ name: 'web-nic', publicAddress: 'web-ip', machine: 'web-1' });
const rowsAt = (port: string) => [
  network([{ group: 'web' }]),
  web(port),
  nic,
  networkInterface({ name: 'db-nic', address: '10.0.0.5' }),
  publicAddress('web-ip', '198.51.100.7'),
];
/** A run that found all to pass, of a population that the report need not know. */
const seenAt = (port: string) => ({ rows: rowsAt(port), run: { subjectsDigest: bodyOf([]).digest } });
const allowHttps =
  ', parameters: { allow: [{ from: [Internet], to: { name: web-1 }, ports: 443, protocol: Tcp, owner: Jane Doe, reason: the shop }] }';

async function planOf(folder: string): Promise<Plan> {
  const rooms = await openRooms();
  return await loadPlan({
    ...rooms,
    path: folder,
    environment: {},
    derivations: new Map([...rooms.derivations].map(([kind, { from }]) => [kind, from])),
    azure: azureNeeds,
    validateSchedule: findScheduleError,
    longestGapMs,
  });
}

/** The real thread, as the daemon starts it. */
async function startThread(folder: string): Promise<WorldThread> {
  const plan = await planOf(folder);
  const workerData = { plan, statePath: join(folder, 'state', 'claimwatch.sqlite'), codeVersion: '0.1.0' };
  const thread = startWorldThread({
    plan,
    spawn: () => new Worker(new URL('../../src/world.ts', import.meta.url), { workerData }),
    clock: realClock,
    ranMs: startRunningTime(realClock),
    log: makeRecordingLog(),
    onRestart: () => undefined,
  });
  onTestFinished(() => thread.close());
  return thread;
}

describe('the page', () => {
  it('is drawn in the thread from what was recorded last, with the allow-list of today', { timeout: 60_000 }, async () => {
    const folder = await makeNetworkState([seenAt('22'), seenAt('443')], allowHttps);
    const drawn = await (await startThread(folder)).drawEstate();
    expect(drawn).toMatchObject({ look: 2, dataAsOf: minute(1) });
    expect(drawn?.drawn).toContain('1 way in on the allow-list.');
    expect(drawn?.drawn).toContain(
      'web-ip (public address of its own, 198.51.100.7): Tcp 443 from Internet to web-1 in vnet / web, on the allow-list: Internet -&gt; Tcp 443, for Jane Doe: the shop',
    );
    expect(drawn?.drawn).toContain('1 of 2 interfaces are not drawn');
  });
});

describe('the report', () => {
  async function reportOf(folder: string, to: string): Promise<Report['network']> {
    const { code, output, errors } = await runProgram('report', '--from', minute(0), '--to', to, '--json', '--config', folder);
    expect([code, errors]).toEqual([0, '']);
    return (JSON.parse(output) as Report).network;
  }

  async function viewOf(folder: string) {
    const state = await openStoreReader(join(folder, 'state', 'claimwatch.sqlite'));
    const run = await state?.run(1);
    if (state === null || run === undefined || run === null) throw new Error('expected a run');
    onTestFinished(() => state.close());
    return { view: networkView(state), run };
  }

  it('draws what the last run before the end of the period saw, with the allow-list of then', { timeout: 60_000 }, async () => {
    const folder = await makeNetworkState([seenAt('22'), seenAt('443')], allowHttps);
    const first = await reportOf(folder, minute(1));
    expect(first).toMatchObject({ check: 'network-exposure', run: 1, look: 1, dataAsOf: minute(0), isStale: false });
    expect(first?.picture.arrows).toMatchObject([{ ports: 'Tcp 22', isAllowed: false }]);
  });

  it('says where lists broke off', async () => {
    const folder = await makeNetworkState([{ ...seenAt('443'), brokenLists: ['microsoft.network/networkinterfaces'] }]);
    const { view, run } = await viewOf(folder);
    expect((await view.pictureOf(run))?.picture.unlisted).toEqual([
      expect.stringMatching(/^microsoft\.network\/networkinterfaces of subscription 11111111.*: not allowed$/),
    ]);
  });

  it('is no picture where what was judged is missing, and null where nothing was', async () => {
    const folder = await makeNetworkState([seenAt('443')]);
    const { view, run } = await viewOf(folder);
    const { pictureOf } = view;
    expect((await pictureOf(run))?.picture.interfaces).toBe(2);
    expect(await pictureOf({ ...run, looks: {} })).toBeNull();
    for (const changed of [{ parametersDigest: 'ab'.repeat(32) }, { looks: { azure: 99 } }])
      await expect(pictureOf({ ...run, ...changed })).rejects.toThrow(
        'what run 1 of network-exposure judged is missing from the state file',
      );
  });
});
