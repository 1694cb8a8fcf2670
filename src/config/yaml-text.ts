import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import type { Path } from './path.ts';

/** Where something stands in a text, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlMistake extends Place {
  readonly message: string;
  readonly remedy: string;
}

export interface YamlText {
  /** Plain JSON, aliases and merges expanded; undefined where there are mistakes. */
  readonly value: unknown;
  readonly mistakes: readonly YamlMistake[];
  /** Of the value at a path (of its key with `key`), else of the nearest thing above that is there. */
  placeOf(path: Path, part: 'key' | 'value'): Place;
}

/** Enough for anchors that people write; a file that expands without end is refused. */
const maxAliasCount = 100;

export function parseYamlText(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, stringKeys: true, logLevel: 'error' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (path: Path, part: 'key' | 'value'): Place => placeAt(offsetOf(document, path, part));
  const mistakes = withoutConsequences(document).map((error) => ({ ...placeAt(error.pos[0]), ...describeMistake(error) }));
  if (mistakes.length > 0) return { value: undefined, mistakes, placeOf };
  const expanded = expand(document);
  if ('mistake' in expanded) return { value: undefined, mistakes: [{ ...placeAt(firstAlias(document)), ...expanded.mistake }], placeOf };
  return { value: expanded.value, mistakes, placeOf };
}

/** After the first break in the structure the rest is misread; a key that stands twice or a tag breaks nothing. */
function withoutConsequences(document: Document): readonly YAMLError[] {
  const all: readonly YAMLError[] = [...document.errors, ...document.warnings];
  const breaking = all.filter(({ code }) => code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED');
  return breaking.length === 0 ? all : breaking.slice(0, 1);
}

/** The first alias without anchor, else the first of all. */
function firstAlias(document: Document): number {
  const found: { readonly offset: number; readonly isResolved: boolean }[] = [];
  visit(document, {
    Alias: (_key, alias) => void found.push({ offset: alias.range?.[0] ?? 0, isResolved: alias.resolve(document) !== undefined }),
  });
  return (found.find(({ isResolved }) => !isResolved) ?? found[0])?.offset ?? 0;
}

type Mistake = Pick<YamlMistake, 'message' | 'remedy'>;

/** The library throws a ReferenceError for an alias without anchor and for one that multiplies without end. */
function expand(document: Document): { readonly value: unknown } | { readonly mistake: Mistake } {
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    if (!isCircular(value, [])) return { value };
    return { mistake: { message: 'an alias stands inside its own anchor', remedy: 'write the value out instead of the alias' } };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    if (error.message.startsWith('Unresolved alias')) {
      return { mistake: { message: 'an alias has no anchor before it', remedy: 'write the anchor (&name) above its alias (*name)' } };
    }
    return { mistake: { message: `the aliases expand to more than ${maxAliasCount} copies`, remedy: 'write the values out' } };
  }
}

function isCircular(value: unknown, above: readonly unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.includes(value)) return true;
  return Object.values(value).some((part) => isCircular(part, [...above, value]));
}

/** The library's own messages may quote the text, which may hold a secret: ours never do. */
const mistakes: Partial<Record<YAMLError['code'], Mistake>> = {
  DUPLICATE_KEY: { message: 'this key stands here twice', remedy: 'remove one of the two' },
  TAB_AS_INDENT: { message: 'a tab is used as indentation', remedy: 'indent with spaces' },
  MULTIPLE_DOCS: { message: 'the file holds more than one YAML document', remedy: 'keep one and remove the line "---" before the next' },
  NON_STRING_KEY: { message: 'a key is not text', remedy: 'write a plain word before the colon' },
  TAG_RESOLVE_FAILED: { message: 'a tag (!name) means nothing here', remedy: 'remove the tag' },
  BAD_DQ_ESCAPE: {
    message: 'a backslash in double quotes begins no known escape',
    remedy: 'use single quotes, or write the backslash twice',
  },
  MISSING_CHAR: { message: 'a quote or a bracket is not closed', remedy: 'close it' },
  BLOCK_AS_IMPLICIT_KEY: { message: 'two colons stand on one line', remedy: 'put the value in quotes' },
};

function describeMistake(error: YAMLError): Mistake {
  const code = error.code.toLowerCase().replaceAll('_', ' ');
  return (
    mistakes[error.code] ?? {
      message: `this is not YAML (${code})`,
      remedy: 'look at indentation, quotes and brackets here and on the line before',
    }
  );
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  let node = resolveAlias(document, document.contents);
  let offset = 0;
  for (const [index, segment] of path.entries()) {
    const found = childOf(node, segment);
    if (found === null) return offset;
    const isLast = index === path.length - 1;
    offset = (isLast && part === 'value' ? found.value?.range?.[0] : undefined) ?? found.offset;
    node = resolveAlias(document, found.value);
  }
  return offset;
}

interface Child {
  /** Of the key, or of the item of a list. */
  readonly offset: number;
  readonly value: Node | null;
}

function childOf(node: Node | null, segment: string | number): Child | null {
  if (isSeq<Node>(node) && typeof segment === 'number') {
    const item = node.items[segment];
    return item === undefined ? null : { offset: item.range?.[0] ?? 0, value: item };
  }
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
  return pair === undefined ? null : { offset: pair.key.range?.[0] ?? 0, value: pair.value };
}

function resolveAlias(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}
