/** Markup that may stand in the page as it is. Only this file makes it, so that text from outside cannot pass for it. */
export interface Html {
  readonly [markup]: string;
}

/** Text is escaped, lists are joined, null is nothing. */
export type Content = Html | string | number | null | readonly Content[];

const markup: unique symbol = Symbol('markup');

/**
 * Markup with values in it. Every value is escaped for text and for attributes in quotes.
 * @throws Error for a value in an attribute without quotes: there a space would begin a new attribute.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) {
    if (text.endsWith('=')) throw new Error(`a value in an attribute without quotes: ${text.slice(-40)}`);
    text += markupOf(value) + (parts[index + 1] ?? '');
  }
  return { [markup]: text };
}

/** For text of ours alone: style sheets, and numbers put together. */
export function trustedMarkup(text: string): Html {
  return { [markup]: text };
}

/** Joins with something in between; html`` alone joins with nothing. */
export function joined(contents: readonly Content[], between: Content): Content {
  return contents.flatMap((content, index) => (index === 0 ? [content] : [between, content]));
}

export function markupOf(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'string') return escapeText(visibleText(content));
  if (typeof content === 'number') return String(content);
  if (isHtml(content)) return content[markup];
  return content.map(markupOf).join('');
}

function isHtml(content: Html | readonly Content[]): content is Html {
  return markup in content;
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities.get(sign) ?? '');
}

/**
 * Signs that a reader cannot see, that turn the text around or that no page may hold, as `[U+202E]`: two names that differ look different.
 * Tab and line feed stay. Control and format signs, line and paragraph separators, halves of pairs, what Unicode keeps for itself.
 */
export function visibleText(text: string): string {
  return text.replace(
    /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu,
    (sign) => `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}
