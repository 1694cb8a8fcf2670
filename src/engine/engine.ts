import PQueue from 'p-queue';
import type { Look } from '../domain/look.ts';
import type { Run } from '../domain/run.ts';
import { isStale } from '../domain/status.ts';
import { type Timestamp, timestamp } from '../domain/time.ts';
import { isInForce } from '../domain/waiver.ts';
import { confirmAtOrigin } from './confirm-at-origin.ts';
import type { EngineNeeds } from './engine-needs.ts';
import { createLookAges } from './look-ages.ts';
import { lookAndRecord } from './record-look.ts';
import { judgeAndRecord } from './record-run.ts';
import { looksOf } from './run-input.ts';
import { readClocks, wasInterrupted } from './running-time.ts';
import { countMissedTimes, findDueLook } from './schedule.ts';

export interface Engine {
  /** Takes up what an earlier process left: claims of looks that never ended, looks that nobody judged, alerts of checks that are gone. */
  start(): Promise<void>;
  /** Starts whatever is due. Returns at once; a tick during a tick is dropped. */
  tick(): void;
  /** Looks at some subjects now, on top of the latest whole look; false where there is none or one is in flight. */
  lookAtSome(look: string, subjects: readonly string[]): Promise<boolean>;
  /** Resolves when nothing is in flight. */
  settled(): Promise<void>;
  /** Lets what is being recorded end; looks in flight are given up and come again at the next start. */
  stop(): Promise<void>;
}

