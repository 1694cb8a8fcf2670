import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkPicture } from '../../src/domain/network-picture.ts';
import { pictureOf } from '../../src/network/network-picture.ts';
import { networkBody } from '../../src/reporters/network/network-body.ts';
import { networkDrawings, networkSvg } from '../../src/reporters/network/network-svg.ts';
import { type Box, columns, layOut, pictureWidth } from '../../src/reporters/network/picture-layout.ts';
import { partsOf } from '../../src/reporters/network/picture-parts.ts';
import { shortenEnd, shortenMiddle, widthOf, wrap } from '../../src/reporters/network/text-width.ts';
import { markupOf } from '../../src/reporters/reports/html.ts';
import { arbitraryPicture } from '../support/arbitrary-picture.ts';
import { expectGolden } from '../support/golden.ts';
import { entryOf, examplePicture, exposedBy, pictured, reachOf, threeHundred, unknownBecause } from '../support/pictured-network.ts';
import { findMalformed } from '../support/well-formed.ts';

const big = ((): NetworkPicture => {
  const { subjects, allow } = threeHundred();
  return pictureOf({ subjects, allowFor: () => allow, unlisted: [] });
})();
const nothing: NetworkPicture = pictureOf({ subjects: [], allowFor: () => [], unlisted: [] });
const quiet = pictureOf({
  subjects: [pictured('a', 'net / web'), pictured('b', 'net / web', { outcome: 'latent' })],
  allowFor: () => [],
  unlisted: [],
});

