import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, joined, markupOf, visibleText } from '../../src/reporters/reports/html.ts';

/** What a browser makes of text that holds no tag. */
function readBack(markup: string): string {
  const signs = new Map([
    ['&amp;', '&'],
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&quot;', '"'],
    ['&#39;', "'"],
  ]);
  return markup.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => signs.get(entity) ?? '');
}

/** Text with the signs that markup, attributes and eyes stumble over. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", '=', '`', '/', '-', '!', ']', '\n', '\t', '\r', ' '),
    fc.constantFrom(
      '\u0000',
      '\u001b',
      '\u0085',
      '\u00ad',
      '\u061c',
      '\u200b',
      '\u200f',
      '\u2028',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\ufffe',
      '\ud800',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('<script>', '</td>', '&lt;', '&#x27;', '<!--', '-->'),
  ),
});

describe('html', () => {
  test('text from outside stays text, and reads back as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const markup = markupOf(html`${text}`);
        expect(markup).not.toMatch(/[<>"']/);
        expect(readBack(markup)).toBe(visibleText(text));
      }),
    );
  });

  test('markup, lists, numbers and nothing', () => {
    const inner = html`<b>${'<'}</b>`;
    expect(markupOf(html`<p class="${'a"b'}">${inner}${[1, 'x', null, [inner]]}</p>`)).toBe(
      '<p class="a&quot;b"><b>&lt;</b>1x<b>&lt;</b></p>',
    );
    expect(markupOf(joined(['a', inner, 'c'], ', '))).toBe('a, <b>&lt;</b>, c');
    expect(markupOf(joined([], ', '))).toBe('');
  });

  test('text that was escaped once is escaped again as text, never taken for markup', () => {
    expect(markupOf(html`${markupOf(html`<b>`)}`)).toBe('&lt;b&gt;');
  });

  test('an attribute without quotes is refused', () => {
    expect(() => html`<p class=${'x'}></p>`).toThrow('without quotes');
  });
});

describe('visibleText', () => {
  test.each([
    ['plain, ü 漢 🙂 “quoted” •', 'plain, ü 漢 🙂 “quoted” •'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['\u0000', '[U+0000]'],
    ['a\rb', 'a[U+000D]b'],
    ['\u001b[31m', '[U+001B][31m'],
    ['\u009f', '[U+009F]'],
    ['\u00a0', '\u00a0'],
    ['txt.\u202egnp', 'txt.[U+202E]gnp'],
    ['\u2066x\u2069', '[U+2066]x[U+2069]'],
    ['shop\u200b.example', 'shop[U+200B].example'],
    ['\u2028', '[U+2028]'],
    ['\ufeff', '[U+FEFF]'],
    ['\uffff', '[U+FFFF]'],
    ['\u{1fffe}', '[U+1FFFE]'],
    ['\ud83d', '[U+D83D]'],
    ['\u{e0041}', '[U+E0041]'],
  ])('%j reads %j', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });
});
