import type { Worker } from 'node:worker_threads';
import type { RawChange } from '../domain/change.ts';
import type { CheckPlan, Plan } from '../domain/plan.ts';
import type { Clock, Log, StoredBody } from '../domain/ports.ts';
import type { DrawnEstate } from './estate-facts.ts';
import { type RunningTime, sleepRunning } from './running-time.ts';
import type { JudgeReply, World, WorldLook } from './world.ts';
import type { WorldAnswer, WorldMessage, WorldResult } from './world-messages.ts';

/** The worker thread ended with work in it. `deadline`: it was ended because an answer never came. */
export class WorldLost extends Error {
  override readonly name = 'WorldLost';
  readonly reason: 'deadline' | 'crashed' | 'closed';

  constructor(reason: WorldLost['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface WorldThread extends World {
  /** Resolves when the thread that runs now answers. */
  ready(): Promise<void>;
  /** The thread that runs now has said that it is ready. */
  answers(): boolean;
  restarts(): number;
  close(): Promise<void>;
}

export interface WorldThreadNeeds {
  readonly plan: Plan;
  readonly spawn: () => Worker;
  readonly clock: Clock;
  /** Deadlines are counted in it. */
  readonly ranMs: RunningTime;
  readonly log: Log;
  readonly onRestart: () => void;
}

interface Waiting {
  readonly resolve: (result: WorldResult) => void;
  readonly reject: (error: Error) => void;
  readonly answered: AbortController;
  readonly keep?: Keep | undefined;
}

type Keep = (bodies: readonly StoredBody[]) => Promise<void>;

interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly waiting: Map<number, Waiting>;
  answers: boolean;
  lost: boolean;
}

/** A thread that dies before it ever answered would die again at once. */
const restartPauseMs = 1_000;

/** Loading the code takes a second; a thread that needs this long to begin is stuck. */
const startDeadlineMs = 60_000;

/** A look that keeps its own deadline answers by then; this much longer, and the thread itself is stuck. */
const lookGraceMs = 5_000;
const adoptDeadlineMs = 10_000;
/** To read a large estate back and to derive what follows from it takes seconds. */
const prepareDeadlineMs = 60_000;
/** Twice what a source takes for it. */
const changesDeadlineMs = 10_000;

type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

/** The world in a worker thread that is replaced as soon as one answer is overdue. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function startWorldThread(needs: WorldThreadNeeds): WorldThread {
  /** Whatever is asked of the thread waits for the judgement that it is at, or for what is prepared for one. */
  const longestJudgementMs = Math.max(0, ...needs.plan.checks.map(longestWaitMs));
  let lastId = 0;
  let restarts = 0;
  let closed = false;
  let thread = startThread();

  function startThread(): Thread {
    const worker = needs.spawn();
    const waiting = new Map<number, Waiting>();
    const ready = Promise.withResolvers<void>();
    const starting = new AbortController();
    const started: Thread = { worker, ready: ready.promise, waiting, answers: false, lost: false };
    // Who waits for `ready` gets the error; where nobody waits it has been logged already.
    ready.promise.catch(() => undefined);
    worker.on('message', (answer: WorldAnswer) => {
      if (answer.kind === 'keep') return keepFacts(started, answer);
      if (answer.kind !== 'ready') return settle(waiting, answer);
      started.answers = true;
      starting.abort();
      ready.resolve();
    });
    worker.on('error', (error: Error) => {
      needs.log.error({ err: error }, 'the world thread failed');
      starting.abort();
      ready.reject(error);
      lose(started, new WorldLost('crashed', error.message));
    });
    worker.on('exit', () => {
      starting.abort();
      const error = new WorldLost(closed ? 'closed' : 'crashed', 'the world thread ended');
      ready.reject(error);
      lose(started, error);
    });
    void sleepRunning(needs.clock, needs.ranMs, startDeadlineMs, starting.signal).then(() => {
      if (starting.signal.aborted) return undefined;
      needs.log.error({ startDeadlineMs }, 'the world thread did not begin in time and is replaced');
      return worker.terminate();
    });
    return started;
  }

  function lose(lost: Thread, error: WorldLost): void {
    if (lost.lost) return;
    lost.lost = true;
    for (const { reject, answered } of lost.waiting.values()) {
      answered.abort();
      reject(error);
    }
    lost.waiting.clear();
    if (closed) return;
    restarts += 1;
    needs.onRestart();
    if (lost.answers) {
      thread = startThread();
      return;
    }
    void needs.clock.sleep(restartPauseMs).then(() => {
      if (!closed) thread = startThread();
    });
  }

