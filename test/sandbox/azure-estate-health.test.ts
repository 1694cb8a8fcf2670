import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Estate, openEstate } from '../../sandbox/azure/estate.ts';
import { estateParameters } from '../../sandbox/azure/estate-parameters.ts';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { prod } from '../../sandbox/azure/network-places.ts';
import type { Check } from '../../src/domain/check.ts';
import type { Judgement } from '../../src/domain/finding.ts';
import type { Json } from '../../src/domain/json.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';
import { exposureDerivation } from '../../src/network/exposure-derivation.ts';
import { judgeAll } from '../support/judge.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
/** They need the census and how types are sorted, which only a look and the configuration give. */
const sorting = ['hosting-inventory', 'encryption-coverage', 'backup-coverage', 'https-coverage'];

/** The loader tells them which subscriptions are ours. */
const knowsOurOwn = ['network-peerings', 'firewall-policy'];

const files = readdirSync(new URL('../../src/checks/', import.meta.url)).map((file) => file.replace('.ts', ''));
const loaded: readonly (readonly [id: string, check: Check])[] = await Promise.all(
  files.map(async (id): Promise<readonly [string, Check]> => [id, (await import(`../../src/checks/${id}.ts`)).check]),
);
const kinds = ['resource', ...Object.keys(exposureDerivation.brings)];
const checks = loaded.filter(
  ([id, { subjects, needs }]) =>
    subjects !== 'endpoint' && !sorting.includes(id) && Object.keys(needs).every((kind) => kinds.includes(kind)),
);

/** A row as Resource Graph gives it. */
function rowOf(resource: EstateResource): object {
  const parentId = resource.type.split('/').length > 2 ? resource.id.split('/').slice(0, -2).join('/').toLowerCase() : null;
  return { ...resource, subscriptionId: resourceFromId(resource.id)?.subscription, parentId };
}

function memberOf(row: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (value as { readonly [step: string]: unknown } | undefined)?.[step], row);
}

/** Facts that follow from many rows, by the kinds that a check needs. */
function deriveFacts(estate: Estate): (check: Check, subject: string) => { readonly [kind: string]: unknown } {
  const model = exposureDerivation.create({});
  const rows = [...estate.all()].map((row) => ({ id: row.id.toLowerCase(), type: row.type.toLowerCase(), row: row as unknown as Json }));
  model.update(
    rows.filter(({ type }) => type in exposureDerivation.reads),
    [],
  );
  return ({ needs }, subject) =>
    Object.fromEntries(
      Object.keys(needs)
        .filter((kind) => kind !== 'resource')
        .map((kind) => [kind, model.factOf(kind, subject)]),
    );
}

/** What the checks that rows can answer say of all resources: `check interpretation status`, and how many say so. */
function judgeEstate(estate: Estate): readonly { readonly check: string; readonly subject: string; readonly judgement: Judgement }[] {
  const accounts = estate.subscriptions.map(({ id, name, state }) => ({
    ...{ id: `/subscriptions/${id}`, name, type: 'microsoft.resources/subscriptions', properties: { state } },
  }));
  const byType = Map.groupBy([...accounts, ...estate.all()], ({ type }) => type.toLowerCase());
  const derivedOf = deriveFacts(estate);
  const ownSubscriptions = estate.subscriptions.map(({ id }) => id);
  return checks.flatMap(([id, check]) => {
    const types = check.subjects === 'endpoint' ? [] : check.subjects.resources;
    return types.flatMap((type) =>
      (byType.get(type) ?? []).flatMap((resource) => {
        const subject = resourceFromId(resource.id);
        if (subject === null) throw new Error(resource.id);
        const related = Object.entries(check.related ?? {}).map(([name, join]) => {
          const key = join.by === 'subscriptionId' ? subject.subscription : subject.id;
          const rows = (byType.get(join.type) ?? []).map(rowOf).filter((row) => String(memberOf(row, join.by)).toLowerCase() === key);
          return [name, rows] as const;
        });
        const options = {
          subject,
          related: Object.fromEntries(related),
          parameters: { ...estateParameters[id], ...(knowsOurOwn.includes(id) ? { ownSubscriptions } : {}) },
          asOf: new Date(nowMs).toISOString(),
        };
        return judgeAll(check, { resource: rowOf(resource), ...derivedOf(check, subject.id) }, options).map((judgement) => ({
          check: id,
          subject: subject.id,
          judgement,
        }));
      }),
    );
  });
}

/** What a row cannot say is unknown as `unsupported`; anything else but pass is a fault of the estate. */
function faultsOf(estate: Estate): readonly string[] {
  return judgeEstate(estate)
    .filter(({ judgement }) => judgement.status === 'fail' || (judgement.status === 'unknown' && judgement.reason !== 'unsupported'))
    .map(({ check, subject, judgement }) => `${check} ${judgement.interpretation} ${judgement.status} ${subject} ${judgement.observed}`);
}

test.each([
  ['written', 0],
  ['generated', 3_000],
])('no check finds anything wrong with the %s estate', async (_what, resources) => {
  expect(faultsOf(await openEstate({ resources, nowMs }))).toEqual([]);
});

describe('each mutation that a row can show turns its checks, in the interpretations of its claims, and no others', () => {
  const seen = Object.entries(mutations).filter(([, each]) => each.checks.some((id) => checks.some(([known]) => known === id)));
  test.each(seen)('%s', async (name, { checks: expected, claims, verdict }) => {
    const estate = await openEstate({ nowMs });
    const before = new Map(
      judgeEstate(estate).map(({ check, subject, judgement }) => [`${check} ${judgement.interpretation} ${subject}`, judgement.status]),
    );
    estate.mutate(name);
    const turns = judgeEstate(estate).filter(
      ({ check, subject, judgement }) => judgement.status !== (before.get(`${check} ${judgement.interpretation} ${subject}`) ?? 'pass'),
    );
    expect(new Set(turns.map(({ check }) => check))).toEqual(new Set(expected));
    expect(new Set(turns.map(({ judgement }) => judgement.status))).toEqual(new Set([verdict]));
    const served = new Set(Object.values(claims).flat());
    expect(new Set(turns.map(({ judgement }) => judgement.interpretation))).toEqual(served);
  });
});

test('a port that is opened where no way in leads turns nothing', async () => {
  const estate = await openEstate({ nowMs });
  const group = estate.get(prod('networkSecurityGroups/nsg-vnet-prod-weu-data'));
  if (group === undefined) throw new Error('the group is gone');
  const ends = {
    protocol: 'Tcp',
    sourceAddressPrefix: '*',
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '22',
  };
  const rule = { name: 'ssh', properties: { access: 'Allow', direction: 'Inbound', priority: 105, ...ends } };
  estate.put({ ...group, properties: { securityRules: [rule] } });
  expect(faultsOf(estate)).toEqual([]);
});