describe('the drawing', () => {
  it('is what it was', () => {
    expectGolden('network.svg', networkSvg(examplePicture()));
  });

  it.each<[string, NetworkPicture, string]>([
    ['nobody is there', nothing, 'No network interface was found, so nothing is known of what can be reached.'],
    ['nobody can be reached', quiet, 'Nothing of our networks can be reached from the Internet: of 2 interfaces, none.'],
    [
      'a list is not complete',
      { ...quiet, unlisted: ['subscription 1'] },
      'No way in is known, but interfaces may be missing: nothing can be said of the whole.',
    ],
    [
      'one cannot be known',
      pictureOf({ subjects: [pictured('a', 'n / s', unknownBecause('?'))], allowFor: () => [], unlisted: [] }),
      '1 way in that cannot be known.',
    ],
    [
      'one is exposed',
      pictureOf({
        subjects: [pictured('a', 'n / s', exposedBy(reachOf(entryOf('public-ip', 'p', '203.0.113.1'), '22')))],
        allowFor: () => [],
        unlisted: [],
      }),
      '1 way in outside the allow-list.',
    ],
    ['there are 300', big, '30 ways in outside the allow-list, 5 that cannot be known, 35 on the allow-list.'],
  ])('says it where %s', (_name, picture, sentence) => {
    const svg = networkSvg(picture);
    expect(svg).toContain(`<text class="headline" x="0" y="18">${sentence.slice(0, 40)}`);
    expect(svg).toContain(sentence);
    expect(svg.includes('Nothing of our networks')).toBe(picture === quiet);
    expect(findMalformed(svg)).toBeNull();
  });

  it('says by words and shapes what it says by colours', () => {
    const svg = networkSvg(examplePicture());
    for (const [tone, verdict, shape] of [
      ['outside', 'not allowed', '<path class="mark"'],
      ['unsure', 'cannot be known', '>?</text>'],
      ['allowed', 'allowed', '<path class="sign"'],
    ] as const) {
      const ways = [...svg.matchAll(/<g class="way (\w+)[^"]*">(.*?)<\/g>/g)].filter(([, own]) => own === tone);
      expect(ways.length).toBeGreaterThan(0);
      for (const [, , inner = ''] of ways) {
        expect(inner).toContain(`<tspan class="verdict">${verdict}</tspan>`);
        expect(inner).toContain(shape);
      }
    }
  });

  it('holds no script, no event and no address of anything to load, in a page not even a namespace', () => {
    const inPage = networkBody(examplePicture()).replaceAll(/>[^<]*/g, '>');
    expect(inPage).not.toMatch(/<(?:script|image|foreignObject|use|a|style)\b|\bon[a-z]+=|href=|https?:|url\(/i);
  });

  it('keeps whole names in titles', () => {
    const long = 'a-very-long-name-'.repeat(20);
    const svg = networkSvg(
      pictureOf({
        subjects: [pictured(long, 'n / s', exposedBy(reachOf(entryOf('public-ip', long, '203.0.113.1'), '22')))],
        allowFor: () => [],
        unlisted: [],
      }),
    );
    expect(svg).toContain(`<title>${long}: ${long}</title>`);
    expect(svg).toMatch(/<text class="strong"[^>]*>a-very-[a-z-]*…[a-z-]*name-<\/text>/);
  });
});

describe('any picture', () => {
  it('is well-formed, the same each time, and holds every text within its box', () => {
    fc.assert(
      fc.property(arbitraryPicture, (picture) => {
        const svg = networkSvg(picture);
        expect(findMalformed(svg)).toBeNull();
        expect(networkSvg(structuredClone(picture))).toBe(svg);
        expect(textsBeyond(svg)).toEqual([]);
        expect(findMalformed(`<body>${networkBody(picture)}</body>`)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it('has no boxes that overlap, and a row for each arrow', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryPicture, fc.constant(big)), fc.integer({ min: 0, max: 300 }), (picture, top) => {
        const { entries, subnets, ways, height } = layOut(picture, top);
        const groups = subnets.flatMap((subnet) => subnet.groups);
        for (const boxes of [entries, subnets, groups].map((list) => list.map(({ box }) => box))) expect(overlaps(boxes)).toEqual([]);
        for (const { box, groups: own } of subnets) for (const inner of own) expect(isWithin(inner.box, box)).toBe(true);
        for (const { box } of [...entries, ...subnets]) expect([box.y >= top, box.y + box.height <= height]).toEqual([true, true]);
        expect(ways).toHaveLength(picture.arrows.length);
        const rows = ways.map(({ y }) => y).sort((a, b) => a - b);
        expect(rows.every((y, index) => index === 0 || y - (rows[index - 1] ?? 0) >= 40)).toBe(true);
        for (const { y, servers } of ways) {
          const { box } = groups.find((group) => group.servers === servers) ?? { box: columns.internet as unknown as Box };
          expect(box.y < y && y < box.y + box.height).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('in parts has every arrow once, and no part is too high for its sheet', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryPicture, fc.constant(big)), fc.integer({ min: 150, max: 2_000 }), (picture, others) => {
        const parts = partsOf(picture, { first: others / 2, others });
        expect(parts.flatMap(({ arrows }) => arrows)).toHaveLength(picture.arrows.length);
        expect(new Set(parts.flatMap(({ arrows }) => arrows))).toEqual(new Set(picture.arrows));
        for (const [index, part] of parts.entries()) {
          const isAlone = part.subnets.flatMap(({ groups }) => groups).length <= 1;
          expect(isAlone || layOut(part, 0).height <= (index === 0 ? others / 2 : others)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

it('drawings of one picture share no id', () => {
  const markup = networkDrawings(big, 'net', { first: 1_100, others: 1_360 }).map(markupOf);
  expect(markup.length).toBeGreaterThan(3);
  const ids = [...markup.join('').matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('texts', () => {
  const lettering = { size: 12 };
  it('that fit stay, others are cut to what fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, width) => {
        const doesFit = widthOf(text, lettering) <= width;
        for (const short of [shortenEnd(text, width, lettering), shortenMiddle(text, width, lettering)]) {
          expect(widthOf(short, lettering)).toBeLessThanOrEqual(width);
          expect(short === text).toBe(doesFit || short === text);
        }
        if (doesFit) expect(shortenEnd(text, width, lettering)).toBe(text);
      }),
    );
  });

  it.each([
    ['web-1', 100, 'web-1'],
    ['vm-production-web-0001', 100, 'vm-pro…-0001'],
  ])('%s within %i pixels is %s', (text, width, short) => {
    expect(shortenMiddle(text, width, lettering)).toBe(short);
  });

  it('wrap at spaces, and say where more would follow', () => {
    expect(wrap('the rules of nsg-data could not be read', 100, lettering, 2)).toEqual(['the rules of', 'nsg-data coul…']);
    expect(wrap('', 100, lettering, 2)).toEqual([]);
    expect(wrap('short', 100, lettering, 1)).toEqual(['short']);
  });
});

function overlaps(boxes: readonly Box[]): readonly Box[] {
  const ordered = boxes.toSorted((a, b) => a.y - b.y);
  return ordered.filter(({ y }, index) => {
    const before = ordered[index - 1];
    return before !== undefined && before.y + before.height > y + 0.001;
  });
}

function isWithin(inner: Box, outer: Box): boolean {
  const right = inner.x + inner.width <= outer.x + outer.width;
  return right && inner.x >= outer.x && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

const sizes: { readonly [kind: string]: { readonly size: number; readonly bold?: boolean } } = {
  strong: { size: 13, bold: true },
  small: { size: 11 },
  plain: { size: 12 },
  headline: { size: 15, bold: true },
};

/** Texts that begin in a column and would end beyond it. */
function textsBeyond(svg: string): readonly string[] {
  const boxes = [columns.entries, columns.subnets, columns.groups].map(({ x, width }) => ({ x, end: x + width - 8 }));
  const ends = [...boxes, { x: columns.labels.x, end: columns.labels.x + columns.labels.width }].sort((a, b) => a.x - b.x);
  return [...svg.matchAll(/<text class="(\w+)" x="([\d.]+)" y="[\d.]+">(.*?)<\/text>/g)].flatMap(([, kind = '', x = '', inner = '']) => {
    const text = inner
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
    const start = Number(x);
    const end = ends.findLast((column) => start >= column.x)?.end ?? pictureWidth;
    return start + widthOf(text, sizes[kind] ?? { size: 12 }) > end ? [text] : [];
  });
}