  /** Facts that cannot be kept end their look: it would refer to what is not there. */
  function keepFacts(from: Thread, { id, delivery, bodies }: Extract<WorldAnswer, { kind: 'keep' }>): void {
    const asked = from.waiting.get(id);
    if (asked?.keep === undefined) return;
    asked.keep(bodies).then(
      () => from.worker.postMessage({ kind: 'kept', id: delivery } satisfies WorldMessage),
      (error: unknown) => {
        from.waiting.delete(id);
        asked.answered.abort();
        asked.reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  async function call(message: Unnumbered<Exclude<WorldMessage, { kind: 'kept' }>>, deadlineMs: number, keep?: Keep): Promise<WorldResult> {
    if (closed) throw new WorldLost('closed', 'the world thread is closed');
    const target = thread;
    await target.ready;
    if (target.lost) throw new WorldLost('crashed', 'the world thread ended before it was asked');
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<WorldResult>();
    const answered = new AbortController();
    target.waiting.set(id, { resolve, reject, answered, keep });
    target.worker.postMessage({ ...message, id });
    void sleepRunning(needs.clock, needs.ranMs, deadlineMs, answered.signal).then(() => {
      return answered.signal.aborted ? undefined : replace(target, { id, kind: message.kind, deadlineMs });
    });
    return await promise;
  }

  /** Only who is overdue has hung; who else is in there lost its thread to that. */
  function replace(target: Thread, overdue: { readonly id: number; readonly kind: string; readonly deadlineMs: number }): Promise<number> {
    needs.log.error(overdue, 'the world thread did not answer in time and is replaced');
    const { id, kind, deadlineMs } = overdue;
    target.waiting.get(id)?.reject(new WorldLost('deadline', `no answer to ${kind} within ${deadlineMs} ms`));
    target.waiting.delete(id);
    lose(target, new WorldLost('crashed', `the world thread was replaced, since it gave no answer to ${kind}`));
    return target.worker.terminate();
  }

  return {
    look: async (request, keep) => {
      const plan = needs.plan.looks.find((look) => look.name === request.name);
      if (plan === undefined) throw new Error(`look ${request.name} is not configured`);
      return (await call(
        { kind: 'look', request, keeps: keep !== undefined },
        plan.deadlineMs + lookGraceMs + longestJudgementMs,
        keep,
      )) as WorldLook;
    },
    adoptLook: async (token, look) => {
      await call({ kind: 'adopt', token, look }, adoptDeadlineMs + longestJudgementMs);
    },
    prepare: async (request) => {
      await call({ kind: 'prepare', request }, prepareDeadlineMs);
    },
    drawEstate: async () => (await call({ kind: 'draw' }, prepareDeadlineMs + longestJudgementMs)) as DrawnEstate | null,
    judge: async (request) => {
      const plan = needs.plan.checks.find((check) => check.id === request.check);
      if (plan === undefined) throw new Error(`check ${request.check} is not configured`);
      return (await call({ kind: 'judge', request }, plan.judgementDeadlineMs)) as JudgeReply;
    },
    recentChanges: async (subjects) =>
      (await call({ kind: 'changes', subjects }, changesDeadlineMs + longestJudgementMs)) as readonly RawChange[],
    ready: () => thread.ready,
    answers: () => thread.answers && !thread.lost,
    restarts: () => restarts,
    close: async () => {
      closed = true;
      await thread.worker.terminate();
    },
  };
}

/** Only for facts of the estate anything is prepared. */
function longestWaitMs({ judgementDeadlineMs, parameters }: CheckPlan): number {
  return parameters.knowledgeDigest === undefined ? judgementDeadlineMs : Math.max(judgementDeadlineMs, prepareDeadlineMs);
}

function settle(waiting: Map<number, Waiting>, answer: Exclude<WorldAnswer, { kind: 'ready' | 'keep' }>): void {
  const asked = waiting.get(answer.id);
  if (asked === undefined) return;
  waiting.delete(answer.id);
  asked.answered.abort();
  if (answer.kind === 'done') asked.resolve(answer.result);
  else asked.reject(new Error(answer.error));
}
