import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import fc from 'fast-check';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html, markupOf, visibleText } from '../../src/reporters/reports/html.ts';
import type { Report } from '../../src/reporters/reports/report.ts';
import { renderReport } from '../../src/reporters/reports/report-page.ts';
import { bigReport } from '../support/big-report.ts';
import { findChromium, holdRequests, startChromium } from '../support/chromium.ts';
import { exampleReport } from '../support/example-report.ts';
import { anyTexts, withTexts } from '../support/report-with-texts.ts';

const chromium = findChromium();

describe.skipIf(chromium === null)('the page in a browser (needs chromium)', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-page-'));
    browser = await startChromium(chromium ?? '');
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(report: Report, name = 'report.html'): Promise<void> {
    const file = join(folder, name);
    writeFileSync(file, renderReport(report));
    await page.goto(pathToFileURL(file).href);
  }

  test.each(['screen', 'print'] as const)('axe finds nothing on %s', async (media) => {
    await page.emulateMediaType(media);
    await page.setViewport({ width: 1_280, height: 900 });
    await open(exampleReport);
    expect(await findBarriers(page)).toEqual([]);
    await page.emulateMediaType('screen');
  });

  test('axe finds nothing on a small screen, where tables scroll by themselves and the page does not', async () => {
    await page.setViewport({ width: 400, height: 800 });
    await open(exampleReport);
    expect(await findBarriers(page)).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
  });

  test('axe would find a barrier', async () => {
    await open(exampleReport);
    await page.evaluate('document.documentElement.removeAttribute("lang")');
    expect(await findBarriers(page)).toEqual(['html-has-lang']);
  });

  test.each([
    ['A4', 794 - 106],
    ['Letter', 816 - 106],
  ])('fits on %s', async (_name, width) => {
    await page.emulateMediaType('print');
    await page.setViewport({ width, height: 1_000 });
    await open(exampleReport);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    const pdf = await page.pdf({ format: _name === 'A4' ? 'A4' : 'Letter' });
    expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMediaType('screen');
  });

  test('nothing leaves the page, and nothing in it runs', async () => {
    const watched = await browser.newPage();
    const asked = await holdRequests(watched);
    const said: string[] = [];
    watched.on('console', (message) => said.push(message.text()));
    watched.on('dialog', (dialog) => {
      said.push(dialog.message());
      void dialog.dismiss();
    });
    const file = join(folder, 'watched.html');
    writeFileSync(file, renderReport(exampleReport));
    await watched.goto(pathToFileURL(file).href, { waitUntil: 'networkidle0' });
    await watched.pdf();
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(said).toEqual([]);
    expect(await watched.evaluate('document.scripts.length')).toBe(0);
    await watched.close();
  });

  test('any text in an element and in an attribute is read back as it was', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), 400);
    const hostile = ['"><b x="', "'><b x='", '</p><b>', '<!--', '&lt;b&gt;', '&#60;b&#62;', '\r\n', '\u0000', '`${1}`', ']]>', '\ud800'];
    const all = [...texts, ...hostile, ...hostile.flatMap((one) => hostile.map((other) => one + other))];
    const markups = all.map((text) => markupOf(html`<p title="${text}">${text}</p>`));
    const read = (await page.evaluate(`(${readParagraphs})(${JSON.stringify(markups)})`)) as readonly unknown[];
    expect(read).toEqual(
      all.map((text) => ({ children: 1, inner: 0, attributes: ['title'], title: visibleText(text), text: visibleText(text) })),
    );
  });

  test('the page has the same elements and attributes whatever stands in its fields', async () => {
    const shape = await shapeOf(page, renderReport(exampleReport));
    expect(shape.elements.length).toBeGreaterThan(500);
    await fc.assert(
      fc.asyncProperty(anyTexts, async (texts) => {
        const { report, put } = withTexts(exampleReport, texts);
        const changed = await shapeOf(page, renderReport(report));
        expect(changed.elements).toEqual(shape.elements);
        const missing = [...put].filter((text) => !changed.text.includes(visibleText(text)));
        expect(missing).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('a report with more in it than anybody reads is laid out in seconds', async () => {
    await page.setViewport({ width: 1_280, height: 900 });
    const beganMs = performance.now();
    await open(bigReport);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    expect(performance.now() - beganMs).toBeLessThan(30_000);
  });
});

/** Rules that find something; each with nothing to answer. */
async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return (await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')) as readonly string[];
}

/** Pixels by which the page is wider than its window. */
async function overhang(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number;
}

/** Runs in the browser. */
const readParagraphs = `(markups) => markups.map((markup) => {
  const { body } = new DOMParser().parseFromString(markup, 'text/html');
  const p = body.firstElementChild;
  return { children: body.childNodes.length, inner: p.children.length, attributes: p.getAttributeNames(), title: p.getAttribute('title'), text: p.textContent };
})`;

interface Shape {
  readonly elements: readonly string[];
  readonly text: string;
}

async function shapeOf(page: Page, markup: string): Promise<Shape> {
  const read = `(markup) => {
    const parsed = new DOMParser().parseFromString(markup, 'text/html');
    const elements = [...parsed.querySelectorAll('*')].map((element) => [element.localName, ...element.getAttributeNames()].join(' '));
    return { elements, text: parsed.documentElement.textContent };
  }`;
  return (await page.evaluate(`(${read})(${JSON.stringify(markup)})`)) as Shape;
}
