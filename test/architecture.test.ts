import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { openRooms } from '../src/commands/rooms.ts';
import { loadRegister } from '../src/config/load-register.ts';
import type { Claim } from '../src/domain/claim.ts';
import { type Coverage, importsOf, refuseGaps, refuseImports, refuseTexts, type Tree, textRules } from './support/architecture.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const textOf = (version: string | undefined): string => version ?? '(no version)';

function readTree(): Tree {
  const folders = ['src', 'test', 'sandbox', 'scripts', 'bench'];
  const inFolders = folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const paths = [...readdirSync(root), ...inFolders].filter((path) => path.endsWith('.ts') && path !== 'test/architecture.test.ts');
  return new Map(paths.map((path) => [path, read(path)]));
}

const tree = readTree();
const rooms = await openRooms();
const register = await loadRegister(fileURLToPath(new URL('config/claims.yaml', root)));
const { checks: configuredChecks } = z.object({ checks: z.record(z.string(), z.unknown()) }).parse(parse(read('config/claimwatch.yaml')));

describe('this repository', () => {
  it('is seen whole', () => {
    for (const path of ['src/main.ts', 'src/domain/check.ts', 'sandbox/demo.ts', 'test/lock-file.test.ts', 'vitest.config.ts']) {
      expect(tree.has(path), path).toBe(true);
    }
  });

  it('keeps every import on its floor', () => {
    expect(refuseImports(tree)).toEqual([]);
  });

  it('keeps the rules of its texts', () => {
    expect(refuseTexts(tree)).toEqual([]);
  });

  it('has file, configuration and test of every check, and a check or a reason for every claim', () => {
    expect(refuseGaps(tree, { checks: rooms.checks, configured: Object.keys(configuredChecks), claims: register.claims })).toEqual([]);
  });

  it('shows the linter every folder of src', () => {
    const override = z.object({ includes: z.array(z.string()), linter: z.object({ rules: z.record(z.string(), z.json()) }) });
    const { overrides } = z.object({ overrides: z.array(override) }).parse(JSON.parse(read('biome.json')));
    const floors = overrides
      .filter(({ linter }) => JSON.stringify(linter).includes('noRestrictedImports'))
      .flatMap(({ includes }) => includes);
    const unseen = [...tree.keys()].filter((path) => path.startsWith('src/') && !floors.some((glob) => matchesGlob(path, glob)));
    expect([...new Set(unseen.map((path) => dirname(path)))]).toEqual([]);
  });

  it('says one version of Node everywhere', () => {
    const { packages } = z
      .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
      .parse(JSON.parse(read('package-lock.json')));
    const locked = textOf(packages['node_modules/node']?.version);
    const images = [...read('Dockerfile').matchAll(/^FROM node:(\S+?)-/gm)].map(([, version]) => version);
    expect(images).toEqual([locked, locked]);
    expect(locked.split('.').at(0)).toBe(read('.nvmrc').trim());
    expect(JSON.parse(read('package.json'))).toMatchObject({ engines: { node: `>=${read('.nvmrc').trim()}` } });
  });
});

test('imports are found in every form', () => {
  const text = [
    "import a, { type B } from 'one';",
    "import type { C } from 'two';",
    "import {\n  d,\n  e,\n} from 'three';",
    "import 'four';",
    "export { f } from 'five';",
    "export * from 'six';",
    "const g = await import('seven');",
    "type H = import('eight').H;",
  ].join('\n');
  expect(
    importsOf(text)
      .map(({ specifier }) => specifier)
      .sort(),
  ).toEqual(['eight', 'five', 'four', 'one', 'seven', 'six', 'three', 'two']);
});

