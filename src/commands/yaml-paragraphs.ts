/*
 * A settings file as people write it: paragraphs parted by empty lines, each a key with its comments. Replacing one keeps every word of the others,
 * which no YAML writer does.
 */

/** The paragraph in which `key:` stands at the left, or is commented out. @throws Error where there is none, or more than one. */
function paragraphOf(text: string, key: string): string {
  const found = text.split('\n\n').filter((paragraph) => new RegExp(`^(# ?)?${key}:`, 'm').test(paragraph));
  const [paragraph] = found;
  if (paragraph === undefined || found.length > 1) throw new Error(`${found.length} paragraphs of the packaged settings hold ${key}`);
  return paragraph;
}

export function replaceParagraph(text: string, key: string, change: (paragraph: string) => string): string {
  const before = paragraphOf(text, key);
  return text
    .split('\n\n')
    .map((paragraph) => (paragraph === before ? change(paragraph).replace(/\n+$/, '') : paragraph))
    .join('\n\n');
}

/** Replaces the one line that begins like this. @throws Error where there is none. */
export function replaceLine(text: string, start: string, change: (line: string) => string): string {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => line.startsWith(start));
  if (index < 0) throw new Error(`no line of the packaged settings begins with ${JSON.stringify(start)}`);
  return lines.with(index, change(lines[index] ?? '')).join('\n');
}

/** Columns before comments line up, so that numbers can be read down. */
export function withComments(rows: readonly (readonly [text: string, comment: string])[], indent: string): readonly string[] {
  const width = Math.max(0, ...rows.map(([text]) => text.length));
  return rows.map(([text, comment]) => (comment === '' ? `${indent}${text}` : `${indent}${text.padEnd(width)}   # ${comment}`));
}

/** Text from outside on one line of a comment. */
export function commentText(text: string): string {
  const oneLine = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return oneLine.length > longestComment ? `${oneLine.slice(0, longestComment)}...` : oneLine;
}

const longestComment = 200;
