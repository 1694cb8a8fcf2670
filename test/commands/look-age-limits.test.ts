import { expect, test } from 'vitest';
import { lookAgeLimits } from '../../src/commands/look-age-limits.ts';
import { factSourcesOf } from '../../src/engine/fact-sources.ts';
import { examplePlan, lookPlan, makeFakeSource, stateCheck } from '../support/engine-fixtures.ts';

test('a look is as old as the most patient of the checks that read it allows; one that no check reads is too old at once', () => {
  const checkPlan = (id: string, maxAgeMs: number) => ({
    id,
    maxAgeMs,
    judgementDeadlineMs: 1_000,
    parameters: { defaults: {}, overrides: {} },
  });
  const plan = examplePlan({
    looks: [lookPlan('tls'), lookPlan('http'), lookPlan('dns')],
    checks: [checkPlan('hasty', 60_000), checkPlan('patient', 300_000), checkPlan('derived', 600_000), checkPlan('no-file', 900_000)],
  });
  const checks = new Map([
    ['hasty', stateCheck(['tls'])],
    ['patient', stateCheck(['tls', 'http'])],
    ['derived', stateCheck(['made-of-http'])],
  ]);
  const derivation = { kind: 'made-of-http', from: 'http', schema: stateCheck(['x']).parameters, derive: () => null };
  const sources = new Map(['tls', 'http', 'dns'].map((kind) => [kind, makeFakeSource(kind)]));
  const limits = lookAgeLimits(plan, checks, factSourcesOf(plan, sources, new Map([['made-of-http', derivation]])));
  expect(Object.fromEntries(limits)).toEqual({ tls: 300_000, http: 600_000, dns: 0 });
});
