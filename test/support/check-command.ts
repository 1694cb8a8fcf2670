import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));

const shownFinding = z.object({
  check: z.string(),
  subject: z.string(),
  interpretation: z.enum(['literal', 'intent']),
  status: z.string(),
  reason: z.string().optional(),
  expected: z.string(),
  observed: z.string(),
  rule: z.string(),
});
export type ShownFinding = z.infer<typeof shownFinding>;
const report = z.object({ exitCode: z.number(), findings: z.array(shownFinding) });

export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly seconds: number;
}

/** Runs the program as a person would. */
export function runProgram(...words: readonly string[]): Promise<Ended> {
  return runProgramWith({}, ...words);
}

export interface RunAs {
  /** Variables besides those that stand already. */
  readonly environment?: { readonly [name: string]: string };
  /** As a user with no rights of its own; whoever runs the tests as one has none to give up. */
  readonly asNobody?: boolean;
}

const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
/** Node stands where only some may enter on some machines. */
export const canRunAsNobody = spawnSync(process.execPath, ['src/main.ts', '--version'], { cwd: root, ...nobody }).status === 0;

export function runProgramWith({ environment = {}, asNobody = false }: RunAs, ...words: readonly string[]): Promise<Ended> {
  const startedMs = performance.now();
  const options = { cwd: root, maxBuffer: 2 ** 26, env: { ...process.env, ...environment }, ...(asNobody ? nobody : {}) };
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/main.ts', ...words], options, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output, errors, seconds: (performance.now() - startedMs) / 1000 });
    });
  });
}

export function readFindings(ended: Ended): readonly ShownFinding[] {
  return report.parse(JSON.parse(ended.output)).findings;
}

export interface ConfiguredEndpoint {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
}

export interface CheckFolder {
  readonly endpoints: readonly ConfiguredEndpoint[];
  /** PEM; trusted besides the well-known ones. */
  readonly rootPem: string;
  readonly resolver?: readonly string[];
  readonly checks?: readonly string[];
}

export const subjectDeadlineSeconds = 3;

/** A folder with a configuration that looks at these endpoints; removed after the test. */
export async function makeCheckFolder(options: CheckFolder): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-check-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const pace = { schedule: '* * * * *', jitter: '0s', deadline: '12s', subjectDeadline: `${subjectDeadlineSeconds}s`, concurrency: 16 };
  const checks = options.checks ?? ['tls-versions', 'tls-certificate-trust', 'tls-certificate-expiry', 'https-redirect'];
  await cp(join(root, 'config', 'claims.yaml'), join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), stringify({ waivers: [] }));
  await writeFile(join(folder, 'root.pem'), options.rootPem);
  const main = {
    state: './state',
    register: 'claims.yaml',
    waivers: 'waivers.yaml',
    listen: { host: '127.0.0.1', port: 9464 },
    vantage: { name: 'test', external: false, egressAddress: null, resolver: options.resolver ?? ['system'] },
    endpoints: options.endpoints,
    looks: {
      tls: { source: 'tls', ...pace, options: { extraRoots: [`\${file:root.pem}`], addressFamilies: ['ipv4'] } },
      http: { source: 'http', ...pace, options: { addressFamilies: ['ipv4'] } },
    },
    checks: Object.fromEntries(checks.map((check) => [check, { maxAge: '5m' }])),
    receivers: { log: { kind: 'log' } },
  };
  await writeFile(join(folder, 'claimwatch.yaml'), stringify(main));
  return folder;
}
