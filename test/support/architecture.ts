import { dirname, join } from 'node:path/posix';
import type { Check } from '../../src/domain/check.ts';
import { type Claim, interpretations } from '../../src/domain/claim.ts';

/** Path from the project's root -> text. */
export type Tree = ReadonlyMap<string, string>;

interface Floor {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** Packages of which only types may be named. */
  readonly typesOf?: readonly string[];
  readonly builtIns: 'all' | 'node:crypto' | 'none';
}

/** Who may open whose door. A room's own files are open to it, but no check knows another check. */
const floors: ReadonlyMap<string, Floor> = new Map<string, Floor>([
  ['domain', { rooms: [], packages: [], typesOf: ['zod'], builtIns: 'none' }],
  ['network', { rooms: ['domain'], packages: [], builtIns: 'none' }],
  ['transport', { rooms: ['domain'], packages: ['zod'], builtIns: 'node:crypto' }],
  ['logs', { rooms: ['domain'], packages: [], builtIns: 'none' }],
  ['checks', { rooms: ['domain', 'logs', 'network', 'transport'], packages: ['zod'], builtIns: 'none' }],
  ['sources', { rooms: ['domain', 'logs', 'transport'], packages: ['@azure/*', 'undici', 'zod', 'p-queue'], builtIns: 'all' }],
  ['alerts', { rooms: ['domain'], packages: ['undici', 'nodemailer', 'zod'], builtIns: 'all' }],
  [
    'reporters',
    {
      rooms: ['domain', 'evidence'],
      packages: ['prom-client', 'fastify', '@fastify/*', 'fastify-type-provider-zod', 'zod'],
      builtIns: 'all',
    },
  ],
  ['evidence', { rooms: ['domain'], packages: ['pkijs'], builtIns: 'node:crypto' }],
  ['anchors', { rooms: ['domain', 'evidence'], packages: ['undici', '@azure/*'], builtIns: 'all' }],
  ['store', { rooms: ['domain'], packages: ['kysely'], builtIns: 'all' }],
  ['engine', { rooms: ['domain'], packages: ['node-cron', 'p-queue'], builtIns: 'all' }],
  ['config', { rooms: ['domain'], packages: ['zod', 'yaml'], builtIns: 'all' }],
  [
    'commands',
    {
      rooms: [
        'domain',
        'logs',
        'network',
        'transport',
        'checks',
        'sources',
        'alerts',
        'reporters',
        'evidence',
        'anchors',
        'store',
        'engine',
        'config',
      ],
      packages: ['commander'],
      builtIns: 'all',
    },
  ],
  ['roof', { rooms: ['commands', 'domain', 'engine'], packages: ['pino'], builtIns: 'all' }],
]);

interface Import {
  readonly specifier: string;
  /** Gone before the program runs. */
  readonly isType: boolean;
}

