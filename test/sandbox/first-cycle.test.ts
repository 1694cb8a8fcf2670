import { expect, it } from 'vitest';
import { type Expected, hasRunEverywhere, hasSettled } from '../../sandbox/first-cycle.ts';
import type { Sample } from '../../sandbox/metrics-text.ts';

const expected: Expected = {
  checks: ['tls', 'literal-only', 'disks'],
  endpointChecks: ['tls', 'literal-only'],
  endpointCount: 3,
  silentCount: 1,
};

function samplesOf(check: string, interpretation: string, { pass = 0, unknown = 0 }): readonly Sample[] {
  return Object.entries({ pass, unknown }).map(([status, value]) => ({
    name: 'claimwatch_check_findings',
    labels: { check, interpretation, status },
    value,
  }));
}

const literalOnly = samplesOf('literal-only', 'literal', { pass: 3 });
const disks = samplesOf('disks', 'intent', { pass: 7 });

it.each([
  ['all are judged, one will never answer', { pass: 2, unknown: 1 }, disks, true, true],
  ['one more is unknown', { pass: 1, unknown: 2 }, disks, true, false],
  ['an endpoint is missing', { pass: 2 }, disks, false, false],
  ['there is one too many', { pass: 4 }, disks, false, false],
  ['a check of resources has judged nothing', { pass: 3 }, samplesOf('disks', 'intent', {}), false, false],
  ['a check is missing', { pass: 3 }, [], false, false],
])('%s', (_what, tls, others, hasRun, isSettled) => {
  const samples = [...samplesOf('tls', 'intent', tls), ...samplesOf('tls', 'literal', { unknown: 3 }), ...literalOnly, ...others];
  expect([hasRunEverywhere(samples, expected), hasSettled(samples, expected)]).toEqual([hasRun, isSettled]);
});
