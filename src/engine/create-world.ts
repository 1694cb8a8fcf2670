import { setImmediate as turn } from 'node:timers/promises';
import type { Check, Derivation } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { FactFollower } from '../domain/fact-follower.ts';
import type { Finding } from '../domain/finding.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind, FactMap, Look, LookRequest } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, Source, StoredBody, StoreReader } from '../domain/ports.ts';
import type { Subject } from '../domain/subject.ts';
import { timestamp } from '../domain/time.ts';
import { isInForce } from '../domain/waiver.ts';
import { assembleReply, digestInput } from './assemble-reply.ts';
import { storedBody } from './body.ts';
import { type DrawnEstate, drawInTurns, type EstateDrawing } from './estate-facts.ts';
import { amendLook, type RememberedLook, recallLook, rememberLook } from './fact-memory.ts';
import { factSourcesOf } from './fact-sources.ts';
import { createFollowingFacts } from './follow-facts.ts';
import { createFollowedRuns } from './follow-run.ts';
import { indexAsOf } from './index-as-of.ts';
import { judgeRun } from './judge-run.ts';
import type { Defect } from './judge-subjects.ts';
import type { KeptFact } from './kept-fact.ts';
import { lookAtWorld } from './look-at-world.ts';
import { subjectsToLookAt } from './look-subjects.ts';
import { tellOwnLooks } from './own-looks.ts';
import { populationOf, unlistedEndpoints } from './population.ts';
import { resourceKind } from './resource-index.ts';
import { looksOf, type RunInput } from './run-input.ts';
import type { JudgeRequest, World } from './world.ts';

export interface WorldNeeds {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly derivations: ReadonlyMap<FactKind, Derivation>;
  readonly estateDerivations?: readonly EstateDerivation[];
  /** Facts whose changes are told; absent: none. */
  readonly followers?: readonly FactFollower[];
  /** Absent: nothing is drawn. */
  readonly drawing?: EstateDrawing;
  /** Null where nothing is kept (`check`). */
  readonly reader: StoreReader | null;
  readonly clock: Clock;
  readonly codeVersion: string;
}

interface PendingLook {
  readonly name: string;
  readonly mapDigest: string;
  /** `entries` are what it changes on top of the look before. */
  readonly isPartial: boolean;
  readonly entries: FactMap;
  readonly values: ReadonlyMap<string, KeptFact>;
}

