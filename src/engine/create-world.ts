import type { Check, Derivation } from '../domain/check.ts';
import type { Finding } from '../domain/finding.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind, FactMap, Look } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, Source, StoreReader } from '../domain/ports.ts';
import type { RunOutcome } from '../domain/run.ts';
import { timestamp } from '../domain/time.ts';
import { isInForce } from '../domain/waiver.ts';
import { digestOf, digestOfValue, populationDigest, storedBody } from './body.ts';
import { buildMap, encodeMap } from './fact-map.ts';
import { digestsOf, type RememberedLook, recallLook, rememberLook } from './fact-memory.ts';
import { type FactSources, factOf, type JudgedRun, judgeRun, looksOf, type RunInput } from './judge-run.ts';
import { type PerformedLook, performLook } from './perform-look.ts';
import type { JudgeReply, JudgeRequest, World, WorldLook, WorldLookRequest } from './world.ts';

export interface WorldNeeds {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly derivations: ReadonlyMap<FactKind, Derivation>;
  /** Null where nothing is kept (`check`). */
  readonly reader: StoreReader | null;
  readonly clock: Clock;
  readonly codeVersion: string;
}

/** Which look of a plan brings which kind of fact. */
export function factSourcesOf(
  plan: Plan,
  sources: ReadonlyMap<string, Pick<Source, 'brings'>>,
  derivations: FactSources['derivations'],
): FactSources {
  const lookOfKind = new Map<FactKind, string>();
  for (const look of plan.looks) for (const kind of sources.get(look.source)?.brings ?? []) lookOfKind.set(kind, look.name);
  return { lookOfKind, bringsOf: new Map([...sources].map(([name, source]) => [name, source.brings])), derivations };
}

interface LookedAt {
  readonly map: FactMap;
  readonly values: ReadonlyMap<string, Json>;
}

