import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEstate } from '../../sandbox/azure/estate.ts';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import { type Check, interpretationsOf, type ResourceSelector } from '../../src/domain/check.ts';
import { resourceFromId, subscriptionType } from '../../src/domain/resource-id.ts';
import { judgeAll } from '../support/judge.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const folder = new URL('../../src/checks/', import.meta.url);
const loaded: readonly { readonly id: string; readonly check: Check }[] = await Promise.all(
  readdirSync(folder).map(async (file) => ({
    id: file.replace('.ts', ''),
    check: (await import(new URL(file, folder).href)).check as Check,
  })),
);
/** Those that a row of the estate is enough for. */
const checks = loaded.filter(({ check }) => check.subjects !== 'endpoint' && 'resource' in check.needs && !('census' in check.needs));
const estate = await openEstate({ nowMs });
const byType = Map.groupBy(estate.all(), ({ type }) => type.toLowerCase());
const parameters: { readonly [check: string]: object } = {
  'hosting-regions': { allowed: ['westeurope', 'northeurope', 'global'] },
  'firewall-policy': { ownSubscriptions: estate.subscriptions.map(({ id }) => id) },
  'network-peerings': { ownSubscriptions: estate.subscriptions.map(({ id }) => id) },
};

type Row = Readonly<Record<string, unknown>>;

function rowOf(resource: EstateResource): Row {
  return { ...resource, subscriptionId: resourceFromId(resource.id)?.subscription };
}

/** The subscriptions themselves are no rows of the estate. */
function subscriptionRows(type: string): readonly EstateResource[] {
  if (type !== subscriptionType) return [];
  return estate.subscriptions.map(({ id, name, state }) => ({ id: `/subscriptions/${id}`, name, type, properties: { state } }));
}

/** Every text of a value in another casing; names of members stay. */
function recase(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => recase(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, recase(one, change)]));
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
  const judge = (row: Row, related = relatedRows(check)) => {
    const subject = resourceFromId(String(row['id']));
    if (subject === null) throw new Error(`${JSON.stringify(row['id'])} is no id`);
    return judgeAll(check, { resource: row }, { subject, related, parameters: parameters[id] ?? {}, asOf: new Date(nowMs).toISOString() });
  };
  const verdicts = (row: Row, related = relatedRows(check)) =>
    judge(row, related).map(({ interpretation, status, ...rest }) => [interpretation, status, 'reason' in rest ? rest.reason : null]);

  test('judges each interpretation once, the same each time', () => {
    for (const row of rows.map(rowOf)) {
      const judged = judge(row);
      expect(judged.map(({ interpretation }) => interpretation).sort()).toEqual([...interpretationsOf(check)].sort());
      expect(judge(row)).toEqual(judged);
    }
  });

  test('the casing of ids, types and values changes nothing', () => {
    for (const row of rows.map(rowOf)) {
      for (const change of [(text: string) => text.toUpperCase(), (text: string) => text.toLowerCase()]) {
        const other = recase(row, change) as Row;
        const related = recase(relatedRows(check), change) as { readonly [name: string]: readonly Row[] };
        expect(verdicts(other, related), String(row['id'])).toEqual(verdicts(row));
      }
    }
  });

  if (check.related === undefined) return;
  test('the order of related rows changes nothing', () => {
    const [row] = rows.map(rowOf);
    if (row === undefined) throw new Error(`the estate has no row for ${id}`);
    const related = relatedRows(check);
    const shuffled = fc.record(
      Object.fromEntries(Object.entries(related).map(([name, all]) => [name, fc.shuffledSubarray([...all], { minLength: all.length })])),
    );
    fc.assert(
      fc.property(shuffled, (other) => {
        expect(verdicts(row, other)).toEqual(verdicts(row));
      }),
    );
  });
});
