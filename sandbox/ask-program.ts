import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** What the program prints on stdout, asked as anybody would ask it. Rejects where it ends badly. */
export async function askProgram(words: readonly string[], configFolder: string, signal: AbortSignal): Promise<string> {
  const asked = ['src/main.ts', ...words, '--config', configFolder];
  const { stdout } = await run(process.execPath, asked, { cwd: projectRoot, signal, maxBuffer: 2 ** 26 });
  return stdout;
}
