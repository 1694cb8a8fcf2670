import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The rooms whose code decides what a judgement comes to. */
const judgingRooms = ['checks', 'domain', 'engine', 'network', 'transport'];

/** `<package version>+<12 hex digits over the judging code>`: runs with the same one are judged alike. */
export async function computeCodeVersion(packageVersion: string): Promise<string> {
  const source = fileURLToPath(new URL('../', import.meta.url));
  const hash = createHash('sha256');
  for (const room of judgingRooms) {
    const files = await listCode(join(source, room));
    const contents = await Promise.all(files.map((file) => readFile(file)));
    for (const [index, file] of files.entries()) {
      hash.update(`${relative(source, file).replace(/\.(ts|js)$/, '')}\n`);
      hash.update(contents[index] ?? '');
    }
  }
  return `${packageVersion}+${hash.digest('hex').slice(0, 12)}`;
}

async function listCode(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
