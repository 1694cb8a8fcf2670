import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Its exit code, or the signal that ended it. */
export type DaemonEnd = number | NodeJS.Signals;

/** The unchanged daemon as a child process. */
export interface RunningDaemon {
  /** Resolves when the process ended by itself or was stopped. */
  readonly ended: Promise<DaemonEnd>;
  /** The last lines that it wrote on stdout and stderr, oldest first. */
  lastLines(): readonly string[];
  /** SIGTERM, and SIGKILL where it has not ended after `patienceMs`. */
  stop(patienceMs: number): Promise<DaemonEnd>;
}

export interface RestartableDaemon extends RunningDaemon {
  /** Stops it and starts it again, on the same state. */
  restart(patienceMs: number): Promise<void>;
}

/** Its end is that of the last process. */
export function makeRestartable(start: () => RunningDaemon): RestartableDaemon {
  let running = start();
  let isRestarting = false;
  const { promise: ended, resolve } = Promise.withResolvers<DaemonEnd>();
  function watch(): void {
    const { ended: its } = running;
    void its.then((end) => {
      if (!isRestarting) resolve(end);
    });
  }
  watch();
  return {
    ended,
    lastLines: () => running.lastLines(),
    stop: (patienceMs) => running.stop(patienceMs),
    async restart(patienceMs) {
      isRestarting = true;
      await running.stop(patienceMs);
      isRestarting = false;
      running = start();
      watch();
    },
  };
}

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const linesKept = 40;

export function startDaemon(configFolder: string, secrets: { readonly [name: string]: string }): RunningDaemon {
  const child = spawn(process.execPath, ['src/main.ts', 'run', '--config', configFolder], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], ...secrets },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = keepLastLines(child);
  const ended = waitForEnd(child);
  // The last net: whatever ends this process takes the daemon with it.
  const killDaemon = () => child.kill('SIGKILL');
  process.once('exit', killDaemon);
  void ended.then(() => process.off('exit', killDaemon));
  return {
    ended,
    lastLines: () => [...lines],
    async stop(patienceMs) {
      child.kill('SIGTERM');
      const lastResort = setTimeout(killDaemon, patienceMs);
      const end = await ended;
      clearTimeout(lastResort);
      return end;
    },
  };
}

async function waitForEnd(child: ChildProcess): Promise<DaemonEnd> {
  const [code, signal]: (number | NodeJS.Signals | null)[] = await once(child, 'exit');
  return code ?? signal ?? 'SIGKILL';
}

function keepLastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
    });
  }
  return lines;
}
