import type { Change } from '../domain/change.ts';
import type { Check } from '../domain/check.ts';
import type { Extent, Look } from '../domain/look.ts';
import type { CheckPlan } from '../domain/plan.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Run, RunTrigger } from '../domain/run.ts';
import { type Timestamp, timestamp } from '../domain/time.ts';
import { isInForce } from '../domain/waiver.ts';
import { digestOfValue } from './body.ts';
import { newestLook } from './carry.ts';
import type { EngineNeeds } from './engine-needs.ts';
import { canHaveTurned, findChanges, newlyFailing } from './find-changes.ts';
import type { LookAges } from './look-ages.ts';
import type { JudgeReply, JudgeRequest } from './world.ts';
import { WorldLost } from './world-thread.ts';

type RecordNeeds = Pick<
  EngineNeeds,
  'plan' | 'checks' | 'sources' | 'store' | 'world' | 'clock' | 'log' | 'rules' | 'pseudonyms' | 'seal' | 'codeVersion' | 'observer'
> & {
  readonly ages: LookAges;
  readonly stopping: AbortSignal;
  /** Reads these subjects at the origin and records that as a look on top of `base`; null where that was not possible. */
  readonly confirm: (look: string, subjects: readonly string[], base: Look) => Promise<Look | null>;
  /** Check -> of which complete look it asked the origin last. */
  readonly askedOf: Map<string, Timestamp>;
};

/** Judges the latest recorded looks and records the run, its decision and its evidence in one transaction. Null: nothing new to judge. */
export async function judgeAndRecord(
  needs: RecordNeeds,
  check: string,
  trigger: 'looked' | 'expired',
  neededLooks: readonly string[],
): Promise<Run | null> {
  const looks: Record<string, Look> = {};
  for (const name of neededLooks) {
    const look = await needs.store.latestLook(name);
    if (look !== null) looks[name] = look;
  }
  const previous = await needs.store.latestRun(check);
  if (trigger === 'looked' && readsMore(needs, check, looks, previous)) return null;
  const isNews = hasNewLook(looks, previous) || hasOtherBasis(needs, check, previous);
  if (trigger === 'looked' && !isNews) return null;
  const settled = isNews && !restsOnOld(needs, check, looks, previous) ? 'looked' : 'expired';
  const reply = await judgeConfirmed(needs, askFor(needs, check, settled, looks, previous), previous);
  for (const defect of reply.defects) {
    needs.log.error({ check, ...defect }, 'a judgement failed; its subject is unknown');
    needs.observer.defect(`check ${check}`);
  }
  await needs.store.putBodies(reply.bodies);
  const changeOf = await changesOf(needs, reply, previous?.dataAsOf ?? null);
  const nowMs = needs.clock.now();
  const { run } = await needs.store.record(
    reply.outcome,
    (open) => needs.rules.decideRun(open, reply.forAlerts, nowMs, changeOf),
    needs.seal,
  );
  return run;
}

/** Who changed what begins to fail, or a row that it follows from: told beside the alert, never waited for long. */
async function changesOf(
  needs: RecordNeeds,
  reply: JudgeReply,
  previousAsOf: Timestamp | null,
): Promise<(subject: string) => Change | null> {
  if (needs.plan.azure === null) return () => null;
  const subjects = newlyFailing(await needs.store.openAlerts(), reply.forAlerts).filter((id) => id.startsWith('/'));
  const { world, pseudonyms, clock, log } = needs;
  const changeLog = { recentChanges: (ids: readonly string[]) => world.recentChanges(ids) };
  const rowsOf = (subject: string): readonly string[] => [subject, ...(reply.rowsOf[subject] ?? [])];
  const changeOf = await findChanges({ changeLog, pseudonyms, clock, log }, subjects.flatMap(rowsOf), needs.stopping);
  const canTurn = (change: Change | null) => change !== null && canHaveTurned(change, reply.outcome.dataAsOf, previousAsOf);
  return (subject) => {
    const rows = rowsOf(subject);
    return rows.length === 1 ? changeOf(subject) : latest(rows.map(changeOf).filter(canTurn));
  };
}

