import { expect, test } from 'vitest';
import { z } from 'zod';
import { check as canary } from '../../src/checks/audit-canary.ts';
import { check as storage } from '../../src/checks/encryption-storage.ts';
import { check as versions } from '../../src/checks/tls-versions.ts';
import { judgeEmptyPopulation, wholePopulation } from '../../src/engine/judge-empty-population.ts';

const observed = z.object({ status: z.literal('unknown'), subject: z.literal(wholePopulation), observed: z.string() });
const seen = (check: Parameters<typeof judgeEmptyPopulation>[0]) =>
  judgeEmptyPopulation(check).map((finding) => observed.parse(finding).observed);

test('who is chosen by a look may be there and not be chosen, and that is said', () => {
  expect(seen(canary)).toEqual([
    'no resource of the type microsoft.operationalinsights/workspaces is configured or was found, or none is chosen for canary',
  ]);
});

test.each([
  ['resources', storage],
  ['endpoints', versions],
])('%s that are all looked at are not there', (_what, check) => {
  for (const text of seen(check)) expect(text).toMatch(/is configured or was found$/);
});