interface PendingLook extends LookedAt {
  readonly name: string;
  readonly mapDigest: string;
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function createWorld(needs: WorldNeeds): World {
  const remembered = new Map<string, RememberedLook>();
  const pending = new Map<number, PendingLook>();
  const notPassMemory = new Map<string, { readonly digest: string; readonly findings: readonly Finding[] }>();
  const sources = factSourcesOf(needs.plan, needs.sources, needs.derivations);
  let lastToken = 0;

  async function recall(look: Look): Promise<RememberedLook> {
    const known = remembered.get(look.name);
    if (known?.look.id === look.id) return known;
    if (needs.reader === null) throw new Error(`look ${look.name} ${look.id} is not remembered and nothing is kept`);
    const recalled = await recallLook(needs.reader, look);
    // A newer look may have been adopted while this one was read.
    if ((remembered.get(look.name)?.look.id ?? 0) < look.id) remembered.set(look.name, recalled);
    return recalled;
  }

  async function notPassOf(check: string, digest: string): Promise<readonly Finding[]> {
    const known = notPassMemory.get(check);
    if (known?.digest === digest) return known.findings;
    const bodies = (await needs.reader?.bodies([digest])) ?? new Map<string, Json>();
    const body = bodies.get(digest);
    if (body === undefined) throw new Error(`the findings ${digest} of check ${check} are missing from the state file`);
    return body as unknown as readonly Finding[];
  }

  return {
    look: async (request) => {
      const base = request.extent.kind === 'some' ? await recall(request.extent.base) : (remembered.get(request.name) ?? null);
      lastToken += 1;
      const { reply, map, values } = await lookAtWorld(needs, request, base, lastToken);
      // Of one look name only the latest can still be adopted.
      for (const [token, waiting] of pending) if (waiting.name === request.name) pending.delete(token);
      pending.set(reply.token, { name: request.name, mapDigest: reply.look.mapDigest, map, values });
      return reply;
    },
    adoptLook: async (token, look) => {
      const waiting = pending.get(token);
      // A token of the thread before this one may be one of ours too, for another look.
      if (waiting?.name !== look.name || waiting.mapDigest !== look.mapDigest) return;
      pending.delete(token);
      remembered.set(look.name, rememberLook(look, waiting.map, waiting.values, remembered.get(look.name)));
    },
    judge: async (request) => {
      const check = needs.checks.get(request.check);
      const checkPlan = needs.plan.checks.find((candidate) => candidate.id === request.check);
      if (check === undefined || checkPlan === undefined) throw new Error(`check ${request.check} is not configured`);
      const looks = new Map<string, RememberedLook>();
      for (const [name, look] of Object.entries(request.looks)) looks.set(name, await recall(look));
      const previous = request.previous && {
        dataAsOf: request.previous.dataAsOf,
        looks: request.previous.looks,
        notPass: await notPassOf(request.check, request.previous.notPassDigest),
      };
      const startedAt = timestamp(request.nowMs);
      const input: RunInput = {
        id: request.check,
        check,
        parameters: checkPlan.parameters,
        waivers: needs.plan.waivers.filter((waiver) => waiver.check === request.check && isInForce(waiver, request.nowMs)),
        trigger: request.trigger,
        extent: request.extent,
        subjects: needs.plan.subjects.filter((subject) => subject.kind === check.subjects),
        looks,
        sources,
        previous,
        startedAt,
      };
      const inputDigest = digestInput(input, needs.codeVersion);
      const settled = request.hungInput === inputDigest ? { ...input, trigger: 'hung' as const } : input;
      const judged = judgeRun(settled);
      const reply = assembleReply(settled, judged, request, {
        inputDigest,
        codeVersion: needs.codeVersion,
        maxAgeMs: checkPlan.maxAgeMs,
        finishedAt: timestamp(needs.clock.now()),
      });
      notPassMemory.set(request.check, { digest: reply.outcome.notPassDigest, findings: judged.notPass });
      return reply;
    },
  };
}

async function lookAtWorld(
  needs: WorldNeeds,
  request: WorldLookRequest,
  base: RememberedLook | null,
  token: number,
): Promise<{ readonly reply: WorldLook } & LookedAt> {
  const plan = needs.plan.looks.find((look) => look.name === request.name);
  const source = plan && needs.sources.get(plan.source);
  if (plan === undefined || source === undefined) throw new Error(`look ${request.name} is not configured`);
  const startedAt = timestamp(needs.clock.now());
  const wanted = request.extent.kind === 'some' ? new Set(request.extent.subjects) : null;
  const subjects = needs.plan.subjects.filter((subject) => wanted === null || wanted.has(subject.id));
  const { options, concurrency, subjectDeadlineMs } = plan;
  const performed = await performLook(
    source,
    { subjects, options, vantage: needs.plan.vantage, concurrency, subjectDeadlineMs },
    { clock: needs.clock, deadlineMs: plan.deadlineMs, intern: (fact) => base?.values.get(digestOfValue(fact)) ?? fact },
  );
  const built = buildMap(performed.seen, base?.values ?? new Map());
  const partial = request.extent.kind === 'some' && base !== null;
  const map = partial ? { ...base.map, ...built.map } : built.map;
  const delta = encodeMap(map, base && { id: base.look.id, depth: base.look.depth, map: base.map });
  const reply: WorldLook = {
    token,
    look: {
      name: request.name,
      source: plan.source,
      vantage: needs.plan.vantage,
      extent:
        request.extent.kind === 'some'
          ? { kind: 'some', subjects: request.extent.subjects, base: request.extent.base.id }
          : { kind: 'all' },
      scheduledFor: request.scheduledFor,
      startedAt,
      finishedAt: timestamp(needs.clock.now()),
      dataAsOf: partial ? base.look.dataAsOf : startedAt,
      expected: Object.keys(map).length,
      ...countSeen(map),
      populationDigest: populationDigest(Object.keys(map)),
      mapDigest: delta.body.digest,
      base: delta.base,
      depth: delta.depth,
    },
    bodies: [...built.bodies, delta.body],
    ...describeFaults(performed),
  };
  return { reply, map, values: partial ? mergeValues(base, built.values, map) : built.values };
}

function countSeen(map: FactMap): { readonly seen: number; readonly unread: number } {
  const unread = Object.values(map).filter((kinds) => Object.values(kinds).some((reference) => 'fault' in reference)).length;
  return { seen: Object.keys(map).length - unread, unread };
}

function mergeValues(base: RememberedLook, added: ReadonlyMap<string, Json>, map: FactMap): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  for (const digest of digestsOf(map)) {
    const value = added.get(digest) ?? base.values.get(digest);
    if (value !== undefined) values.set(digest, value);
  }
  return values;
}