describe('a floor refuses', () => {
  test.each([
    ['src/domain/a.ts', "import { z } from 'zod';"],
    ['src/domain/a.ts', "import { readFile } from 'node:fs';"],
    ['src/domain/a.ts', "import type { A } from '../engine/a.ts';"],
    ['src/network/a.ts', "import { createHash } from 'node:crypto';"],
    ['src/network/a.ts', "import type { A } from '../transport/a.ts';"],
    ['src/transport/a.ts', "import { connect } from 'node:tls';"],
    ['src/checks/a.ts', "import { createHash } from 'node:crypto';"],
    ['src/checks/a.ts', "import type { Socket } from 'node:net';"],
    ['src/checks/a.ts', "import 'node:fs';"],
    ['src/checks/a.ts', "import { b } from './b.ts';"],
    ['src/checks/a.ts', "import { b } from '../sources/tls/b.ts';"],
    ['src/sources/tls/a.ts', "import { b } from '../../store/b.ts';"],
    ['src/sources/tls/a.ts', "import { b } from '../../checks/b.ts';"],
    ['src/alerts/receivers/a.ts', "import type { Engine } from '../../engine/engine.ts';"],
    ['src/alerts/a.ts', "import pino from 'pino';"],
    ['src/reporters/web/a.ts', "import { b } from '../../store/b.ts';"],
    ['src/reporters/web/a.ts', "import { b } from 'fastify-evil';"],
    ['src/evidence/a.ts', "import { writeFile } from 'node:fs/promises';"],
    ['src/anchors/a.ts', "import { b } from '../alerts/b.ts';"],
    ['src/store/a.ts', "import { z } from 'zod';"],
    ['src/engine/a.ts', "const b = await import('../sources/b.ts');"],
    ['src/engine/a.ts', "type B = import('../store/b.ts').B;"],
    ['src/config/a.ts', "export * from '../checks/b.ts';"],
    ['src/commands/a.ts', "import { fetch } from 'undici';"],
    ['src/commands/a.ts', "import { b } from '../main.ts';"],
    ['src/commands/a.ts', "import { b } from '../../sandbox/b.ts';"],
    ['src/main.ts', "import { b } from './store/b.ts';"],
    ['src/config/a.ts', "import { b } from './../sources/../sources/b.ts';"],
    ['src/attic/a.ts', ''],
  ])('%s: %s', (path, text) => {
    expect(refuseImports(new Map([[path, text]]))).toHaveLength(1);
  });

  test.each([
    ['src/domain/a.ts', "import type { ZodType } from 'zod';\nimport { b } from './b.ts';"],
    ['src/domain/a.ts', "// import { z } from 'zod';\n/* import 'node:fs'; */"],
    ['src/checks/a.ts', "import { z } from 'zod';\nimport { b } from '../transport/b.ts';"],
    ['src/sources/azure/a.ts', "import { b } from '@azure/identity';\nimport { c } from '../c.ts';\nimport { connect } from 'node:tls';"],
    ['src/commands/a.ts', "import { b } from '../store/b.ts';"],
    ['sandbox/a.ts', "import { b } from '../src/transport/b.ts';"],
  ])('but not %s: %s', (path, text) => {
    expect(refuseImports(new Map([[path, text]]))).toEqual([]);
  });
});