function latest(changes: readonly (Change | null)[]): Change | null {
  return changes.reduce((last, one) => (one !== null && (last === null || one.at > last.at) ? one : last), null);
}

/**
 * Where an index that may lag would open or close an alert, the origin is asked first, and what it says is a look of its own, recorded before it is
 * judged. A look that fails changes nothing: what is not confirmed waits. A check asks once for each complete look: what checks hear of each other's
 * questions must not make them ask again without end.
 */
async function judgeConfirmed(needs: RecordNeeds, request: JudgeRequest, previous: Run | null): Promise<JudgeReply> {
  const reply = await judgeOrStop(needs, request);
  const base = reply.toConfirm && request.looks[reply.toConfirm.look];
  if (reply.toConfirm === null || base === null || base === undefined || request.trigger !== 'looked') return reply;
  if (needs.askedOf.get(request.check) === base.dataAsOf) return reply;
  const confirmed = await needs.confirm(reply.toConfirm.look, reply.toConfirm.subjects, base);
  if (confirmed === null) return reply;
  needs.askedOf.set(request.check, base.dataAsOf);
  const looks = { ...request.looks, [reply.toConfirm.look]: confirmed };
  return await judgeOrStop(needs, askFor(needs, request.check, 'looked', looks, previous));
}

/**
 * Rows are kept with what somebody reads of them, so one that an earlier process kept may lack what this code or a check of today reads: absent, it
 * could pass. What was said last stays, as long as it is not too old, until this process has looked itself.
 */
function readsMore(needs: RecordNeeds, check: string, looks: { readonly [name: string]: Look }, previous: Run | null): boolean {
  if (needs.checks.get(check)?.subjects === 'endpoint' || previous?.codeVersion === needs.codeVersion) return false;
  return Object.values(looks).some((look) => needs.sources.discovering?.has(look.source) === true && !needs.ages.isOwn(look));
}

/** Newer than anything judged before: a look whose name was configured once, and is again, has no news. */
function hasNewLook(looks: { readonly [name: string]: Look }, previous: Run | null): boolean {
  return Object.values(looks).some((look) => look.id > newestLook(previous?.looks ?? null));
}

/** The configuration, the waivers in force or the code changed: what the run before said may not be said of them. */
function hasOtherBasis(needs: RecordNeeds, id: string, previous: Run | null): boolean {
  const check = needs.checks.get(id);
  const checkPlan = needs.plan.checks.find((candidate) => candidate.id === id);
  if (previous === null || check === undefined || checkPlan === undefined) return false;
  return !sameBasis(needs, { checkPlan, previous, nowMs: needs.clock.now() });
}

/**
 * One of the looks is past the limit: that the others go on, or that it was never judged, must not make a pass of what was seen long ago.
 * The same for one that is older than what was judged before without having been judged then.
 */
function restsOnOld(needs: RecordNeeds, check: string, looks: { readonly [name: string]: Look }, previous: Run | null): boolean {
  const maxAgeMs = needs.plan.checks.find(({ id }) => id === check)?.maxAgeMs ?? 0;
  return Object.entries(looks).some(
    ([name, look]) =>
      needs.ages.isOld(look, maxAgeMs) || (look.id !== previous?.looks[name] && look.id < newestLook(previous?.looks ?? null)),
  );
}

function askFor(
  needs: RecordNeeds,
  check: string,
  trigger: RunTrigger,
  looks: { readonly [name: string]: Look },
  previous: Run | null,
): JudgeRequest {
  const nowMs = needs.clock.now();
  return {
    check,
    trigger,
    extent: trigger === 'looked' ? findExtent(needs, check, looks, previous, nowMs) : { kind: 'all' },
    scheduledFor:
      Object.values(looks)
        .map((look) => look.scheduledFor)
        .sort()
        .at(-1) ?? timestamp(nowMs),
    nowMs,
    looks,
    previous: previous && {
      id: previous.id,
      dataAsOf: previous.dataAsOf,
      looks: previous.looks,
      notPassDigest: previous.notPassDigest,
      subjectsDigest: previous.subjectsDigest,
      parametersDigest: previous.parametersDigest,
    },
    declaredDigest: declaredDigestOf(needs, check),
    hungInput: previous?.trigger === 'hung' ? previous.inputDigest : null,
    withFindings: false,
  };
}

