import { styleText } from 'node:util';

/** Where the demo speaks: lines that stay, and on a terminal a live part below them that is drawn anew. */
export interface Screen {
  readonly isLive: boolean;
  /** How wide a line may be. */
  readonly columns: number;
  readonly rows: number;
  /** A line that stays. */
  say(line: string): void;
  /** Replaces the live part; nothing where there is no terminal. */
  draw(lines: readonly string[]): void;
  /** Leaves the live part where it stands; what is said from here on comes below. */
  settle(): void;
  paint(style: Style, text: string): string;
}

export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** What is used of `process.stdout`. */
export type ScreenOutput = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly rows?: number; readonly columns?: number };

/** Without automatic wrapping a long line is cut by the terminal, so that a line drawn is always one row to erase. */
const withoutWrapping = { on: '\u001b[?7l', off: '\u001b[?7h' };

const usualRows = 24;
const usualColumns = 100;
const fewestColumns = 60;

export function makeScreen(output: ScreenOutput): Screen {
  const isLive = output.isTTY === true;
  let drawn: readonly string[] = [];

  function erase(): void {
    if (drawn.length > 0) output.write(`\u001b[${drawn.length}A\u001b[0J`);
  }
  function redraw(): void {
    if (drawn.length > 0) output.write(`${withoutWrapping.on}${drawn.join('\n')}\n${withoutWrapping.off}`);
  }
  return {
    isLive,
    columns: Math.max(output.columns ?? usualColumns, fewestColumns),
    rows: output.rows ?? usualRows,
    say(line) {
      erase();
      output.write(`${line}\n`);
      redraw();
    },
    draw(lines) {
      if (!isLive) return;
      erase();
      // What scrolled out of the window cannot be erased.
      drawn = lines.slice(0, Math.max((output.rows ?? usualRows) - 1, 1));
      redraw();
    },
    settle() {
      drawn = [];
    },
    paint: (style, text) => (isLive ? styleText(style, text, { stream: output }) : text),
  };
}
