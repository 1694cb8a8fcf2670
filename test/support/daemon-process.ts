import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The unchanged daemon as a child process. */
export interface DaemonProcess {
  readonly pid: number | undefined;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
  /** The log so far, one object a line. */
  log(): readonly LogLine[];
  /** Resolves with the first line, past or coming, that has this message; rejects when the process ends before. */
  whenLogged(message: string): Promise<LogLine>;
  /** What stood on stderr so far. */
  complaints(): string;
}

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

export const readyMessage = 'claimwatch is ready';

/** `claimwatch run` on this folder; killed at the end of the test where it still runs. */
export function startDaemonProcess(configFolder: string, environment: { readonly [name: string]: string }): DaemonProcess {
  const child = spawn(process.execPath, ['src/main.ts', 'run', '--config', configFolder], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killAtLast = () => void child.kill('SIGKILL');
  process.once('exit', killAtLast);
  onTestFinished(killAtLast);

  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(toLogLine(line));
    for (const look of waiting) look();
  });
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    process.off('exit', killAtLast);
    return code ?? signal ?? 'unknown';
  });

  return {
    pid: child.pid,
    ended,
    kill: (signal) => void child.kill(signal),
    log: () => [...lines],
    complaints: () => complaints,
    whenLogged: (message) =>
      new Promise((resolve, reject) => {
        function look(): void {
          const found = lines.find((line) => line.msg === message);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        }
        waiting.add(look);
        look();
        void ended.then((end) => reject(new Error(`ended with ${end} before "${message}": ${complaints}`)));
      }),
  };
}

/** A line that was cut short by a kill is shown as it is. */
function toLogLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { msg: line };
  }
}
