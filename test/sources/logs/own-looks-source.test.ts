import { expect, it } from 'vitest';
import type { LookRequest, Observation } from '../../../src/domain/look.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import { createOwnLooksSource } from '../../../src/sources/logs/own-looks-source.ts';

const workspaces = ['a', 'b'].flatMap(
  (name) => resourceFromId(`/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/${name}`) ?? [],
);

async function look(ownLooks?: LookRequest['ownLooks']): Promise<readonly Observation[]> {
  const request: LookRequest = {
    subjects: workspaces,
    options: {},
    ...(ownLooks === undefined ? {} : { ownLooks }),
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 2,
    subjectDeadlineMs: 1_000,
    signal: new AbortController().signal,
  };
  const found: Observation[] = [];
  for await (const observation of createOwnLooksSource().look(request)) found.push(observation);
  return found;
}

it('tells of each workspace how completely we looked', async () => {
  const ownLooks = {
    from: '2026-11-23T08:00:00.000Z',
    to: '2026-11-24T08:00:00.000Z',
    looks: [{ name: 'tls', due: 288, done: 287, late: 1 }],
  };
  expect(await look(ownLooks)).toEqual(workspaces.map((subject) => ({ subject, seen: { 'own-looks': { fact: ownLooks } } })));
});

it('nothing is kept: a fault, and no empty list', async () => {
  for (const { seen } of await look()) expect(seen['own-looks']).toMatchObject({ fault: { code: 'unsupported' } });
});
