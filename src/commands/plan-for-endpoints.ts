import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseEndpoint } from '../config/endpoint.ts';
import { loadRegister } from '../config/load-register.ts';
import { type Check, interpretationsOf } from '../domain/check.ts';
import type { JsonObject } from '../domain/json.ts';
import type { CheckPlan, LookPlan, Plan } from '../domain/plan.ts';
import type { SourceKind } from '../domain/ports.ts';
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
  const own = new Map([...rooms.checks].filter(([, check]) => check.subjects === 'endpoint'));
  const looks = planLooks(rooms, extraRoots).filter(({ source }) => rooms.sources.get(source)?.create().discovers !== true);
  return { ...(await planDefaults(own)), subjects: uniqueEndpoints(options.endpoint), looks };
}

/** What needs no configuration: every one of these checks with its own defaults, judged once, kept nowhere. */
export async function planDefaults(checks: Rooms['checks']): Promise<Omit<Plan, 'looks'>> {
  return {
    register: await loadRegister(packagedClaims),
    subjects: [],
    outOfScope: [],
    azure: null,
    scopes: [],
    resourceTypes: [],
    discovered: { port: 443, httpPort: 80 },
    vantage: { name: 'here', external: false, egressAddress: null, resolver: ['system'] },
    checks: [...checks].map(([id, check]) => planCheck(id, check)),
    waivers: [],
    mode: { kind: 'observe' },
    receivers: [],
    alerting: { unknownAfterRuns: 2, unknownAfterMs: 1_800_000, waiverNoticeMs: 1_209_600_000 },
    configurationDigest: '',
    stateDirectory: '',
    listen: { host: '127.0.0.1', port: 0 },
  };
}

function planCheck(id: string, check: Check): CheckPlan {
  if (interpretationsOf(check).length === 0) throw new Error(`check ${id} serves no claim`);
  const defaults = check.parameters.parse({}) as JsonObject;
  return { id, maxAgeMs: 3_600_000, judgementDeadlineMs: 10_000, parameters: { defaults, overrides: {} } };
}

/** One look by each source. */
export function planLooks(rooms: Rooms, extraRoots: readonly string[]): readonly LookPlan[] {
  return [...rooms.sources.values()].map((source) => ({
    name: source.name,
    source: source.name,
    schedule: '* * * * *',
    jitterMs: 0,
    deadlineMs: isOfResources(source) ? 600_000 : 60_000,
    subjectDeadlineMs: 20_000,
    concurrency: 16,
    options: source.options.parse(source.name === 'tls' ? { extraRoots } : {}) as JsonObject,
  }));
}

/** A whole estate is listed in one look, or all of its kind are looked at. */
function isOfResources(kind: SourceKind): boolean {
  const { discovers, resources } = kind.create();
  return discovers === true || resources !== undefined;
}

function uniqueEndpoints(texts: readonly string[]): readonly Endpoint[] {
  const endpoints = texts.map((text) => {
    const parsed = parseEndpoint(text);
    if ('problem' in parsed) throw new UsageError(`--endpoint ${text}: ${parsed.problem}`);
    return parsed;
  });
  return [...new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])).values()];
}

export async function readRoot(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--root ${file}: ${error.message}`);
  });
  const problem = findRootProblem(text);
  if (problem !== null) throw new UsageError(`--root ${file}: ${problem}`);
  return text;
}
