import { expect, test } from 'vitest';
import { createSeenApplications } from '../../src/logs/seen-applications.ts';

const portal = { id: 'AAAA', name: 'Azure Portal', resource: 'Azure Resource Manager' };
const renamed = { ...portal, id: 'aaaa', name: 'Portal' };
const mail = { ...portal, resource: 'Mail' };

test.each([
  [
    [
      [portal, 1],
      [renamed, 2],
      [mail, 3],
    ],
  ],
  [
    [
      [mail, 3],
      [renamed, 2],
      [portal, 1],
      [renamed, 2],
    ],
  ],
] as const)('each pair is there once, under its last name, in whatever order it was seen (%#)', (signIns) => {
  const seen = createSeenApplications();
  for (const [application, ms] of signIns) seen.add(application, ms);
  expect(seen.since(0)).toEqual([renamed, { ...mail, id: 'aaaa' }]);
  expect(seen.since(3)).toEqual([{ ...mail, id: 'aaaa' }]);
  seen.forgetBefore(3);
  expect(seen.since(0)).toEqual([{ ...mail, id: 'aaaa' }]);
});

test('of two names at one moment it is always the same', () => {
  const [one, other] = [createSeenApplications(), createSeenApplications()];
  for (const application of [portal, renamed]) one.add(application, 1);
  for (const application of [renamed, portal]) other.add(application, 1);
  expect(one.since(0)).toEqual(other.since(0));
  expect(one.since(0)).toHaveLength(1);
});
