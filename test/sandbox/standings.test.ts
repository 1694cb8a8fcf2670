import { describe, expect, it } from 'vitest';
import { parseMetrics } from '../../sandbox/metrics-text.ts';
import { type Standing, standingOf } from '../../sandbox/standings.ts';

const endpoint = { name: 'good', subject: 'good.shop.test:1' } as const;
const other = 'expired.shop.test:1';

describe('metrics text', () => {
  it('reads names, labels and values', () => {
    const text = [
      '# HELP a_b Some "help" {x="y"} 3',
      '# TYPE a_b gauge',
      'a_b{x="q\\"u\\\\o\\nte",y="}, z=\\"1\\""} 1.5e3',
      'bare +Inf',
      '',
    ].join('\n');
    expect(parseMetrics(text)).toEqual([
      { name: 'a_b', labels: { x: 'q"u\\o\nte', y: '}, z="1"' }, value: 1500 },
      { name: 'bare', labels: {}, value: Number.POSITIVE_INFINITY },
    ]);
  });
});

describe('how an endpoint stands under a check', () => {
  it.each<[string, Partial<Standing>, string]>([
    ['no run yet', { counts: counts({}), because: 'no-run' }, 'pending'],
    ['everybody passes', { counts: counts({ pass: 3 }) }, 'pass'],
    ['another one fails', { counts: counts({ pass: 2, fail: 1 }), findings: [{ subject: other, status: 'fail' }] }, 'pass'],
    ['it fails', { counts: counts({ pass: 2, fail: 1 }), findings: [{ subject: endpoint.subject, status: 'fail' }] }, 'fail'],
    ['it is waived', { counts: counts({ pass: 2, waived: 1 }), findings: [{ subject: endpoint.subject, status: 'waived' }] }, 'waived'],
    ['the data is too old', { counts: counts({ unknown: 3 }), because: 'stale' }, 'unknown'],
    ['fewer were judged than there are', { counts: counts({ pass: 2 }) }, 'unknown'],
    ['more is unknown than is named', { counts: counts({ pass: 2, unknown: 1 }) }, 'unknown'],
  ])('%s', (_what, given, expected) => {
    const { checks } = standingOf(endpoint, [standing(given)], 3);
    expect(Object.entries(checks).filter(([, ids]) => ids.length > 0)).toEqual([[expected, ['tls-versions']]]);
  });

  it('is told by the intent', () => {
    const literal = standing({
      interpretation: 'literal',
      findings: [{ subject: endpoint.subject, status: 'fail' }],
      counts: counts({ fail: 1, pass: 2 }),
    });
    expect(standingOf(endpoint, [literal, standing({ counts: counts({ pass: 3 }) })], 3).checks).toMatchObject({
      fail: [],
      pass: ['tls-versions'],
    });
  });
});

function standing(given: Partial<Standing>): Standing {
  return { check: 'tls-versions', interpretation: 'intent', because: null, counts: counts({}), findings: [], ...given };
}

function counts(given: Partial<Standing['counts']>): Standing['counts'] {
  return { pass: 0, fail: 0, unknown: 0, waived: 0, ...given };
}