describe('a text is refused', () => {
  const samples: readonly (readonly [string, string, string])[] = [
    ['src/engine/a.ts', "new Worker(new URL('../../sandbox/a.ts', import.meta.url));", 'a file of sandbox, test, bench or scripts in src'],
    ['src/engine/a.ts', 'export default 1;', 'a default export'],
    ['sandbox/a.ts', 'const a = 1;\nexport { a as default };', 'a default export'],
    ['src/store/a.ts', "console.error('no');", 'console in src'],
    ['src/main.ts', "console['log']('no');", 'console in src'],
    ['src/engine/a.ts', 'const now = Date.now();', 'a clock outside the roofs'],
    ['src/alerts/a.ts', 'const now = new Date();', 'a clock outside the roofs'],
    ['src/alerts/a.ts', 'const now = new Date;', 'a clock outside the roofs'],
    ['src/alerts/a.ts', 'schedule(Date.now);', 'a clock outside the roofs'],
    ['src/checks/a.ts', 'const answer = await fetch(url);', 'the world in a pure room'],
    ['src/evidence/a.ts', "const key = process.env['KEY'];", 'the world in a pure room'],
    ['src/domain/a.ts', 'const id = Math.random();', 'the world in a pure room'],
    ['src/engine/a.ts', 'const b = await import(name);', 'an import that no floor can see'],
    ['src/checks/a.ts', "const fs = createRequire(import.meta.url)('fs');", 'an import that no floor can see'],
    ['test/a.test.ts', 'await new Promise((resolve) => setTimeout(resolve, 100));', 'a sleep in a test'],
    ['test/a.test.ts', "import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(100);", 'a sleep in a test'],
    ['test/support/a.ts', 'await delay(5_000);', 'a sleep in a test'],
    ['test/a.test.ts', "vi.mock('node:tls');", 'a mocked module'],
    ['test/a.test.ts', "vi.doMock('./a.ts', () => ({}));", 'a mocked module'],
  ];

  it('by every rule', () => {
    expect(new Set(samples.map(([, , complaint]) => complaint))).toEqual(new Set(textRules.map(({ refuses }) => refuses)));
  });

  test.each(samples)('%s: %s', (path, text, complaint) => {
    expect(refuseTexts(new Map([[path, text]]))).toEqual([`${path}: ${complaint}`]);
  });

  test.each([
    ['vitest.config.ts', 'export default {};'],
    ['src/commands/real-clock.ts', 'export const now = () => Date.now();'],
    ['src/engine/a.ts', '// not Date.now(): the clock is handed in\nconst at = new Date(nowMs);'],
    ['src/sources/a.ts', "const lazy = await import('undici');"],
    ['test/a.test.ts', 'const timer = setTimeout(() => server.close(), 100);'],
  ])('but not %s: %s', (path, text) => {
    expect(refuseTexts(new Map([[path, text]]))).toEqual([]);
  });
});

describe('a gap is refused', () => {
  const claim = (id: string, more: Partial<Claim> = {}): Claim => ({
    id,
    quotes: [],
    document: 'security-policy',
    owner: 'Jane Doe',
    literal: { kind: 'binding' },
    intent: { kind: 'binding' },
    intentText: '',
    controls: { soc2: [], iso27001: [], cisAzure: [], pciDss: [] },
    ...more,
  });
  const notTestable = { kind: 'not-testable', reason: 'an opinion' } as const;
  const whole: Coverage = {
    checks: new Map([['locks', { claims: [{ claim: 'locked', interpretations: ['literal', 'intent'] }] }]]),
    configured: ['locks'],
    claims: [claim('locked'), claim('later', { unchecked: 'needs keys' }), claim('nice', { literal: notTestable, intent: notTestable })],
  };
  const files = ['src/checks/locks.ts', 'test/checks/locks.test.ts'];
  const treeOf = (paths: readonly string[]): Tree => new Map(paths.map((path) => [path, '']));

  it('but not where nothing is missing', () => {
    expect(refuseGaps(treeOf(files), whole)).toEqual([]);
  });

  test.each<[string, readonly string[], Partial<Coverage>]>([
    ['config/claimwatch.yaml: no line for the check locks', files, { configured: [] }],
    ['config/claimwatch.yaml: keys has no file src/checks/keys.ts', files, { configured: ['locks', 'keys'] }],
    ['test/checks/locks.test.ts: missing', ['src/checks/locks.ts'], {}],
    ['src/checks/shared/lock.ts: the folder is flat', [...files, 'src/checks/shared/lock.ts'], {}],
    [
      'config/claims.yaml: closed, literal: no check and no reason',
      files,
      { claims: [claim('locked'), claim('closed', { intent: notTestable })] },
    ],
    ['src/checks/locks.ts: serves locked, which nobody claims', files, { claims: [] }],
    [
      'config/claims.yaml: locked, intent: no check and no reason',
      files,
      { checks: new Map([['locks', { claims: [{ claim: 'locked', interpretations: ['literal'] }] }]]) },
    ],
  ])('%s', (complaint, paths, change) => {
    expect(refuseGaps(treeOf(paths), { ...whole, ...change })).toEqual([complaint]);
  });
});
