import { expect, test } from 'vitest';
import { shared } from '../../sandbox/azure/mutation.ts';
import { type AzureWorld, findingLines, startAzureWorld } from '../support/azure-world.ts';
import { logChecks } from '../support/log-fault-table.ts';

const hourMs = 3_600_000;
/** How many of our own looks were due and done is another matter, which a clock that was set leaves open for a day. */
const others = logChecks.filter((check) => check !== 'monitoring-coverage');

/** The daemon's clock can be set while the time of Azure goes on. */
async function startApart(): Promise<AzureWorld> {
  let azureNow = Date.now;
  const world = await startAzureWorld({ logs: true, checks: logChecks, estate: { now: () => azureNow() } });
  const { clock } = world;
  const aheadMs = clock.now() - clock.monotonic();
  azureNow = () => aheadMs + clock.monotonic();
  return world;
}

test('while our clock is wrong nobody says what is silent, and nothing is missing once it is right', async () => {
  const world = await startApart();
  const before = await world.looks(2);
  expect([...new Set(before.statuses.values())]).toEqual(['pass']);
  for (const jumpMs of [-hourMs, 24 * hourMs]) {
    world.clock.jump(jumpMs);
    const wrong = await world.look();
    const statusOf = (check: string) => [...wrong.statuses].filter(([key]) => key.startsWith(`${check} `)).map(([, status]) => status);
    for (const check of ['audit-consoles', 'monitoring-heartbeats']) expect(new Set(statusOf(check)), check).toEqual(new Set(['unknown']));
    expect([...wrong.statuses].filter(([, status]) => status === 'fail')).toEqual([]);
    world.clock.jump(-jumpMs);
    const right = await world.look();
    for (const check of others) expect(right.findings.get(check), check).toEqual(before.findings.get(check));
    expect(right.fails).toEqual([]);
  }
  expect(findingLines(await world.picture()).filter((line) => line.includes(' fail '))).toEqual([]);
  expect(world.running.told.filter(({ kind, message }) => kind === 'firing' && message.alertKey?.startsWith('fail'))).toEqual([]);
}, 60_000);

/** What an empty answer proves nothing without. */
const withheld = ['SigninLogs', 'Heartbeat', 'AzureActivity', 'AzureMetrics'].map(
  (table) => `Microsoft.OperationalInsights/workspaces/query/${table}/read`,
);

test.each([
  ['tables that may not be read are empty', (world: AzureWorld) => world.azure.setRole({ Actions: ['*'], NotActions: withheld }), 'denied'],
  [
    'the list of workspaces lacks the one with most logs',
    (world: AzureWorld) => world.azure.faults.set({ name: 'missing-subscription', subscription: shared.split('/').at(-1) ?? '' }),
    'partial',
  ],
] as const)(
  '%s: what cannot be seen is neither silent nor missing',
  async (_what, damage, code) => {
    const world = await startAzureWorld({ logs: true, checks: logChecks });
    const before = await world.looks(2);
    damage(world);
    // Long enough that an event is overdue which nobody can see any more.
    for (let looked = 0; looked < 4; looked += 1) {
      const blind = await world.look();
      expect(findingLines(blind).filter((line) => line.includes(' | fail | '))).toEqual([]);
      const findings = [...blind.findings].flatMap(([check, own]) => own.map((finding) => ({ check, ...finding })));
      for (const finding of findings) expect(finding, JSON.stringify(finding)).toMatchObject({ status: 'unknown', reason: code });
      for (const check of ['audit-consoles', 'monitoring-heartbeats', 'monitoring-coverage'])
        expect(
          findings.map((finding) => finding.check),
          String(looked),
        ).toContain(check);
      if (looked === 3)
        for (const check of ['audit-freshness', 'audit-completeness']) expect(findings.map((finding) => finding.check)).toContain(check);
    }
    world.azure.setRole(null);
    world.azure.faults.set(null);
    const healed = await world.look();
    expect(findingLines(healed)).toEqual(findingLines(before));
    expect(healed.fails).toEqual([]);
  },
  60_000,
);

test('a machine that slept for two days finds all as it was', async () => {
  const world = await startAzureWorld({ logs: true, checks: logChecks });
  const before = await world.looks(2);
  world.clock.advance(48 * hourMs);
  const after = await world.look();
  for (const check of others) expect(after.findings.get(check), check).toEqual(before.findings.get(check));
  expect(after.fails).toEqual([]);
}, 60_000);

test('a workspace that is gone holds nothing any more, whatever was read of it before', async () => {
  const world = await startAzureWorld({ logs: true, checks: logChecks });
  const before = await world.looks(2);
  const gone = [...world.estate.all()].find(({ name }) => name === 'log-shopstoresync-prod');
  if (gone === undefined) throw new Error('the estate has no such workspace');
  world.estate.remove(gone.id);
  const without = await world.looks(2);
  expect(without.statuses.get('monitoring-coverage literal')).toBe('fail');
  expect((without.findings.get('monitoring-coverage') ?? []).map(({ observed }) => observed).join()).toContain(gone.name);
  world.estate.put(gone);
  const back = await world.looks(2);
  expect(findingLines(back)).toEqual(findingLines(before));
  expect(back.fails).toEqual([]);
}, 60_000);
