import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkPicture } from '../../src/domain/network-picture.ts';
import { pictureOf } from '../../src/network/network-picture.ts';
import { networkBody } from '../../src/reporters/network/network-body.ts';
import { networkSvg } from '../../src/reporters/network/network-svg.ts';
import { networkPage, networkPagePolicy } from '../../src/reporters/web/network-page.ts';
import { findChromium, holdRequests, startChromium } from '../support/chromium.ts';
import { examplePicture, threeHundred } from '../support/pictured-network.ts';

const chromium = findChromium();
const { subjects, allow } = threeHundred();
const big = pictureOf({ subjects, allowFor: () => allow, unlisted: [] });

/** Texts that reach over the right edge of the innermost box around where they begin, or over the picture's; and those that lie on one another. */
const measure = `(() => {
  const texts = [...document.querySelectorAll('.network text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  const boxes = [...document.querySelectorAll('.network rect:not(.ground), svg.network')].map((rect) => rect.getBoundingClientRect());
  const holds = (box, { left, top, bottom }) => box.left <= left && left <= box.right && box.top <= (top + bottom) / 2 && (top + bottom) / 2 <= box.bottom;
  const beyond = texts.filter(({ box }) => {
    const around = boxes.filter((one) => holds(one, box)).sort((a, b) => a.width - b.width)[0];
    return around === undefined || box.right > around.right + 0.5;
  });
  const ordered = texts.filter(({ box }) => box.width > 0).sort((a, b) => a.box.top - b.box.top);
  const covering = ordered.filter(({ box }, index) => ordered.slice(index + 1, index + 12).some((other) =>
    other.box.top < box.bottom - 3 && other.box.left < box.right && box.left < other.box.right));
  return { count: texts.length, beyond: beyond.map(({ text }) => text), covering: covering.map(({ text }) => text) };
})()`;

interface Measured {
  readonly count: number;
  readonly beyond: readonly string[];
  readonly covering: readonly string[];
}

describe.skipIf(chromium === null)('the picture in a browser (needs chromium)', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'network-'));
    browser = await startChromium(chromium ?? '');
    page = await browser.newPage();
    await page.setViewport({ width: 1_280, height: 900 });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(name: string, text: string): Promise<void> {
    writeFileSync(join(folder, name), text);
    await page.goto(pathToFileURL(join(folder, name)).href);
  }
  const pageOf = (picture: NetworkPicture) =>
    networkPage({ dataAsOf: '2026-11-24T08:00:00.000Z', isStale: true, body: networkBody(picture) });

  test.each([
    ['an example', examplePicture()],
    ['300 interfaces', big],
  ])('every text of %s has room, and covers no other', async (_name, picture) => {
    await open('network.svg', networkSvg(picture));
    const { count, beyond, covering } = (await page.evaluate(measure)) as Measured;
    expect(count).toBeGreaterThan(40);
    expect({ beyond, covering }).toEqual({ beyond: [], covering: [] });
  });

  test('a text without room would be found', async () => {
    await open('network.svg', networkSvg(examplePicture()));
    await page.evaluate(`document.querySelector('.network .way .strong').textContent = 'W'.repeat(80)`);
    const { beyond, covering } = (await page.evaluate(measure)) as Measured;
    expect([beyond.length, covering.length]).not.toContain(0);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the page where it is %s', async (scheme) => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await open('network.html', pageOf(examplePicture()));
    await page.evaluate(axe.source);
    const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as axe.AxeResults;
    expect(found.violations.map(({ id }) => id)).toEqual([]);
  });

  test('each tone differs from its ground, in light and in dark', async () => {
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await open('network.svg', networkSvg(examplePicture()));
      const colours = (await page.evaluate(
        `['.ground', '.outside .head', '.allowed .head', '.unsure .head', '.strong'].map((name) => getComputedStyle(document.querySelector(name)).fill)`,
      )) as readonly string[];
      const [ground = '', ...others] = colours;
      for (const one of others) expect(contrast(ground, one)).toBeGreaterThan(4.5);
    }
  });

  test('on a small screen the picture scrolls, and the page does not', async () => {
    await page.setViewport({ width: 400, height: 800 });
    await open('network.html', pageOf(big));
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.setViewport({ width: 1_280, height: 900 });
  });

  test('nothing is asked of anybody, and the style passes its own policy', async () => {
    const own = await browser.newPage();
    const complaints: string[] = [];
    own.on('console', (message) => complaints.push(message.text()));
    const policy = `<meta http-equiv="Content-Security-Policy" content="${networkPagePolicy.replace(/; frame-ancestors.*/, '')}">`;
    const file = join(folder, 'policy.html');
    writeFileSync(file, pageOf(examplePicture()).replace('<meta charset="utf-8">', `<meta charset="utf-8">${policy}`));
    const asked = await holdRequests(own);
    await own.goto(pathToFileURL(file).href);
    expect(asked).toHaveLength(1);
    expect(complaints).toEqual([]);
    expect(await own.evaluate(`getComputedStyle(document.querySelector('.network .outside')).color`)).toBe('rgb(163, 32, 26)');
    await own.close();
  });
});

/** WCAG 2.2, relative luminance. */
function contrast(left: string, right: string): number {
  const [dark = 0, light = 0] = [left, right].map(luminance).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/\d+/g)].map(([value]) => {
    const part = Number(value) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
