import { describe, expect, it } from 'vitest';
import { hasRunEverywhere, statusTable } from '../../sandbox/demo-status.ts';
import { parseMetrics } from '../../sandbox/metrics-text.ts';

const names = ['good', 'expired', 'old-tls', 'short-lived', 'black-hole'] as const;
const server = { port: 1, httpPort: 2, close: async () => {} };
const endpoints = names.map((name) => ({ name, host: `${name}.shop.test`, subject: `${name}.shop.test:1`, server }));

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

describe('the table', () => {
  it.each([
    ['nothing yet', {}, 'pending pending pending pending pending'],
    ['all in order', { pass: 2, waived: 2, unknown: 1 }, 'pass waived pass waived unknown'],
    ['one fails', { pass: 1, fail: 1, waived: 2, unknown: 1, failing: ['good'] }, 'fail waived pass waived unknown'],
    ['one more is unknown', { pass: 1, waived: 2, unknown: 2 }, 'unknown waived unknown waived unknown'],
    ['a waiver does not hold', { pass: 3, waived: 1, unknown: 1 }, 'pass unknown pass unknown unknown'],
    ['a failing one that is not named', { pass: 1, fail: 1, waived: 2, unknown: 1 }, 'unknown waived unknown waived unknown'],
    ['the waived ones fail', { pass: 2, fail: 2, unknown: 1, failing: ['expired', 'short-lived'] }, 'pass fail pass fail unknown'],
  ])('%s', (_what, given, expected) => {
    expect(cellsOf(metrics(given), 'tls-certificate-expiry')).toBe(expected);
  });

  it('does not mix interpretations', () => {
    const literal = metrics({ pass: 5, failing: ['good'] }).replaceAll('intent', 'literal');
    expect(cellsOf(`${literal}\n${metrics({ pass: 2, waived: 2, unknown: 1 })}`, 'tls-certificate-expiry')).toBe(
      'pass waived pass waived unknown',
    );
  });

  it('is complete when every check has judged every endpoint', () => {
    const checks = ['tls-versions', 'tls-certificate-trust', 'tls-certificate-expiry', 'https-redirect'];
    const all = checks.map((check) => metrics({ pass: 4, unknown: 1 }).replaceAll('tls-certificate-expiry', check));
    expect(hasRunEverywhere(parseMetrics(all.join('\n')), endpoints)).toBe(true);
    expect(hasRunEverywhere(parseMetrics(all.slice(1).join('\n')), endpoints)).toBe(false);
    expect(hasRunEverywhere(parseMetrics([...all.slice(1), metrics({ pass: 4 })].join('\n')), endpoints)).toBe(false);
  });
});

interface Given {
  readonly pass?: number;
  readonly fail?: number;
  readonly unknown?: number;
  readonly waived?: number;
  readonly failing?: readonly string[];
}

function metrics({ failing = [], ...counts }: Given): string {
  const labels = 'check="tls-certificate-expiry",interpretation="intent"';
  return [
    ...Object.entries(counts).map(([status, count]) => `claimwatch_check_findings{${labels},status="${status}"} ${count}`),
    ...failing.map((name) => `claimwatch_failing_subject_info{${labels},subject="${name}.shop.test:1"} 1`),
  ].join('\n');
}

function cellsOf(text: string, check: string): string {
  const table = statusTable(parseMetrics(text), endpoints);
  const column = table.columns.indexOf(check);
  return table.rows.map(({ cells }) => cells[column]).join(' ');
}