/** So often a drawing is begun anew since there is a newer look. */
const mostRedrawn = 3;
/** Nobody waits longer for it than this. */
const changesDeadlineMs = 5_000;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function createWorld(needs: WorldNeeds): World {
  const remembered = new Map<string, RememberedLook>();
  const pending = new Map<number, PendingLook>();
  /** A look at some was made on top of them, in place: they are not what was recorded any more. */
  const spent = new WeakSet<RememberedLook>();
  const notPassMemory = new Map<string, { readonly digest: string; readonly findings: readonly Finding[] }>();
  /** Code and parameters are the same for as long as this world lives. */
  const passes = new Map<string, Map<string, string>>();
  const sources = factSourcesOf(needs.plan, needs.sources, needs.derivations, needs.estateDerivations);
  const following = needs.reader === null ? null : createFollowingFacts(needs.followers ?? [], needs.reader);
  const knowledge = needs.plan.knowledge ?? {};
  const followedRuns = createFollowedRuns(knowledge);
  const discoveringName = needs.plan.looks.find(({ source }) => needs.sources.get(source)?.discovers === true)?.name ?? 'azure';
  let lastToken = 0;
  let drawn: DrawnEstate | null = null;
  let keptKnowledge: StoredBody | null = null;

  /** Packed once: a list of service tags takes a tenth of a second. */
  function knowledgeBody(): StoredBody {
    keptKnowledge ??= storedBody(knowledge);
    return keptKnowledge;
  }

  function passesOf(check: string): Map<string, string> {
    const known = passes.get(check) ?? new Map<string, string>();
    passes.set(check, known);
    return known;
  }

  async function recall(look: Look): Promise<RememberedLook> {
    const known = remembered.get(look.name);
    if (known?.look.id === look.id) return known;
    if (needs.reader === null) throw new Error(`look ${look.name} ${look.id} is not remembered and nothing is kept`);
    const recalled = await recallLook(needs.reader, look);
    // A newer look may have been adopted while this one was read.
    if ((remembered.get(look.name)?.look.id ?? 0) < look.id) remembered.set(look.name, recalled);
    return recalled;
  }

  /** All as they were recorded, at the same moment: whoever judges them may wait for nothing any more. */
  async function recallAll(wanted: JudgeRequest['looks']): Promise<ReadonlyMap<string, RememberedLook>> {
    const looks = new Map<string, RememberedLook>();
    for (const [name, look] of Object.entries(wanted)) looks.set(name, await recall(look));
    return [...looks.values()].some((look) => spent.has(look)) ? await recallAll(wanted) : looks;
  }

  async function notPassOf(check: string, digest: string): Promise<readonly Finding[]> {
    const known = notPassMemory.get(check);
    if (known?.digest === digest) return known.findings;
    const bodies = (await needs.reader?.bodies([digest])) ?? new Map<string, Json>();
    const body = bodies.get(digest);
    if (body === undefined) throw new Error(`the findings ${digest} of check ${check} are missing from the state file`);
    return body as unknown as readonly Finding[];
  }

  /** The latest look of each source that discovers, as far as one has ended. */
  async function discoveringLooks(): Promise<readonly RememberedLook[]> {
    const names = needs.plan.looks.filter(({ source }) => needs.sources.get(source)?.discovers === true).map(({ name }) => name);
    const found = await Promise.all(names.map(latestOf));
    return found.flatMap((look) => look ?? []);
  }

  /** Of resources nobody is known before each look that holds them has ended. */
  function subjectsOf(
    check: Check,
    looks: ReadonlyMap<string, RememberedLook>,
    discovering: readonly RememberedLook[],
  ): readonly Subject[] {
    if (check.subjects !== 'endpoint' && looksOf(check, sources).some((name) => !looks.has(name))) return [];
    return populationOf(check, needs.plan, [...looks.values()], discovering);
  }

  async function latestOf(name: string): Promise<RememberedLook | null> {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const latest = (await needs.reader?.latestLook(name)) ?? null;
    return latest === null ? null : await recall(latest);
  }

  /** What a source found before has to be known after a restart too: a list that is not complete must not make a smaller estate. */
  async function lookBefore(name: string, source: Source): Promise<RememberedLook | null> {
    const isKnowing = source.discovers === true || source.resources !== undefined || (source.samples ?? []).length > 0;
    return isKnowing ? await latestOf(name) : (remembered.get(name) ?? null);
  }

  async function ownLooksFor({ tellsOwnLooks }: Source): Promise<Pick<LookRequest, 'ownLooks'>> {
    if (tellsOwnLooks !== true || needs.reader === null) return {};
    return { ownLooks: await tellOwnLooks(needs.reader, needs.plan.looks, needs.clock.now()) };
  }

  return {
    look: async (request, keep) => {
      const plan = needs.plan.looks.find((look) => look.name === request.name);
      const source = plan && needs.sources.get(plan.source);
      if (plan === undefined || source === undefined) throw new Error(`look ${request.name} is not configured`);
      const base = request.extent.kind === 'some' ? await recall(request.extent.base) : await lookBefore(request.name, source);
      lastToken += 1;
      const made = await lookAtWorld({
        plan,
        source,
        request,
        ...subjectsToLookAt(needs.plan, source, plan, request, source.discovers === true ? [] : await discoveringLooks()),
        ...(await ownLooksFor(source)),
        resourceTypes: needs.plan.resourceTypes,
        settings: {
          vantage: needs.plan.vantage,
          discovered: needs.plan.discovered,
          ...(needs.plan.azure === null ? {} : { azure: needs.plan.azure }),
        },
        base,
        clock: needs.clock,
        token: lastToken,
        keep,
        following,
      });
      // Of one look name only the latest can still be adopted.
      for (const [token, waiting] of pending) if (waiting.name === request.name) pending.delete(token);
      const { reply, entries, values } = made;
      pending.set(reply.token, {
        name: request.name,
        mapDigest: reply.look.mapDigest,
        isPartial: request.extent.kind === 'some',
        entries,
        values,
      });
      return reply;
    },
    adoptLook: async (token, look) => {
      const waiting = pending.get(token);
      // A token of the thread before this one may be one of ours too, for another look.
      if (waiting?.name !== look.name || waiting.mapDigest !== look.mapDigest) return;
      pending.delete(token);
      const before = remembered.get(look.name);
      if (!waiting.isPartial) {
        remembered.set(look.name, rememberLook(look, waiting.entries, waiting.values, before));
      } else if (before?.look.id === look.base) {
        spent.add(before);
        remembered.set(look.name, amendLook(before, look, waiting.entries, waiting.values));
      }
    },
    recentChanges: async (subjects) => {
      const { azure } = needs.plan;
      if (azure === null) return [];
      const asked = [...needs.sources.values()].flatMap(
        (source) =>
          source.recentChanges?.({ azure, subjects, nowMs: needs.clock.now(), signal: AbortSignal.timeout(changesDeadlineMs) }) ?? [],
      );
      return (await Promise.all(asked)).flat();
    },
    prepare: async ({ check: id, looks: wanted }) => {
      const check = needs.checks.get(id);
      if (check !== undefined) followedRuns.prepare(check, sources, await recallAll(wanted));
    },
    drawEstate: async () => {
      const { drawing } = needs;
      const name = sources.lookOfKind.get(resourceKind);
      if (drawing === undefined || name === undefined) return null;
      await latestOf(name);
      for (let tries = 0; ; tries += 1) {
        // What is remembered now, and not what a look at some was made of meanwhile.
        const seen = remembered.get(name);
        if (seen === undefined || drawn?.look === seen.look.id) return drawn;
        const facts = followedRuns.factsOf(drawing.kind, sources, seen);
        if (facts === null) return null;
        const text = await drawInTurns(drawing, facts, async () => {
          // Looks that follow one another faster than it is drawn must not keep it from an end.
          if (tries >= mostRedrawn) return true;
          await turn();
          if (remembered.get(name) !== seen) return false;
          followedRuns.factsOf(drawing.kind, sources, seen);
          return true;
        });
        if (text !== null) drawn = { look: seen.look.id, dataAsOf: seen.look.dataAsOf, drawn: text };
      }
    },
    judge: async (request) => {
      const check = needs.checks.get(request.check);
      const checkPlan = needs.plan.checks.find((candidate) => candidate.id === request.check);
      if (check === undefined || checkPlan === undefined) throw new Error(`check ${request.check} is not configured`);
      const previous = request.previous && {
        dataAsOf: request.previous.dataAsOf,
        ...(await indexAsOf(needs.reader, check, sources, request.previous)),
        looks: request.previous.looks,
        notPass: await notPassOf(request.check, request.previous.notPassDigest),
      };
      const startedAt = timestamp(request.nowMs);
      const discovering = await discoveringLooks();
      const looks = await recallAll(request.looks);
      const input: RunInput = {
        id: request.check,
        check,
        parameters: checkPlan.parameters,
        waivers: needs.plan.waivers.filter((waiver) => waiver.check === request.check && isInForce(waiver, request.nowMs)),
        trigger: request.trigger,
        extent: request.extent,
        subjects: subjectsOf(check, looks, discovering),
        ...(check.subjects === 'endpoint' ? { unlistedEndpoints: unlistedEndpoints(needs.plan, discoveringName, discovering) } : {}),
        looks,
        sources,
        previous,
        startedAt,
        ...(request.withFindings ? {} : { passedOn: passesOf(request.check) }),
      };
      const isExact = check.subjects === 'endpoint' || request.trigger === 'hung' || request.hungInput !== null;
      const inputDigest = digestInput(input, needs.codeVersion, isExact);
      const settled = request.hungInput === inputDigest ? { ...input, trigger: 'hung' as const } : input;
      const defects: Defect[] = [];
      const followed = followedRuns.followAndWiden(settled, defects);
      const judged = judgeRun(followed);
      const reply = assembleReply(followed, { ...judged, defects: [...defects, ...judged.defects] }, request, {
        inputDigest,
        codeVersion: needs.codeVersion,
        maxAgeMs: checkPlan.maxAgeMs,
        finishedAt: timestamp(needs.clock.now()),
      });
      notPassMemory.set(request.check, { digest: reply.outcome.notPassDigest, findings: judged.notPass });
      const isKept =
        checkPlan.parameters.knowledgeDigest === undefined || request.previous?.parametersDigest === reply.outcome.parametersDigest;
      return isKept ? reply : { ...reply, bodies: [...reply.bodies, knowledgeBody()] };
    },
  };
}
