#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { destination, pino } from 'pino';
import { runProgram } from './commands/program.ts';
import { realClock } from './commands/real-clock.ts';
import { exitCodes, type Roof, SelfFailedError, type Version } from './commands/roof.ts';
import type { Log } from './domain/ports.ts';

// The roof of the main thread: arguments, signals, exit codes, the real clock, the log.
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
    stop.abort();
  });
}

/** Written synchronously: the last lines before a kill are the ones that matter. */
function createLog(descriptor: 1 | 2, level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: descriptor, sync: true }));
}

/** A variable that is set and empty is as one that is not. */
function readLogLevel(): string {
  const wanted = process.env['CLAIMWATCH_LOG_LEVEL'] || 'info';
  const known = [...Object.keys(pino.levels.values), 'silent'];
  if (known.includes(wanted)) return wanted;
  process.stderr.write(`CLAIMWATCH_LOG_LEVEL is "${wanted}"; the levels are ${known.join(', ')}\n`);
  process.exit(exitCodes.usage);
}

async function readVersion(): Promise<Version> {
  const file = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(file) as { readonly version: string };
  return { version, revision: process.env['CLAIMWATCH_REVISION'] ?? 'unknown' };
}

const runSelf: Roof['runSelf'] = async (words, signal, onErrorLine) => {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [...process.execArgv, script, ...words], { signal, stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  createInterface(child.stderr).on('line', onErrorLine ?? ((line) => errors.push(line)));
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const [output] = await Promise.all([text(child.stdout), closed]);
  signal.throwIfAborted();
  // Exit codes below `usage` are answers.
  if (failure === null && child.exitCode !== null && child.exitCode < exitCodes.usage) return { output };
  const message = [`claimwatch ${words[0]} ended with ${child.exitCode ?? child.signalCode}`, ...errors].join('\n');
  throw new SelfFailedError(message, child.exitCode === exitCodes.usage ? exitCodes.usage : exitCodes.internal, { cause: failure });
};

/** Room for the rows of a large estate. */
const azureMb = 768;
/** What is derived of many rows leaves much behind at once: in a small nursery its collection takes half of the time (measured). */
const nurseryMb = { endpoints: 4, azure: 48 } as const;

const daemonLog = createLog(1, readLogLevel());
const roof: Roof = {
  clock: realClock,
  daemonLog,
  commandLog: createLog(2, 'warn'),
  environment: process.env,
  workingDirectory: process.cwd(),
  print: (words) => process.stdout.write(words),
  printError: (words) => process.stderr.write(words),
  terminal: { isTerminal: process.stdout.isTTY === true, columns: process.stdout.columns ?? 100 },
  stopRequested: stop.signal,
  version: await readVersion(),
  runSelf,
  // Bounded, so that what looks leave behind is collected instead of kept (100 MB less resident with 1,000 endpoints, measured).
  // A subject's facts take some 10 KB, a row of Azure some 3 KB (of 100,000, 250 MB); a thread that runs out is replaced.
  spawnWorld: (data) => {
    // V8 takes what it finds alive a hundred times for what stays, and makes the next outside of the nursery. Rules of a group are a hundred, and gone
    // at once: without this guess each interface takes a tenth less of the processor, and half as much is left to be collected with the whole heap.
    if (data.plan.azure !== null) setFlagsFromString('--no-allocation-site-pretenuring');
    return new Worker(new URL(`./world${extname(import.meta.url)}`, import.meta.url), {
      workerData: data,
      resourceLimits: {
        maxYoungGenerationSizeMb: data.plan.azure === null ? nurseryMb.endpoints : nurseryMb.azure,
        maxOldGenerationSizeMb: 256 + data.plan.subjects.length / 16 + (data.plan.azure === null ? 0 : azureMb),
      },
    });
  },
};

process.on('uncaughtException', (error) => {
  daemonLog.error({ err: error }, 'claimwatch failed and ends');
  process.exit(exitCodes.internal);
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), roof);
} catch (error) {
  roof.commandLog.error({ err: error }, 'claimwatch failed');
  // Threads and servers that were started already must not keep a failed process alive.
  process.exit(exitCodes.internal);
}