const passing: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'throttled']);

function describeFaults(performed: PerformedLook): Pick<WorldLook, 'faults' | 'unreadSubjects' | 'phaseSeconds' | 'measures' | 'defects'> {
  const faults: Record<string, number> = {};
  const unreadSubjects: string[] = [];
  for (const [subject, kinds] of performed.seen) {
    const fault = Object.values(kinds).flatMap((seen) => ('fault' in seen ? [seen.fault] : []))[0];
    if (fault === undefined) continue;
    faults[fault.code] = (faults[fault.code] ?? 0) + 1;
    if (passing.has(fault.code)) unreadSubjects.push(subject);
  }
  const { phaseSeconds, defects } = performed;
  return { faults, unreadSubjects, phaseSeconds, measures: Object.fromEntries(performed.measures), defects };
}

/** What was judged, by digest: the facts of every subject, the parameters, the code. Times are left out: they always differ. */
function digestInput(input: RunInput, codeVersion: string): string {
  const kinds = Object.keys(input.check.needs).sort();
  const lines = input.subjects.map((subject) => {
    const parts = kinds.map((kind) => {
      const lookedAt = input.sources.derivations.get(kind)?.from ?? kind;
      const fact = factOf(input, subject, lookedAt, []);
      return 'fault' in fact ? fact.fault.code : fact.digest;
    });
    return `${subject.id} ${parts.join(' ')}`;
  });
  return digestOf([codeVersion, digestOfValue(input.parameters), ...lines.sort()].join('\n'));
}

function assembleReply(
  input: RunInput,
  judged: JudgedRun,
  request: JudgeRequest,
  seal: Pick<RunOutcome, 'inputDigest' | 'codeVersion' | 'maxAgeMs' | 'finishedAt'>,
): JudgeReply {
  const notPass = storedBody(judged.notPass);
  const parameters = storedBody(input.parameters);
  const waivers = storedBody(input.waivers);
  const subjects = storedBody(input.subjects);
  const needed = looksOf(input.check, input.sources);
  const looks = Object.fromEntries(
    Object.entries(request.looks)
      .filter(([name]) => needed.includes(name))
      .map(([name, look]) => [name, look.id]),
  );
  const unread = countUnread(input);
  const outcome: RunOutcome = {
    ...seal,
    check: input.id,
    trigger: input.trigger,
    parametersDigest: parameters.digest,
    waiversDigest: waivers.digest,
    scheduledFor: request.scheduledFor,
    startedAt: input.startedAt,
    dataAsOf: judged.dataAsOf,
    extent: input.extent,
    previousRun: request.previous?.id ?? null,
    looks,
    population: {
      expected: input.subjects.length,
      seen: input.subjects.length - unread,
      unread,
      digest: populationDigest(input.subjects.map((subject) => subject.id)),
    },
    subjectsDigest: subjects.digest,
    counts: judged.counts,
    findingsDigest: digestOfValue(judged.findings),
    notPassDigest: notPass.digest,
  };
  return {
    outcome,
    forAlerts: { check: input.id, dataAsOf: judged.dataAsOf, trigger: input.trigger, interpretations: judged.results },
    bodies: [notPass, parameters, waivers, subjects],
    defects: judged.defects,
    findings: request.withFindings ? judged.findings : null,
  };
}

/** By the facts that were looked at: deriving anew could hang again what a `hung` run has to record. */
function countUnread(input: RunInput): number {
  const kinds = Object.keys(input.check.needs).map((kind) => input.sources.derivations.get(kind)?.from ?? kind);
  return input.subjects.filter((subject) => kinds.some((kind) => 'fault' in factOf(input, subject, kind, []))).length;
}
