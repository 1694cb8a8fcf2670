import type { Register } from '../../src/domain/claim.ts';

/** What one sentence of the policy is mapped to. */
export interface MappedSentence {
  readonly sentence: string;
  readonly claims: readonly string[];
  /** Quotes of the closed list. */
  readonly notTestable: readonly string[];
  /** Words that no quote covers: a promise that nobody registered. */
  readonly uncovered: readonly string[];
}

/** The file from the heading line "Security Policy" on. */
export function securityPolicyOf(file: string): string {
  const start = file.search(/^Security Policy$/m);
  if (start < 0) throw new Error('the heading line "Security Policy" is not there');
  return file.slice(start);
}

export function privacyPolicyOf(file: string): string {
  return file.slice(0, file.length - securityPolicyOf(file).length);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A heading is a sentence too. The stop of the name ("Cloud Shopstoresync. is") ends none where a small letter follows. */
const sentenceEnd = /(?<=[.!?])(?<!\b(?:Cloud|All) Shopstoresync\.(?=[ \t]+\p{Ll}))[ \t]+|\r?\n/u;

function sentenceSpans(text: string): readonly Span[] {
  let start = 0;
  const spans: Span[] = [];
  for (const end of text.matchAll(new RegExp(sentenceEnd, 'gu'))) {
    spans.push({ start, end: end.index });
    start = end.index + end[0].length;
  }
  spans.push({ start, end: text.length });
  return spans.filter((span) => text.slice(span.start, span.end).trim() !== '');
}

export function splitSentences(text: string): readonly string[] {
  return sentenceSpans(text).map(({ start, end }) => text.slice(start, end));
}

/** Every sentence of the text with the quotes that lie over it. */
export function mapSentences(text: string, register: Register): readonly MappedSentence[] {
  const claimSpans = register.claims.flatMap(({ id, quotes }) =>
    quotes.flatMap((quote) => spansOf(quote, text).map((span) => ({ ...span, name: id }))),
  );
  const closedSpans = register.notTestable.flatMap(({ quote }) => spansOf(quote, text).map((span) => ({ ...span, name: quote })));
  const quoted = [...claimSpans, ...closedSpans];
  return sentenceSpans(text).map((sentence) => ({
    sentence: text.slice(sentence.start, sentence.end),
    claims: namesWithin(claimSpans, sentence),
    notTestable: namesWithin(closedSpans, sentence),
    uncovered: wordSpans(text, sentence)
      .filter((word) => !quoted.some((span) => span.start <= word.start && word.end <= span.end))
      .map((word) => text.slice(word.start, word.end)),
  }));
}

export function unmappedSentences(text: string, register: Register): readonly string[] {
  return mapSentences(text, register)
    .filter(({ uncovered }) => uncovered.length > 0)
    .map(({ sentence }) => sentence);
}

/** Quotes that the text does not hold to the letter, as whole words. */
export function missingQuotes(text: string, quotes: readonly string[]): readonly string[] {
  return quotes.filter((quote) => spansOf(quote, text).length === 0);
}

function namesWithin(spans: readonly (Span & { readonly name: string })[], sentence: Span): readonly string[] {
  const within = spans.filter((span) => span.start < sentence.end && sentence.start < span.end);
  return [...new Set(within.map(({ name }) => name))];
}

function wordSpans(text: string, { start, end }: Span): readonly Span[] {
  return [...text.slice(start, end).matchAll(/[\p{L}\p{N}]+/gu)].map((word) => ({
    start: start + word.index,
    end: start + word.index + word[0].length,
  }));
}

function spansOf(quote: string, text: string): readonly Span[] {
  const spans: Span[] = [];
  for (let start = text.indexOf(quote); start >= 0; start = text.indexOf(quote, start + 1)) {
    const end = start + quote.length;
    const isWhole =
      !/[\p{L}\p{N}]{2}/u.test(text.slice(Math.max(0, start - 1), start + 1)) && !/[\p{L}\p{N}]{2}/u.test(text.slice(end - 1, end + 1));
    if (isWhole) spans.push({ start, end });
  }
  return spans;
}
