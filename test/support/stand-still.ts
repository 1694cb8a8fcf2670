import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Stops a process with all its threads, as a debugger or an operator would, and lets it go on after so many seconds. */
export async function standStill(pid: number | undefined, seconds: number): Promise<void> {
  if (pid === undefined) throw new Error('the process has not started');
  await promisify(execFile)('sh', ['-c', 'kill -STOP "$1" && sleep "$2" && kill -CONT "$1"', 'sh', String(pid), String(seconds)]);
}
