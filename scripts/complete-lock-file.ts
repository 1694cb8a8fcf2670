import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/**
 * Some registries lack the binaries of foreign platforms. `npm install` then leaves them out of the lock file without a word, and `npm ci`
 * refuses that file. This adds an entry for each, from its name alone; run it after every `npm install`.
 * The entries have no integrity: it is known only to whoever can download the package.
 */
const lockedPackage = z.looseObject({
  version: z.string().optional(),
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockFile = z.looseObject({ lockfileVersion: z.literal(3), packages: z.record(z.string(), lockedPackage) });
export type LockFile = z.infer<typeof lockFile>;
type LockedPackage = z.infer<typeof lockedPackage>;

/** Gives the file as it stands, with its keys in npm's order, which parsing would change. */
export function readLockFile(text: string): LockFile {
  const lock: unknown = JSON.parse(text);
  if (!isLockFile(lock)) throw new Error('expected a lock file of version 3');
  return lock;
}

function isLockFile(value: unknown): value is LockFile {
  return lockFile.safeParse(value).success;
}

export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  /** The path in the lock file of the package that names it. */
  readonly neededBy: string;
}

/** The optional dependencies that some locked package names and that have no entry. */
export function findMissingPackages({ packages }: LockFile): readonly MissingPackage[] {
  return Object.entries(packages).flatMap(([neededBy, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !placesOf(name, neededBy).some((place) => place in packages))
      .map(([name, version]) => ({ name, version, neededBy })),
  );
}

/** Where Node looks for `name` from the package at `from`, innermost first. */
function placesOf(name: string, from: string): readonly string[] {
  const inner = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (from === '') return [inner];
  const end = from.lastIndexOf('/node_modules/');
  return [inner, ...placesOf(name, end === -1 ? '' : from.slice(0, end))];
}

/** @throws Error where a name tells no platform, or a version is a range: then a person decides. */
export function completeLockFile(lock: LockFile): LockFile {
  const added = findMissingPackages(lock).map(({ name, version, neededBy }): readonly [string, LockedPackage] => {
    if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}: expected one version, got "${version}"`);
    const isDev = lock.packages[neededBy]?.dev === true;
    return [`node_modules/${name}`, { version, ...platformOf(name), ...(isDev ? { dev: true } : {}), optional: true }];
  });
  const entries = [...Object.entries(lock.packages), ...added];
  // npm's own order, so that its next write moves nothing.
  entries.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(entries) };
}

export interface Platform {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const libraries: { readonly [suffix: string]: string } = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** @throws Error where the name tells no platform: an entry without one would be installed everywhere. */
export function platformOf(name: string): Platform {
  const parts = name.split(/[-/]/);
  const os = systems.filter((system) => parts.includes(system));
  const cpu = processors.filter((processor) => parts.includes(processor));
  const libc = parts.flatMap((part) => libraries[part] ?? []);
  if (os.length === 0 && cpu.length === 0) throw new Error(`${name}: its name tells no platform; add its entry to the lock file by hand`);
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }) };
}

async function main(): Promise<void> {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = readLockFile(await readFile(file, 'utf8'));
  const missing = findMissingPackages(lock);
  if (missing.length > 0) await writeFile(file, `${JSON.stringify(completeLockFile(lock), null, 2)}\n`);
  console.log(missing.length === 0 ? 'package-lock.json is complete' : `package-lock.json: added ${missing.length} packages`);
}

if (import.meta.main) await main();
