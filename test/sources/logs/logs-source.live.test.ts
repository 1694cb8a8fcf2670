import { expect, it } from 'vitest';
import type { Seen } from '../../../src/domain/look.ts';
import type { LogTablesFact, Silence } from '../../../src/logs/log-facts.ts';
import { createLogsSource, logsSource } from '../../../src/sources/logs/logs-source.ts';
import { holdsNoSecret, type LookWorld, minuteMs, startLookWorld } from './look-at-azure.ts';

function workspacesOf({ estate }: LookWorld): readonly string[] {
  const ids = [...estate.all()].flatMap(({ id, type }) => (/operationalinsights\/workspaces$/i.test(type) ? [id.toLowerCase()] : []));
  return ids.sort();
}

const tables = ['SigninLogs', 'AzureActivity', 'SQLSecurityAuditEvents'];

it('sees what arrives in the workspaces of the pretend Azure, and what does not arrive any more', async () => {
  const world = await startLookWorld();
  const source = createLogsSource(world.access);
  const [production = '', central = ''] = workspacesOf(world);
  const look = async () => await world.look(source, logsSource, [production, central], { tables, resolution: '30m' });
  const before = await look();
  const fact = factOf(before.get(central));
  expect(fact).toMatchObject({
    workspaces: ['log-shopstoresync-prod', 'log-shopstoresync-shared'],
    tables: {
      SigninLogs: { is: { isThere: true, silences: [], slowestIngestionMinutes: 5 } },
      AzureActivity: { is: { totalRetentionDays: 730 } },
    },
    applications: { is: expect.arrayContaining([expect.objectContaining({ name: 'Azure Portal' })]) },
    locks: { is: [{ level: 'CanNotDelete', scope: central }] },
    exports: { is: [expect.objectContaining({ isEnabled: true, isImmutable: true })] },
  });
  expect(factOf(before.get(production)).tables['SigninLogs']).toMatchObject({ is: { silences: [{ from: null, to: null }] } });
  expect(holdsNoSecret(world, [...before])).toBe(true);

  world.estate.mutate('half-a-day-silent');
  const [silence, ...others] = silencesOf(factOf((await look()).get(central)), 'SigninLogs');
  const minutesAgo = (at: string | null | undefined) => (world.nowMs() - Date.parse(at ?? '')) / minuteMs;
  expect(others).toEqual([]);
  expect(minutesAgo(silence?.from)).toBeGreaterThan(13 * 60);
  expect(minutesAgo(silence?.to)).toBeLessThan(60.2);
  expect(minutesAgo(silence?.to)).toBeGreaterThan(45);
});

it('of a table that it may not read it says so, and of an answer of which a part failed', async () => {
  const world = await startLookWorld();
  const [, central = ''] = workspacesOf(world);
  const look = async () => factOf((await world.look(createLogsSource(world.access), logsSource, [central], { tables })).get(central));
  world.azure.setRole({ Actions: ['*/read'], NotActions: ['Microsoft.OperationalInsights/workspaces/query/SigninLogs/read'] });
  expect(await look()).toMatchObject({
    tables: { SigninLogs: { fault: { code: 'denied' } }, AzureActivity: { is: { isThere: true } } },
    applications: { fault: { code: 'denied' } },
  });
  world.azure.setRole(null);
  world.azure.faults.set({ name: 'partial-answer', api: 'logs' });
  expect(await look()).toMatchObject({
    tables: { SigninLogs: { fault: { code: 'partial' } }, AzureActivity: { fault: { code: 'partial' } } },
  });
});

function factOf(seen: Seen | undefined): LogTablesFact {
  if (seen === undefined || 'fault' in seen) throw new Error(`no fact: ${JSON.stringify(seen)}`);
  return seen.fact as unknown as LogTablesFact;
}

function silencesOf({ tables: told }: LogTablesFact, table: string): readonly Silence[] {
  const of = told[table];
  return of !== undefined && 'is' in of ? of.is.silences : [];
}
