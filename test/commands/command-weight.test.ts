import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, test } from 'vitest';
import { importsOf } from '../support/architecture.ts';

const commands = fileURLToPath(new URL('../../src/commands/', import.meta.url));
const heavy = /^@azure\/|^(fastify|kysely|undici|prom-client|node-cron|yaml)$|^node:sqlite$/;

/** Packages that are read with a file: what it imports for good, and so on; not what it imports when it is needed. */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/\bimport\(/g, 'later(');
  for (const { specifier: from, isType } of importsOf(text)) {
    if (isType) continue;
    const target = join(dirname(file), from);
    if (!from.startsWith('.')) packages.add(from);
    else if (existsSync(target)) for (const name of packagesOf(target, seen)) packages.add(name);
  }
  return packages;
}

test.each(['program.ts', 'tls.ts'])('%s is there at once: no Azure, no web server, no store', (name) => {
  expect([...packagesOf(join(commands, name))].filter((from) => heavy.test(from))).toEqual([]);
});

it('finds what is heavy', () => {
  const found = [...packagesOf(join(commands, 'run.ts'))].filter((from) => heavy.test(from));
  expect(found).toEqual(expect.arrayContaining(['fastify', 'kysely']));
});
