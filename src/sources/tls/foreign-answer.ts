import type { HelloAnswer } from './hello.ts';

/** Reads what a peer says that does not speak TLS, up to the end of its first line. */
export interface ForeignReader {
  /** Null: more has to come. */
  push(chunk: Buffer): HelloAnswer | null;
  end(): HelloAnswer;
}

const mostLineBytes = 80;
const leastTextBytes = 3;

export function createForeignReader(): ForeignReader {
  let line = '';
  return {
    push: (chunk) => {
      line += chunk.toString('latin1', 0, mostLineBytes + 1);
      const isWhole = line.includes('\n') || line.length > mostLineBytes || !startsAsText(line);
      return isWhole ? asForeign(line) : null;
    },
    end: () => asForeign(line),
  };
}

function startsAsText(line: string): boolean {
  return /^[\x20-\x7e]*$/.test(line.slice(0, leastTextBytes));
}

function asForeign(start: string): HelloAnswer {
  return { kind: 'foreign', firstLine: readFirstLine(start) };
}

/** The status line of HTTP, or only the first word of anything else, which may go on with a date. Null where it is no text. */
function readFirstLine(start: string): string | null {
  const [line = ''] = start.split(/\r?\n/, 1);
  if (line.length < leastTextBytes || !startsAsText(line)) return null;
  const text = line.slice(0, mostLineBytes).replace(/[^\x20-\x7e]/g, '?');
  return /^HTTP\/\d/.test(text) ? text.trimEnd() : (text.split(' ').find((word) => word !== '') ?? null);
}
