import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/reporters/reports/report.ts';
import { renderReport } from '../../src/reporters/reports/report-page.ts';
import { bigReport } from '../support/big-report.ts';
import { exampleReport } from '../support/example-report.ts';
import { expectGolden } from '../support/golden.ts';
import { anyTexts, withTexts } from '../support/report-with-texts.ts';

const page = renderReport(exampleReport);
// A text may end a line with a space of its own: a matter of style.
const validator = new HtmlValidate({ root: true, extends: ['html-validate:recommended'], rules: { 'no-trailing-whitespace': 'off' } });

async function mistakesOf(markup: string): Promise<readonly string[]> {
  const { results } = await validator.validateString(markup);
  return results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`));
}

const bare: Report = {
  ...exampleReport,
  control: 'CC6.7',
  evidence: { runs: 0, firstRun: null, lastRun: null, entries: 0 },
  claims: [],
  notTestable: [],
  population: { ...exampleReport.population, subjects: [], outOfScope: [], smallest: null, largest: null },
  checks: [],
  waivers: [],
  changes: [],
  limits: [],
};

describe('the page', () => {
  test('reads as it did', () => {
    expectGolden('report.html', page);
  });

  test('is the same for the same report', () => {
    expect(renderReport(structuredClone(exampleReport))).toBe(page);
  });

  test.each([
    ['everything', exampleReport],
    ['nothing', bare],
  ])('is valid with %s in it', async (_name, report) => {
    expect(await mistakesOf(renderReport(report))).toEqual([]);
  });

  test('is valid whatever text stands in its fields', async () => {
    await fc.assert(
      fc.asyncProperty(anyTexts, async (texts) => {
        expect(await mistakesOf(renderReport(withTexts(exampleReport, texts).report))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test.each(['\n', ' \n ', '\t', ''])('is valid where each text is %j', async (text) => {
    expect(await mistakesOf(renderReport(withTexts(exampleReport, [text]).report))).toEqual([]);
  });

  test('the validator would find a mistake', async () => {
    expect(await mistakesOf(page.replace('<h3 ', '<h5 '))).not.toEqual([]);
    expect(await mistakesOf(page.replace('</main>', ''))).not.toEqual([]);
  });

  test('holds no script and no address of anything to load', () => {
    const withoutText = page.replaceAll(/>[^<]*/g, '>');
    expect(withoutText).not.toMatch(/<(?:script|img|link|iframe|object|embed|base|form)\b|\bon[a-z]+=|\bsrc=|https?:|@import/i);
    expect([...withoutText.matchAll(/\b(?:href|xlink:href)="([^"]*)"/g)].filter(([, target]) => target?.startsWith('#') !== true)).toEqual(
      [],
    );
    expect(page.match(/url\([^)]*\)/g)?.every((target) => target.startsWith('url(#'))).toBe(true);
  });

  test('every link leads to a place of the page', () => {
    const places = new Set([...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id));
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((target) => !places.has(target))).toEqual([]);
  });

  test('has its sections in order', () => {
    const titles = [...page.matchAll(/<h2 id="[^"]*">([^<]*)</g)].map(([, title]) => title);
    expect(titles).toEqual([
      'Contents',
      '1. Result',
      '2. Scope and population',
      '3. Claims',
      '4. Deviations',
      '5. Gaps',
      '6. What the Internet can reach',
      '7. Accepted risks',
      '8. Changes in the period',
      '9. Method',
      '10. Sentences that are not testable',
      '11. Limits',
      '12. Sign-off',
      '13. Glossary',
    ]);
  });

  test('says that nothing is known where nothing was measured', () => {
    const text = renderReport(bare);
    expect(text).toContain('no run ended within the period');
    expect(text).toContain('nothing was watched, and so nothing is known');
    expect(text).toContain('control CC6.7 only');
    expect(text).toContain('No check ran, so nothing at all was measured.');
    expect(text).not.toMatch(/every check measured|no risk was accepted|stayed as they were/);
  });
});

describe('what the page never says', () => {
  const claim = exampleReport.claims[1];
  const own = claim?.interpretations[1];
  if (claim === undefined || own?.numbers == null) throw new Error('the example has lost its passing claim');
  const whole = own.numbers;
  const almost: Report = {
    ...exampleReport,
    checks: [],
    claims: [
      {
        ...claim,
        interpretations: [{ ...own, numbers: { ...own.numbers, passMs: own.numbers.periodMs - 1, failMs: 1, strict: 1, measured: 1 } }],
      },
    ],
  };

  test('100 % of what failed for a millisecond', () => {
    const text = renderReport(almost);
    expect(text).toContain('No failures were measured in 99.99\u00a0% of the period');
    expect(text).not.toContain('Strict 100');
  });

  test('a pass of a claim that is checked in part, in its own words', () => {
    const row = /<tbody>\s*<tr>\s*<th scope="rowgroup"[\s\S]*?<\/tbody>/.exec(page)?.[0] ?? '';
    expect(row).toContain('checked in part');
    expect(row).toContain('status unknown');
    expect(row).not.toContain('status pass');
  });

  test('that no failures were measured, in words, where nothing passed', () => {
    const numbers = { ...whole, passMs: 0, failMs: whole.periodMs, waivedMs: 0, notMeasuredMs: 0, strict: 0, measured: 0 };
    const text = renderReport({ ...almost, claims: [{ ...claim, interpretations: [{ ...own, numbers: { ...numbers, coverage: 1 } }] }] });
    expect(text).toContain('No part of the period was measured and passed.');
    expect(text).not.toContain('No failures were measured');
  });

  test('that no failure was noted where nothing was measured', () => {
    const blind = page.slice(page.indexOf('id="intent-hostile"'), page.indexOf('id="deviations"'));
    expect(blind).toContain('Nothing was measured in the period.');
    expect(blind).toContain('none could be noted, because nothing was measured');
    expect(blind).not.toContain('No failures were measured');
  });

  test('no numbers of what no check serves', () => {
    expect(page).toContain('<td colspan="6" class="quiet">not measured: no check serves it</td>');
    expect(page).toContain('<td colspan="6" class="quiet">not testable</td>');
  });
});

describe('a report with more in it than anybody reads', () => {
  const beganMs = performance.now();
  const big = renderReport(bigReport);
  const tookMs = performance.now() - beganMs;

  test('takes seconds at most, and few megabytes', () => {
    expect(tookMs).toBeLessThan(10_000);
    expect(Buffer.byteLength(big)).toBeLessThan(6_000_000);
  });

  test('says how many lines it leaves out', () => {
    expect(big).toContain('800 more failures are not printed here');
    expect(big).toContain('9,980 more failures are not printed here');
    expect(big).toContain('more gaps are not printed here');
  });
});
