import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** As the container starts it: built, with a small young generation (what a scrape or a look leaves behind is collected early). */
export const daemonFlags = ['--max-semi-space-size=1', '--v8-pool-size=1', '--invocation-count-for-maglev=4000'];
const command = [...daemonFlags, 'dist/main.js'];

export function buildProgram(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: projectRoot, stdio: 'inherit' });
}

export function startDaemon(configFolder: string): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, [...command, 'run', '--config', configFolder], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function readyPort(stdout: NodeJS.ReadableStream): Promise<number> {
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    const entry = JSON.parse(line) as { readonly msg: string; readonly port?: number };
    if (entry.msg !== 'claimwatch is ready' || entry.port === undefined) continue;
    stdout.resume();
    return entry.port;
  }
  throw new Error('the daemon ended before it was ready');
}

export async function scrape(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return await response.text();
}

export function sum(metrics: string, name: string, labels = /.*/): number {
  return metrics
    .split('\n')
    .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && labels.test(line))
    .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
}

/** As the database counts its pages; the file on disk also holds a write-ahead log, which is used over and over. */
export function stateBytes(folder: string): number {
  const database = new DatabaseSync(join(folder, 'state/claimwatch.sqlite'), { readOnly: true });
  const read = (pragma: string) => Number(Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})[0]);
  const bytes = read('page_count') * read('page_size');
  database.close();
  return bytes;
}

/** The kernel's own high-water mark. */
export async function mostResidentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes = 'NaN'] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}
