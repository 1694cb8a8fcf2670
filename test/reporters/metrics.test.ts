import { describe, expect, test } from 'vitest';
import { failingSubjectsShown } from '../../src/reporters/metrics/status-series.ts';
import type { FixedState } from '../support/fixed-store.ts';
import { fixedStore } from '../support/fixed-store.ts';
import { expectGolden } from '../support/golden.ts';
import { failOf, metricsOf, nowMs, observeSomething, runOf, someState, statusOf } from './metrics-fixtures.ts';

const ownLines = (body: string): string =>
  `${body
    .split('\n')
    .filter((line) => line.includes('claimwatch_'))
    .join('\n')}\n`;

/** Series that are not 0, without the prefix. */
async function shown(state: FixedState, name: string, now?: () => number): Promise<readonly string[]> {
  const { body } = await metricsOf(state, now).render();
  return body.split('\n').filter((line) => line.startsWith(`claimwatch_${name}{`) && !line.endsWith(' 0'));
}

describe('metrics', () => {
  test('the whole exposition, as machines read it', async () => {
    const metrics = metricsOf(someState);
    observeSomething(metrics);
    expectGolden('metrics.txt', ownLines((await metrics.render()).body));
  });

  test('a store that is empty: every claim with a check is unknown, nothing passes', async () => {
    const lines = [...(await shown({}, 'claim_status')), ...(await shown({}, 'check_status'))];
    expect(lines).toContain('claimwatch_claim_status{claim="https-everywhere",interpretation="intent",status="unknown"} 1');
    expect(lines).toContain('claimwatch_check_status{check="tls-versions",interpretation="intent",status="unknown"} 1');
    expect(lines.filter((line) => line.includes('"pass"'))).toEqual([]);
  });

  test('exactly one status of each claim, check and interpretation is 1', async () => {
    const { body } = await metricsOf(someState).render();
    const lines = body.split('\n').filter((line) => /^claimwatch_(claim|check)_status\{/.test(line));
    const sums = Map.groupBy(lines, (line) => line.replace(/,status=.*/, ''));
    expect(sums.size).toBe(3 * 2 + 4);
    for (const own of sums.values()) expect(own.filter((line) => line.endsWith(' 1')).length).toBe(1);
  });

  test('a pass becomes unknown while nothing but time passes; a fail stays', async () => {
    let now = nowMs;
    const state = {
      ...someState,
      statuses: [statusOf('tls-versions', 'intent', { pass: 3 }, 0), statusOf('https-redirect', 'intent', { fail: 1 }, 0)],
    };
    const metrics = metricsOf(state, () => now);
    const statuses = async () =>
      (await metrics.render()).body.split('\n').filter((line) => line.startsWith('claimwatch_check_status{') && line.endsWith(' 1'));
    const failing = 'claimwatch_check_status{check="https-redirect",interpretation="intent",status="fail"} 1';
    now = nowMs + 300_000;
    expect(await statuses()).toContain('claimwatch_check_status{check="tls-versions",interpretation="intent",status="pass"} 1');
    expect(await statuses()).toContain(failing);
    now = nowMs + 300_001;
    expect(await statuses()).toContain('claimwatch_check_status{check="tls-versions",interpretation="intent",status="unknown"} 1');
    expect(await statuses()).toContain(failing);
  });

  test('what is gone from the store is gone from the next scrape', async () => {
    const state = { ...someState };
    const metrics = metricsOf(state);
    expect((await metrics.render()).body).toContain('claimwatch_failing_subject_info{check="https-redirect"');
    expect((await metrics.render()).body).toContain('claimwatch_outbox_pending{receiver="former"} 2');
    state.statuses = [statusOf('https-redirect', 'intent', { pass: 2 }, 0, 3)];
    state.outbox = [];
    const { body } = await metrics.render();
    expect(body).not.toContain('claimwatch_failing_subject_info{');
    expect(body).not.toContain('receiver="former"');
  });

  test('a newer run replaces the failing subjects of the one before', async () => {
    const state = { ...someState };
    const metrics = metricsOf(state);
    await metrics.render();
    state.statuses = [statusOf('https-redirect', 'intent', { fail: 1 }, 0, 3)];
    state.runs = [runOf(3, 'https-redirect')];
    state.findings = { 3: [failOf('new.example.com:443', 'intent')] };
    const { body } = await metrics.render();
    expect(body).toContain('subject="new.example.com:443"} 1');
    expect(body).not.toContain('shop.example.com');
  });

  test.each([failingSubjectsShown, failingSubjectsShown + 1, failingSubjectsShown * 3])('%i failing subjects', async (count) => {
    const failing = Array.from({ length: count }, (_, index) => failOf(`host-${index}.example.com:443`, 'intent'));
    const state = {
      statuses: [statusOf('https-redirect', 'intent', { fail: count }, 0)],
      runs: [runOf(1, 'https-redirect')],
      findings: { 1: failing },
    };
    expect((await shown(state, 'failing_subject_info')).length).toBe(failingSubjectsShown);
    const left = count - failingSubjectsShown;
    expect(await shown(state, 'failing_subjects_truncated')).toEqual(
      left === 0 ? [] : [`claimwatch_failing_subjects_truncated{check="https-redirect"} ${left}`],
    );
  });

  test('subject names cannot break the format', async () => {
    const state = {
      statuses: [statusOf('https-redirect', 'intent', { fail: 1 }, 0)],
      runs: [runOf(1, 'https-redirect')],
      findings: { 1: [failOf('a"b\\c\nd', 'intent')] },
    };
    expect(await shown(state, 'failing_subject_info')).toEqual([
      String.raw`claimwatch_failing_subject_info{check="https-redirect",interpretation="intent",subject="a\"b\\c\nd"} 1`,
    ]);
  });

  test('a store that cannot be read fails the scrape instead of showing what once was', async () => {
    let isBroken = false;
    const store = {
      ...fixedStore(someState),
      statuses: async () => (isBroken ? Promise.reject(new Error('disk gone')) : (someState.statuses ?? [])),
    };
    const metrics = metricsOf({}, () => nowMs, { store });
    await metrics.render();
    isBroken = true;
    await expect(metrics.render()).rejects.toThrow('disk gone');
  });

  test('a run that the status stands on and that is missing fails the scrape', async () => {
    await expect(metricsOf({ statuses: [statusOf('https-redirect', 'intent', { fail: 1 }, 0, 9)] }).render()).rejects.toThrow('run 9');
  });

  test('nothing of a receiver but its name is told', async () => {
    const { body } = await metricsOf(someState).render();
    expect(body).not.toMatch(/hooks\.example|whsec/);
  });

  test('a clock that was set back during a look or a run counts as no time', async () => {
    const metrics = metricsOf({});
    metrics.runEnded({ ...runOf(1, 'https-redirect'), startedAt: '2026-11-24T08:00:01.000Z', finishedAt: '2026-11-24T08:00:00.000Z' });
    expect((await metrics.render()).body).toContain('claimwatch_run_duration_seconds_sum 0');
  });
});
