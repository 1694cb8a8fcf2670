import { expect, onTestFinished, test } from 'vitest';
import { exposureMutations } from '../../sandbox/azure/exposure-mutations.ts';
import { logArmMutations } from '../../sandbox/azure/log-arm-mutations.ts';
import { logMutations } from '../../sandbox/azure/log-mutations.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { networkMutations } from '../../sandbox/azure/network-mutations.ts';
import { type DnsName, startDnsServer } from '../../sandbox/dns-server.ts';
import { findingLines, startAzureWorld } from '../support/azure-world.ts';
import { expectGolden } from '../support/golden.ts';
import { claimsOf, expectedClaims, statusesOf, walkMutation } from '../support/walk-mutation.ts';

/** One public name is no resource: what is said of it rests on a look at DNS, which comes after the one that finds the name. */
const ofEndpoints = ['foreign-endpoint'];
/** In halves, since the estate's backups are no older than a day in neither. */
const networkNames = Object.keys({ ...exposureMutations, ...networkMutations }).toSorted(
  (a, b) => Number(isUntold(b)) - Number(isUntold(a)),
);
const logNames = Object.keys({ ...logMutations, ...logArmMutations });
const otherNames = Object.keys(mutations).filter((name) => ![...ofEndpoints, ...networkNames, ...logNames].includes(name));

function isUntold(name: string): boolean {
  return mutations[name]?.isUntold === true;
}

test.each([
  ['resources', otherNames, 'azure-mutations.txt'],
  ['the network', networkNames, 'network-mutations.txt'],
])(
  'each mutation of %s turns exactly its checks and claims, is told, and its undoing ends it',
  async (_what, names, golden) => {
    const world = await startAzureWorld();
    await world.looks(4);
    expect((await world.picture()).fails).toEqual([]);
    const table: string[] = [];
    for (const name of names) table.push(...(await walkMutation(world, name)));
    expectGolden(golden, `${table.join('\n')}\n`);
    expect(world.running.defects).toEqual([]);
  },
  120_000,
);

test('no check is without a mutation', async () => {
  const { checks } = await startAzureWorld({ resolver: '127.0.0.1:9', logs: true });
  const turned = new Set(Object.values(mutations).flatMap((mutation) => mutation.checks));
  expect([...checks.keys()].filter((id) => !turned.has(id))).toEqual([]);
});

test('a public name that leads elsewhere turns its check, is told, and its removal ends it', async () => {
  const records: Record<string, DnsName> = { 'shopstoresync.status-pages.example': { a: ['203.0.113.9'] } };
  const dns = await startDnsServer(records);
  onTestFinished(() => dns.close());
  const world = await startAzureWorld({ resolver: dns.address });
  await world.look();
  const found = Object.keys(await world.running.store().factMap(await world.latest())).filter((id) => !id.startsWith('/'));
  for (const id of found) records[id.slice(0, id.lastIndexOf(':'))] = { a: ['192.0.2.10'] };
  records['status.shopstoresync.example'] = { cname: 'shopstoresync.status-pages.example' };
  const before = await world.looks(3);
  expect(found.length).toBeGreaterThan(5);
  expect(before.statuses.get('hosting-endpoints literal')).toBe('pass');
  const mutation = world.estate.mutate('foreign-endpoint');
  const after = await world.looks(2);
  expect(statusesOf(after)).toEqual({ ...statusesOf(before), 'hosting-endpoints literal': 'fail' });
  expect(claimsOf(after)).toEqual(expectedClaims(before, mutation));
  expect(after.fails.map(({ key, failing }) => [key, failing.map(({ subject }) => subject)])).toEqual([
    ['fail:hosting-endpoints:literal', ['status.shopstoresync.example:443']],
  ]);
  world.estate.undo('foreign-endpoint');
  expect(findingLines(await world.looks(2))).toEqual(findingLines(before));
  expect((await world.picture()).fails).toEqual([]);
});
