import { spawnSync } from 'node:child_process';
import { projectRoot } from './daemon.ts';

/** How long a program takes, in seconds. */
export interface PeerTimes {
  readonly wall: number;
  readonly cpu: number;
}

/** Null where it is not installed. */
export function timeSslscan(port: number, serverName: string): PeerTimes | null {
  return time('sslscan', ['--no-colour', `--sni-name=${serverName}`, `127.0.0.1:${port}`], [0]);
}

/** Protocols and suites. Null where it is not installed. */
export function timeTestssl(port: number): PeerTimes | null {
  // Its exit code says how many things it does not like.
  return time('testssl', ['--quiet', '--color', '0', '--warnings', 'batch', '-p', '-E', `127.0.0.1:${port}`], null);
}

/** Our own command, as it was built. Its exit code says what it thinks of the server. */
export function timeCommand(port: number, serverName: string): PeerTimes {
  const words = ['dist/main.js', 'tls', `127.0.0.1:${port}`, '--sni', serverName, '--connections', '16'];
  const times = time(process.execPath, words, [0, 1]);
  if (times === null) throw new Error('node is not there');
  return times;
}

/** With the shell's own clock, which counts what the program's own children took. `exitCodes` null: any. */
function time(program: string, words: readonly string[], exitCodes: readonly number[] | null): PeerTimes | null {
  const script = 'command -v "$1" > /dev/null || exit 127; TIMEFORMAT="%R %U %S"; time "$@" > /dev/null 2>&1';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', program, ...words], {
    cwd: projectRoot,
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status === 127) return null;
  if (status === null || (exitCodes !== null && !exitCodes.includes(status))) throw new Error(`${program} ended with ${status}`);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}