const housekeepingEveryMs = 600_000;
/** A look that failed by our own fault keeps its claim and is tried again after this long, or at its next time. */
const retryFailedMs = 30_000;
/** A look in flight is mostly waiting; more at a time only helps where looks are slow. */
const looksInFlight = 4;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function createEngine(needs: EngineNeeds): Engine {
  const { plan, store, clock, log, observer } = needs;
  const lookQueue = new PQueue({ concurrency: looksInFlight });
  // One judgement at a time: its deadline then counts from when the world begins.
  const judgeQueue = new PQueue({ concurrency: 1 });
  const inFlight = new Set<string>();
  const waitingForJudgement = new Set<string>();
  const askedOf = new Map<string, Timestamp>();
  const silentSince = new Map<string, Timestamp>();
  const lastRuns = new Map<string, Pick<Run, 'trigger' | 'dataAsOf' | 'looks'>>();
  const ages = createLookAges(clock);
  /** By the monotonic clock: a wall clock that is set must neither hide a silence nor make one. */
  const lastRunAtMs = new Map<string, number>();
  /** Looks that failed as a whole, not by who was looked at, and when they are tried again (monotonic). Their claims stand. */
  const failedLooks = new Map<string, { readonly scheduledFor: Timestamp; readonly retryAtMs: number }>();
  const stopping = new AbortController();
  let waiversInForce: string | null = null;
  let ticking: Promise<void> | null = null;
  let startedAtMs = clock.monotonic();
  let lastHousekeepingMs: number | null = null;

  const looksOfCheck = (id: string): readonly string[] => {
    const check = needs.checks.get(id);
    return check === undefined ? [] : looksOf(check, needs.sources);
  };

  /** The last catch: whatever ends here is our defect, is told in the log, and nothing else stops. */
  async function guarded(where: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (stopping.signal.aborted) return;
      log.error({ err: error, where }, 'a step of the engine failed; it is tried again when it is next due');
      observer.defect(where);
    }
  }

  function startLook(
    name: string,
    scheduledFor: Timestamp,
    some: { readonly subjects: readonly string[]; readonly base: Look } | null,
  ): Promise<void> {
    const lookPlan = plan.looks.find((look) => look.name === name);
    inFlight.add(name);
    return lookQueue.add(() =>
      guarded(`look ${name}`, async () => {
        if (some === null) failedLooks.set(name, { scheduledFor, retryAtMs: clock.monotonic() + retryFailedMs });
        const begun = readClocks(needs);
        try {
          const ended = await lookAndRecord(needs, { name, scheduledFor, some }, stopping.signal);
          if (ended === null) return;
          ages.recorded(ended.look, begun.monotonicMs);
          // What was cut off tells nothing of who was looked at: it is looked at again, at once where its time to be tried again has come.
          if (ended.look.unread === 0 || !wasInterrupted(needs, begun)) failedLooks.delete(name);
          observer.lookEnded(ended.look, ended.reply);
          if (ended.reply.defects.length > 0) observer.defect(`look ${name}`);
          if (some === null && lookPlan?.retryUnreadMs !== undefined)
            retryUnread(ended.look, ended.reply.unreadSubjects, lookPlan.retryUnreadMs);
        } finally {
          inFlight.delete(name);
          judgeAfterLook(name);
        }
      }),
    );
  }

  /** A look that failed is judged too: what it could not see grows old and becomes unknown. */
  function judgeAfterLook(name: string): void {
    for (const check of plan.checks) {
      const needed = looksOfCheck(check.id);
      if (needed.includes(name) && !needed.some((other) => inFlight.has(other))) queueJudgement(check.id, 'looked');
    }
  }

  /** Few unread subjects are worth a second look; many are an outage, which more probing does not mend. */
  function retryUnread(look: Look, unread: readonly string[], afterMs: number): void {
    if (unread.length === 0 || unread.length > Math.max(10, look.expected / 10)) return;
    void clock.sleep(afterMs, stopping.signal).then(() =>
      guarded(`look ${look.name}`, async () => {
        if (!stopping.signal.aborted) await lookAtSome(look.name, unread);
      }),
    );
  }

  async function lookAtSome(name: string, subjects: readonly string[]): Promise<boolean> {
    if (inFlight.has(name)) return false;
    const base = await store.latestLook(name);
    if (base === null || inFlight.has(name)) return false;
    await startLook(name, timestamp(clock.now()), { subjects, base });
    return true;
  }

  /** For one judgement; who else needs the look is judged anew on it. */
  async function confirm(name: string, subjects: readonly string[], base: Look): Promise<Look | null> {
    if (stopping.signal.aborted || inFlight.has(name)) return null;
    inFlight.add(name);
    try {
      return await confirmAtOrigin({ ...needs, ages, silentSince }, { name, subjects, base }, stopping.signal);
    } finally {
      inFlight.delete(name);
      judgeAfterLook(name);
    }
  }

  function queueJudgement(check: string, trigger: 'looked' | 'expired'): void {
    if (waitingForJudgement.has(check) || stopping.signal.aborted) return;
    waitingForJudgement.add(check);
    void judgeQueue.add(() =>
      guarded(`check ${check}`, async () => {
        waitingForJudgement.delete(check);
        // Queued while another judgement of it was under way: that one may have been the answer.
        if (trigger === 'expired' && !isOverdue(check)) return;
        const judging = { ...needs, ages, confirm, askedOf, stopping: stopping.signal };
        const run = await judgeAndRecord(judging, check, trigger, looksOfCheck(check));
        if (run === null) return;
        lastRuns.set(check, run);
        lastRunAtMs.set(check, clock.monotonic());
        observer.runEnded(run);
        needs.onRecorded();
      }),
    );
  }

  async function takeDueLooks(nowMs: number): Promise<void> {
    for (const look of plan.looks) {
      if (inFlight.has(look.name)) continue;
      const last = await store.lastScheduled(look.name);
      const due = findDueLook(look, last, nowMs);
      if (inFlight.has(look.name)) continue;
      if (due === null) {
        retryFailed(look.name);
        continue;
      }
      if (!(await store.claimLook(look.name, due.scheduledFor, timestamp(nowMs)))) continue;
      observer.missed(countMissedTimes(look, last, due));
      void startLook(look.name, due.scheduledFor, null);
    }
  }

  function retryFailed(name: string): void {
    const failed = failedLooks.get(name);
    if (failed !== undefined && clock.monotonic() >= failed.retryAtMs) void startLook(name, failed.scheduledFor, null);
  }

  /**
   * No run for longer than the limit, so that its data are past it too; or data past it that the wall clock, set back, calls young: what they let
   * pass would be shown. Of data that it calls old every output says unknown already.
   */
  function isOverdue(check: string): boolean {
    const maxAgeMs = plan.checks.find(({ id }) => id === check)?.maxAgeMs ?? 0;
    if (clock.monotonic() - (lastRunAtMs.get(check) ?? startedAtMs) > maxAgeMs) return true;
    const last = lastRuns.get(check);
    if (last?.trigger !== 'looked' || isStale(last.dataAsOf, maxAgeMs, clock.now())) return false;
    return Object.entries(last.looks).some(([name, id]) => ages.hasLasted(name, id, maxAgeMs));
  }

  /**
   * The passing of a freshness limit is recorded like a run, again after each further limit, so that lasting blindness is told. A look in flight
   * keeps nobody from it: one that never ends well is in flight whenever the schedule ticks.
   */
  function expireStale(): void {
    for (const { id } of plan.checks) if (isOverdue(id)) queueJudgement(id, 'expired');
  }

  async function keepHouse(nowMs: number): Promise<void> {
    if (lastHousekeepingMs !== null && Math.abs(nowMs - lastHousekeepingMs) < housekeepingEveryMs) return;
    lastHousekeepingMs = nowMs;
    const decided = await store.recordDecision((open) => needs.rules.decideHousekeeping(open, nowMs));
    if (decided.alerts.length + decided.notifications.length > 0) needs.onRecorded();
  }

  /** Looks that nobody judged, and what the configuration, the waivers or the code of today would judge otherwise. */
  async function judgeAnew(): Promise<void> {
    for (const { name } of plan.looks) {
      const look = await store.latestLook(name);
      if (look !== null) ages.met(look);
    }
    for (const { id } of plan.checks) {
      const run = await store.latestRun(id);
      if (run !== null) lastRuns.set(id, run);
      queueJudgement(id, 'looked');
    }
  }

  /** A waiver begins or ends at its moment, not at the next look. */
  function followWaivers(nowMs: number): void {
    const inForce = plan.waivers.filter((waiver) => isInForce(waiver, nowMs));
    const ids = inForce.map((waiver) => waiver.id).join('\n');
    if (waiversInForce !== null && waiversInForce !== ids) for (const { id } of plan.checks) queueJudgement(id, 'looked');
    waiversInForce = ids;
  }

  return {
    start: async () => {
      startedAtMs = clock.monotonic();
      const given = await store.releaseClaims();
      if (given.length > 0) log.info({ looks: given }, 'looks of an earlier process never ended and are due again');
      await store.dropStatuses(plan.checks.map((check) => check.id));
      await keepHouse(clock.now());
      await judgeAnew();
    },
    tick: () => {
      const nowMs = clock.now();
      observer.ticked(nowMs);
      if (ticking !== null || stopping.signal.aborted) return;
      ticking = guarded('tick', async () => {
        await takeDueLooks(nowMs);
        expireStale();
        followWaivers(nowMs);
        await keepHouse(nowMs);
      }).finally(() => {
        ticking = null;
      });
    },
    lookAtSome,
    settled: async () => {
      while (ticking !== null || lookQueue.size + lookQueue.pending + judgeQueue.size + judgeQueue.pending > 0) {
        await ticking;
        await lookQueue.onIdle();
        await judgeQueue.onIdle();
      }
    },
    stop: async () => {
      stopping.abort();
      lookQueue.clear();
      judgeQueue.clear();
      await ticking;
      await judgeQueue.onIdle();
    },
  };
}