/** Everything that a file imports: values, types, re-exports, for effect, and dynamic imports of a literal. */
export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  const named = code.matchAll(/^\s*(?:import|export)\s+(type\s+(?!from\s))?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const bare = code.matchAll(/\bimport\s*\(?\s*['"`]([^'"`$]+)['"`]/g);
  return [
    ...[...named].map(([, type, specifier = '']) => ({ specifier, isType: type !== undefined })),
    ...[...bare].map(([, specifier = '']) => ({ specifier, isType: false })),
  ];
}

function roomOf(path: string): string | null {
  const [top, room, ...deeper] = path.split('/');
  if (top !== 'src' || room === undefined) return null;
  return deeper.length === 0 ? 'roof' : room;
}

/** One sentence for each import that its room's floor does not hold. */
export function refuseImports(tree: Tree): readonly string[] {
  return [...tree].flatMap(([path, text]) => {
    const room = roomOf(path);
    if (room === null) return [];
    const floor = floors.get(room);
    if (floor === undefined) return [`${path}: the room ${room} has no floor`];
    return importsOf(text)
      .filter((found) => !isOnFloor(found, path, room, floor))
      .map(({ specifier }) => `${path}: ${room} may not import ${specifier}`);
  });
}

function isOnFloor({ specifier, isType }: Import, path: string, room: string, floor: Floor): boolean {
  if (specifier.startsWith('node:')) return floor.builtIns === 'all' || floor.builtIns === specifier;
  if (!specifier.startsWith('.')) {
    const open = isType ? [...floor.packages, ...(floor.typesOf ?? [])] : floor.packages;
    return open.some((allowed) => isPackage(specifier, allowed));
  }
  const target = roomOf(join(dirname(path), specifier));
  if (target === room) return room !== 'checks';
  return target !== null && floor.rooms.includes(target);
}

function isPackage(specifier: string, allowed: string): boolean {
  if (allowed.endsWith('/*')) return specifier.startsWith(allowed.slice(0, -1));
  return specifier === allowed || specifier.startsWith(`${allowed}/`);
}

interface TextRule {
  readonly refuses: string;
  readonly pattern: RegExp;
  readonly appliesTo: (path: string) => boolean;
}

const isSource = (path: string): boolean => path.startsWith('src/');
const isTest = (path: string): boolean => path.startsWith('test/');
const isWiring = (path: string): boolean => path.startsWith('src/commands/');
const clockFiles = ['src/main.ts', 'src/world.ts', 'src/sources/azure/clock.ts'];
const makesClocks = (path: string): boolean => isWiring(path) || clockFiles.includes(path);
const isPure = (path: string): boolean => ['domain', 'network', 'transport', 'checks', 'evidence'].includes(roomOf(path) ?? '');

export const textRules: readonly TextRule[] = [
  {
    refuses: 'a file of sandbox, test, bench or scripts in src',
    pattern: /['"`](?:\.\.\/)+(?:sandbox|test|bench|scripts)\//,
    appliesTo: isSource,
  },
  {
    refuses: 'a default export',
    pattern: /^\s*export\s+(?:default\b|\{[^}]*\bas\s+default\b)/m,
    appliesTo: (path) => !/^[^/]+\.config\.ts$/.test(path),
  },
  { refuses: 'console in src', pattern: /\bconsole\s*[.[]/, appliesTo: (path) => isSource(path) && !isWiring(path) },
  {
    refuses: 'a clock outside the roofs',
    pattern: /\bDate\.now\b|\bnew Date(?:\(\s*\)|(?=\s*[;,)\n]))|(?<!new )\bDate\(\s*\)|\bTemporal\.Now\b/,
    appliesTo: (path) => isSource(path) && !makesClocks(path),
  },
  {
    refuses: 'the world in a pure room',
    pattern: /\b(?:fetch|setTimeout|setInterval|setImmediate)\(|\bprocess\.|\bglobalThis\b|\bMath\.random\b|\bperformance\./,
    appliesTo: isPure,
  },
  {
    refuses: 'an import that no floor can see',
    pattern: /\bimport\(\s*(?!['"][^'"]*['"]\s*\))|\brequire\(|\bcreateRequire\b|\bgetBuiltinModule\b/,
    appliesTo: (path) => isSource(path) && !isWiring(path),
  },
  {
    refuses: 'a sleep in a test',
    pattern: /\bawait\s+(?:setTimeout|sleep|delay|scheduler\.wait)\(|=>\s*\{?\s*(?:void\s+)?setTimeout\(\s*(?:resolve|done|r)\b/,
    appliesTo: isTest,
  },
  { refuses: 'a mocked module', pattern: /\bvi\s*\.(?:mock|doMock|importMock)\(/, appliesTo: isTest },
];

/** One sentence for each rule that a file's text breaks; comments may say what they like. */
export function refuseTexts(tree: Tree): readonly string[] {
  return [...tree].flatMap(([path, text]) => {
    const code = withoutComments(text);
    return textRules.filter(({ appliesTo, pattern }) => appliesTo(path) && pattern.test(code)).map(({ refuses }) => `${path}: ${refuses}`);
  });
}

/** A `//` counts only after white space, so that addresses in texts stay. */
function withoutComments(text: string): string {
  return text.replaceAll(/(?<=^|\s)\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<=^|\s)\/\/.*$/gm, '');
}

export interface Coverage {
  /** Check id -> what it serves. */
  readonly checks: ReadonlyMap<string, Pick<Check, 'claims'>>;
  /** The keys under `checks` in the configuration. */
  readonly configured: readonly string[];
  readonly claims: readonly Claim[];
}

/** What stands in one of the three places of a check and not in another, and what nobody promised to look at. */
export function refuseGaps(tree: Tree, { checks, configured, claims }: Coverage): readonly string[] {
  const files = [...tree.keys()].filter((path) => roomOf(path) === 'checks').map((path) => path.slice('src/checks/'.length));
  const ids = files.filter((file) => !file.includes('/')).map((file) => file.replace(/\.ts$/, ''));
  const served = [...checks].flatMap(([check, own]) => own.claims.map((one) => ({ check, ...one })));
  return [
    ...files.filter((file) => file.includes('/')).map((file) => `src/checks/${file}: the folder is flat`),
    ...ids.filter((id) => !configured.includes(id)).map((id) => `config/claimwatch.yaml: no line for the check ${id}`),
    ...configured.filter((id) => !ids.includes(id)).map((id) => `config/claimwatch.yaml: ${id} has no file src/checks/${id}.ts`),
    ...ids.filter((id) => !tree.has(`test/checks/${id}.test.ts`)).map((id) => `test/checks/${id}.test.ts: missing`),
    ...served
      .filter(({ claim }) => !claims.some(({ id }) => id === claim))
      .map(({ check, claim }) => `src/checks/${check}.ts: serves ${claim}, which nobody claims`),
    ...claims.flatMap((claim) =>
      interpretations
        .filter((interpretation) => claim[interpretation].kind !== 'not-testable' && claim.unchecked === undefined)
        .filter((interpretation) => !served.some((one) => one.claim === claim.id && one.interpretations.includes(interpretation)))
        .map((interpretation) => `config/claims.yaml: ${claim.id}, ${interpretation}: no check and no reason`),
    ),
  ];
}
