import { describe, expect, test } from 'vitest';
import type { Interpretation, Standing } from '../../src/domain/claim.ts';
import type { Response } from '../../src/domain/finding.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { checks, failOf, lookOf, metricsOf, nowMs, plan, runOf, statusOf } from './metrics-fixtures.ts';

const active: Plan = { ...plan, mode: { kind: 'active', signed: { by: 'Jane Doe', on: '2026-11-24' } } };

/** `https-everywhere` as this plan's register calls it. */
function withStanding(given: Plan, interpretation: Interpretation, standing: Standing): Plan {
  const claims = given.register.claims.map((claim) => (claim.id === 'https-everywhere' ? { ...claim, [interpretation]: standing } : claim));
  return { ...given, register: { ...given.register, claims } };
}

const defect: Standing = { kind: 'text-defect', defect: 'no such thing', betterWording: 'better' };
const untestable: Standing = { kind: 'not-testable', reason: 'no measure' };

async function alertsLine(given: Plan, interpretation: Interpretation, failing: readonly Response[] = []): Promise<string | undefined> {
  const state = {
    statuses: [statusOf('https-redirect', interpretation, { fail: failing.length }, 0)],
    runs: [runOf(1, 'https-redirect')],
    findings: { 1: failing.map((response, index) => failOf(`host-${index}:443`, interpretation, response)) },
  };
  const { body } = await metricsOf(state, () => nowMs, { plan: given }).render();
  return body
    .split('\n')
    .find((line) => line.startsWith(`claimwatch_check_alerts{check="https-redirect",interpretation="${interpretation}"`))
    ?.replace(/.*response="(\w+)",standing="([\w-]+)"\}/, '$1 $2');
}

describe('whether people are told of a check', () => {
  test.each([
    ['binds, active', active, 'literal', 'ticket binding 1'],
    ['binds, observe', plan, 'literal', 'ticket binding 0'],
    ['a text defect', withStanding(active, 'literal', defect), 'literal', 'ticket text-defect 0'],
    ['the intent beside a text defect', withStanding(active, 'literal', defect), 'intent', 'ticket binding 1'],
    ['not testable', withStanding(active, 'intent', untestable), 'intent', 'ticket not-testable 0'],
  ] as const)('%s', async (_name, given, interpretation, expected) => {
    expect(await alertsLine(given, interpretation)).toBe(expected);
    expect(await alertsLine(given, interpretation, ['ticket'])).toBe(expected);
  });

  test.each([
    [['report'], 'report binding 1'],
    [['report', 'ticket'], 'ticket binding 1'],
    [['ticket', 'page', 'report'], 'page binding 1'],
  ] as const)('of failures that ask for %j: the gravest', async (failing, expected) => {
    expect(await alertsLine(active, 'intent', failing)).toBe(expected);
  });

  test('the gravest of another interpretation or check is not taken', async () => {
    const state = {
      statuses: [
        statusOf('https-redirect', 'literal', { fail: 1 }, 0),
        statusOf('https-redirect', 'intent', { fail: 1 }, 0),
        statusOf('tls-versions', 'intent', { fail: 1 }, 0, 2),
      ],
      runs: [runOf(1, 'https-redirect'), runOf(2, 'tls-versions')],
      findings: { 1: [failOf('a:443', 'literal', 'page'), failOf('a:443', 'intent', 'report')], 2: [failOf('a:443', 'intent', 'ticket')] },
    };
    const { body } = await metricsOf(state, () => nowMs, { plan: active }).render();
    const lines = body.split('\n').filter((line) => line.startsWith('claimwatch_check_alerts{'));
    expect(lines.map((line) => line.replace(/.*check="([\w-]+)",interpretation="(\w+)",response="(\w+)".*/, '$1 $2 $3'))).toEqual([
      'https-redirect literal page',
      'https-redirect intent report',
      'tls-versions intent ticket',
      'tls-profile intent ticket',
    ]);
  });
});

describe('what is left out and accepted', () => {
  test('a waiver is there while it is in force, to the millisecond', async () => {
    const [waiver] = plan.waivers;
    if (waiver === undefined) throw new Error('expected a waiver');
    const linesAt = async (now: number): Promise<readonly string[]> => {
      const { body } = await metricsOf({}, () => now).render();
      return body.split('\n').filter((line) => line.startsWith('claimwatch_waiver_end_timestamp_seconds{waiver="w1"'));
    };
    const endMs = Date.parse(waiver.until);
    const line = `claimwatch_waiver_end_timestamp_seconds{waiver="w1",check="https-redirect"} ${endMs / 1000}`;
    expect(await linesAt(Date.parse(waiver.from) - 1)).toEqual([]);
    expect(await linesAt(Date.parse(waiver.from))).toEqual([line]);
    expect(await linesAt(endMs - 1)).toEqual([line]);
    expect(await linesAt(endMs)).toEqual([]);
  });
});

test('25 claims and 60 checks stay below 2,000 series', async () => {
  const [claim] = plan.register.claims;
  const [checkPlan] = plan.checks;
  if (claim === undefined || checkPlan === undefined) throw new Error('expected a claim and a check');
  const ids = Array.from({ length: 60 }, (_, index) => `check-${index}`);
  const claims = Array.from({ length: 25 }, (_, index) => ({ ...claim, id: `claim-${index}` }));
  const template = checks.get('https-redirect');
  if (template === undefined) throw new Error('expected a check');
  const large: Plan = {
    ...active,
    register: { claims, notTestable: [] },
    looks: ['tls', 'http', 'https', 'dns'].flatMap((name) => plan.looks.slice(0, 1).map((look) => ({ ...look, name }))),
    checks: ids.map((id) => ({ ...checkPlan, id })),
  };
  // Where literal and intent are the same, a check judges one of them: here every fourth.
  const served = (index: number) => ({
    claim: `claim-${index % 25}`,
    interpretations: index % 4 === 0 ? (['intent'] as const) : (['literal', 'intent'] as const),
  });
  const metrics = metricsOf({}, () => nowMs, {
    plan: large,
    checks: new Map(ids.map((id, index) => [id, { ...template, claims: [served(index)] }])),
  });
  for (const { name } of large.looks) {
    metrics.lookEnded(lookOf(name, 10, 0), {
      phaseSeconds: { resolve: [1], connect: [1], handshake: [1], answer: [1] },
      faults: {},
      measures: {},
      metered: [],
    });
  }
  const { body } = await metrics.render();
  const series = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(series.length).toBeGreaterThan(1_500);
  expect(series.length).toBeLessThan(2_000);
});