/** Some subjects on top of the run before, where just one look moved on, by a partial one, and nothing else did. */
function findExtent(needs: RecordNeeds, id: string, looks: { readonly [name: string]: Look }, previous: Run | null, nowMs: number): Extent {
  const check = needs.checks.get(id);
  const checkPlan = needs.plan.checks.find((candidate) => candidate.id === id);
  const moved = Object.entries(looks).filter(([name, look]) => look.id !== previous?.looks[name]);
  const extent = moved[0]?.[1].extent;
  const name = moved[0]?.[0] ?? '';
  if (previous === null || check === undefined || checkPlan === undefined || moved.length !== 1 || extent?.kind !== 'some')
    return { kind: 'all' };
  // Whom a related row belonged to is not known any more where it is gone or belongs to another one now.
  const isRelated = extent.subjects.some((subject) => isOfRelatedType(check, subject));
  const follows = extent.base === previous.looks[name] && previous.trigger === 'looked' && !isRelated;
  return follows && sameBasis(needs, { checkPlan, previous, nowMs })
    ? { kind: 'some', subjects: extent.subjects, base: previous.id }
    : { kind: 'all' };
}

function isOfRelatedType({ related = {} }: Check, id: string): boolean {
  const type = resourceFromId(id)?.type;
  return Object.values(related).some((one) => one.type === type);
}

/** Endpoints are declared one by one, resources by the scopes that are listed; what is left out counts for both. */
function declaredDigestOf({ plan, checks }: Pick<RecordNeeds, 'plan' | 'checks'>, id: string): string {
  const check = checks.get(id);
  const declared = check?.subjects === 'endpoint' ? plan.subjects.filter(({ kind }) => kind === 'endpoint') : plan.scopes;
  const excluded = plan.outOfScope.map(({ subject }) => subject);
  // Without exclusions as it was before there were any: an upgrade alone must not look like another configuration.
  return digestOfValue(excluded.length === 0 ? declared : { declared, excluded });
}

interface Basis {
  readonly checkPlan: CheckPlan;
  readonly previous: Run;
  readonly nowMs: number;
}

function sameBasis(needs: Pick<RecordNeeds, 'plan' | 'checks' | 'codeVersion'>, { checkPlan, previous, nowMs }: Basis): boolean {
  const waivers = needs.plan.waivers.filter((waiver) => waiver.check === checkPlan.id && isInForce(waiver, nowMs));
  return (
    previous.codeVersion === needs.codeVersion &&
    previous.parametersDigest === digestOfValue(checkPlan.parameters) &&
    (previous.declaredDigest ?? previous.subjectsDigest) === declaredDigestOf(needs, checkPlan.id) &&
    previous.waiversDigest === digestOfValue(waivers)
  );
}

/** A judgement that never returns has cost the world its thread; the new one says unknown without judging. So does one that lost its thread twice. */
async function judgeOrStop(needs: RecordNeeds, request: JudgeRequest): Promise<JudgeReply> {
  const isDerived = needs.plan.checks.find(({ id }) => id === request.check)?.parameters.knowledgeDigest !== undefined;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      // What hung may hang here too: first the judgement tells whether anything is new.
      if (isDerived && request.hungInput === null) await needs.world.prepare({ check: request.check, looks: request.looks });
      return await needs.world.judge(request);
    } catch (error) {
      if (!(error instanceof WorldLost) || error.reason === 'closed') throw error;
      needs.observer.defect(`check ${request.check}`);
      if (error.reason === 'deadline') break;
    }
  }
  needs.log.error({ check: request.check }, 'a judgement never returned; the check is unknown until its code or facts change');
  return await needs.world.judge({ ...request, trigger: 'hung', extent: { kind: 'all' } });
}
