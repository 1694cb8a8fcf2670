import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseEndpoint } from '../config/endpoint.ts';
import { loadRegister } from '../config/load-register.ts';
import { interpretationsOf } from '../domain/check.ts';
import type { JsonObject } from '../domain/json.ts';
import type { CheckPlan, LookPlan, Plan } from '../domain/plan.ts';
import type { Endpoint } from '../domain/subject.ts';
import { findRootProblem } from '../sources/tls/trust-store.ts';
import { UsageError } from './roof.ts';
import type { Rooms } from './rooms.ts';

/** The register that comes with the program. */
const packagedClaims = fileURLToPath(new URL('../../config/claims.yaml', import.meta.url));

/** A plan from nothing but endpoint names: every check about endpoints with its own defaults. */
export async function planForEndpoints(
  rooms: Rooms,
  options: { readonly endpoint: readonly string[]; readonly root: readonly string[] },
): Promise<Plan> {
  const extraRoots = await Promise.all(options.root.map(readRoot));
  const register = await loadRegister(packagedClaims);
  const looks = [...rooms.sources.values()]
    .filter(({ name }) => name !== 'azure')
    .map(
      (source): LookPlan => ({
        name: source.name,
        source: source.name,
        schedule: '* * * * *',
        jitterMs: 0,
        deadlineMs: 60_000,
        subjectDeadlineMs: 20_000,
        concurrency: 16,
        options: source.options.parse(source.name === 'tls' ? { extraRoots } : {}) as JsonObject,
      }),
    );
  const checks = [...rooms.checks]
    .filter(([, check]) => check.subjects === 'endpoint')
    .map(([id, check]): CheckPlan => {
      if (interpretationsOf(check).length === 0) throw new Error(`check ${id} serves no claim`);
      const defaults = check.parameters.parse({}) as JsonObject;
      return { id, maxAgeMs: 600_000, judgementDeadlineMs: 10_000, parameters: { defaults, overrides: {} } };
    });
  return {
    register,
    subjects: uniqueEndpoints(options.endpoint),
    outOfScope: [],
    azure: null,
    scopes: [],
    resourceTypes: [],
    discovered: { port: 443, httpPort: 80 },
    vantage: { name: 'here', external: false, egressAddress: null, resolver: ['system'] },
    looks,
    checks,
    waivers: [],
    mode: { kind: 'observe' },
    receivers: [],
    alerting: { unknownAfterRuns: 2, unknownAfterMs: 1_800_000, waiverNoticeMs: 1_209_600_000 },
    configurationDigest: '',
    stateDirectory: '',
    listen: { host: '127.0.0.1', port: 0 },
  };
}

function uniqueEndpoints(texts: readonly string[]): readonly Endpoint[] {
  const endpoints = texts.map((text) => {
    const parsed = parseEndpoint(text);
    if ('problem' in parsed) throw new UsageError(`--endpoint ${text}: ${parsed.problem}`);
    return parsed;
  });
  return [...new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])).values()];
}

async function readRoot(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--root ${file}: ${error.message}`);
  });
  const problem = findRootProblem(text);
  if (problem !== null) throw new UsageError(`--root ${file}: ${problem}`);
  return text;
}
