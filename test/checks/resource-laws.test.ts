import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEstate } from '../../sandbox/azure/estate.ts';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import { type Check, interpretationsOf, type ResourceSelector } from '../../src/domain/check.ts';
import { resourceFromId, subscriptionType } from '../../src/domain/resource-id.ts';
import { declaredApplication, logFacts } from '../support/arbitrary-log-facts.ts';
import { judgeAll } from '../support/judge.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const folder = new URL('../../src/checks/', import.meta.url);
const loaded: readonly { readonly id: string; readonly check: Check }[] = await Promise.all(
  readdirSync(folder).map(async (file) => ({
    id: file.replace('.ts', ''),
    check: (await import(new URL(file, folder).href)).check as Check,
  })),
);
/** Those that a row of the estate is enough for, with what can be made up of its logs. */
const checks = loaded.filter(
  ({ check }) =>
    check.subjects !== 'endpoint' &&
    'resource' in check.needs &&
    Object.keys(check.needs).every((kind) => kind === 'resource' || kind in logFacts),
);
const drawn = { numRuns: 5, seed: 1 };
const noLogs: Facts = {};
const estate = await openEstate({ nowMs });
const byType = Map.groupBy(estate.all(), ({ type }) => type.toLowerCase());
const portal = { name: 'portal', owner: 'Jane Doe', table: 'AzureActivity', applications: [declaredApplication], quietMinutes: 60 };
const parameters: { readonly [check: string]: object } = {
  'audit-consoles': { consoles: [portal, { ...portal, table: 'SigninLogs' }] },
  'monitoring-coverage': {
    monitors: ['security', 'performance', 'availability'].map((kind, index) => ({
      name: kind,
      kind,
      owner: 'Jane Doe',
      table: ['SigninLogs', 'AzureActivity', 'AuditLogs'][index],
      everyMinutes: 60,
    })),
  },
  'hosting-regions': { allowed: ['westeurope', 'northeurope', 'global'] },
  'firewall-policy': { ownSubscriptions: estate.subscriptions.map(({ id }) => id) },
  'network-peerings': { ownSubscriptions: estate.subscriptions.map(({ id }) => id) },
};

type Row = Readonly<Record<string, unknown>>;
type Facts = Readonly<Record<string, unknown>>;

/** What a check needs besides the row of its subject. */
function logsFor(check: Check): readonly Facts[] {
  const kinds = Object.keys(check.needs).filter((kind) => kind !== 'resource');
  if (kinds.length === 0) return [noLogs];
  return fc.sample(fc.record(Object.fromEntries(kinds.map((kind) => [kind, logFacts[kind] ?? fc.constant(null)]))), drawn);
}

const moment = /^\d{4}-\d{2}-\d{2}T/;

function rowOf(resource: EstateResource): Row {
  return { ...resource, subscriptionId: resourceFromId(resource.id)?.subscription };
}

/** The subscriptions themselves are no rows of the estate. */
function subscriptionRows(type: string): readonly EstateResource[] {
  if (type !== subscriptionType) return [];
  return estate.subscriptions.map(({ id, name, state }) => ({ id: `/subscriptions/${id}`, name, type, properties: { state } }));
}

/** Every text of a value in another casing; names of members stay, and so do times and faults, which are ours. */
function recase(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return moment.test(value) ? value : change(value);
  if (Array.isArray(value)) return value.map((one) => recase(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'fault' ? one : recase(one, change)]));
}

function relatedRows(check: Check): { readonly [name: string]: readonly Row[] } {
  return Object.fromEntries(
    Object.entries(check.related ?? {}).map(([name, { type }]) => [name, (byType.get(type) ?? []).slice(0, 4).map(rowOf)]),
  );
}

describe.each(checks)('$id', ({ id, check }) => {
  const { resources } = check.subjects as ResourceSelector;
  const rows = resources.flatMap((type) => (byType.get(type) ?? subscriptionRows(type)).slice(0, 3));
  if (rows.length === 0) throw new Error(`the estate has no row for ${id}`);
  const judge = (row: Row, related = relatedRows(check), logs = noLogs) => {
    const subject = resourceFromId(String(row['id']));
    if (subject === null) throw new Error(`${JSON.stringify(row['id'])} is no id`);
    const facts = { ...logs, resource: row };
    return judgeAll(check, facts, { subject, related, parameters: parameters[id] ?? {}, asOf: new Date(nowMs).toISOString() });
  };
  const verdicts = (row: Row, related = relatedRows(check), logs = noLogs) =>
    judge(row, related, logs).map(({ interpretation, status, ...rest }) => [interpretation, status, 'reason' in rest ? rest.reason : null]);
  const cases = rows.map(rowOf).flatMap((row) => logsFor(check).map((logs) => ({ row, logs })));

  test('judges each interpretation once, the same each time', () => {
    for (const { row, logs } of cases) {
      const judged = judge(row, relatedRows(check), logs);
      expect(judged.map(({ interpretation }) => interpretation).sort()).toEqual([...interpretationsOf(check)].sort());
      expect(judge(row, relatedRows(check), logs)).toEqual(judged);
    }
  });

  test('the casing of ids, types and values changes nothing', () => {
    for (const { row, logs } of cases) {
      for (const change of [(text: string) => text.toUpperCase(), (text: string) => text.toLowerCase()]) {
        const other = recase(row, change) as Row;
        const related = recase(relatedRows(check), change) as { readonly [name: string]: readonly Row[] };
        const otherLogs = recase(logs, change) as Facts;
        expect(verdicts(other, related, otherLogs), String(row['id'])).toEqual(verdicts(row, relatedRows(check), logs));
      }
    }
  });

  if (check.related === undefined) return;
  test('the order of related rows changes nothing', () => {
    const [row] = rows.map(rowOf);
    if (row === undefined) throw new Error(`the estate has no row for ${id}`);
    const [logs] = logsFor(check);
    const related = relatedRows(check);
    const shuffled = fc.record(
      Object.fromEntries(Object.entries(related).map(([name, all]) => [name, fc.shuffledSubarray([...all], { minLength: all.length })])),
    );
    fc.assert(
      fc.property(shuffled, (other) => {
        expect(verdicts(row, other, logs)).toEqual(verdicts(row, related, logs));
      }),
    );
  });
});
