import type { Fault } from '../../domain/fault.ts';
import type { Hello, HelloAnswer, HelloAsker, ReadUntil } from './hello.ts';
import { type AskOnce, hadEnough, isHangUp, outOfTime, type PaceClock, type Pacing, type ScanLimits } from './pacing.ts';
import { Turns } from './turns.ts';

/** What the peer hung up on, which it may have done for being asked too much. */
interface Doubt {
  readonly hello: Hello;
  readonly until: ReadUntil;
  readonly settle: (answer: HelloAnswer) => void;
  readonly fail: (error: unknown) => void;
}

/** What the peer accepted, which is asked again to see whether it still does. */
interface KnownGood {
  readonly hello: Hello;
  readonly until: ReadUntil;
}

/** Share of the time after which only what was accepted before is asked. */
const askingShare = 0.8;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** How much longer the gap becomes where the peer answers after all what it hung up on: that may be a lost connection, and no limit. */
const longerAfterDoubt = 1.5;
/** And where it does not take what it took. */
const longerAfterRefusal = 2;

/**
 * A peer that hangs up refuses what was asked, or has had enough of us. This tells one from the other, asked alone and at even distances: where it hangs up on
 * each that is in doubt, and on no good one, no limit of so many in a window of time explains it. A window that began before the third good one would have
 * room for what comes next, unless it has room for one only, and then the last two good ones, or the first two, could not both be taken.
 */
const trial = ['good', 'good', 'doubt', 'doubt', 'good', 'doubt', 'good', 'good'] as const;
/** Once more for each time that it hung up for nothing: whoever often does may do so several times in a row. */
const oneMore = ['doubt', 'good'] as const;
const mostMore = 4;
const moreAfter = 5;
/** The last of one trial are the first of the next. */
const goodsInFront = 2;

/** Asks one peer as fast as it bears, and no answer is given for a refusal that may be weariness. */
export class Pacer implements HelloAsker {
  readonly #askOnce: AskOnce;
  readonly #limits: ScanLimits;
  readonly #isAdaptive: boolean;
  readonly #clock: PaceClock;
  readonly #turns: Turns;
  readonly #startMs: number;
  readonly #accepted = new WeakSet<Hello>();
  #knownGood: KnownGood | null = null;
  #hasAnswered = false;
  #underWay = 0;
  #idle = Promise.withResolvers<void>();
  #secondChance: Promise<void> | null = null;
  readonly #doubts = new Set<Doubt>();
  #isTrying = false;
  /** For what all are in doubt who are tried together: they were asked at once. */
  #hasSlowedDown = false;
  /** How often it was seen to have had enough; all that were asked at once count once. */
  #hungUpForNothing = 0;

  constructor(askOnce: AskOnce, limits: ScanLimits, pacing: Pacing, clock: PaceClock) {
    this.#askOnce = askOnce;
    this.#limits = limits;
    this.#isAdaptive = pacing.isAdaptive;
    this.#clock = clock;
    this.#turns = new Turns(pacing.inFlight, clock);
    this.#startMs = clock.nowMs();
  }

  async ask(hello: Hello, until: ReadUntil): Promise<HelloAnswer> {
    const first = await this.#askInTurn(hello, until);
    const answer = isSilence(first) && this.#hasAnswered && this.#isAdaptive ? await this.#askInTurn(hello, until) : first;
    if (!isHangUp(answer)) return answer;
    await this.#untilSomethingIsAccepted();
    if (this.#knownGood !== null) return await this.#tryAlone(hello, until);
    return !this.#isAdaptive ? answer : await this.#askAfterPause(hello, until);
  }

  /** Nothing is accepted so far: perhaps somebody else asked a moment ago. The pause is one for all. */
  async #askAfterPause(hello: Hello, until: ReadUntil): Promise<HelloAnswer> {
    this.#secondChance ??= this.#pause(firstPauseMs * 2);
    await this.#secondChance;
    const answer = await this.#askInTurn(hello, until);
    if (!isHangUp(answer)) return answer;
    await this.#untilSomethingIsAccepted();
    return this.#knownGood === null ? answer : await this.#tryAlone(hello, until);
  }

  async #askInTurn(hello: Hello, until: ReadUntil): Promise<HelloAnswer> {
    this.#underWay += 1;
    await this.#turns.enter();
    try {
      return await this.#askNow(hello, until);
    } finally {
      this.#turns.leave();
      this.#underWay -= 1;
      this.#tellIdle();
    }
  }

  async #askNow(hello: Hello, until: ReadUntil): Promise<HelloAnswer> {
    const share = this.#accepted.has(hello) ? 1 : askingShare;
    await this.#turns.keepGap(this.#isTrying, this.#leftMs(share));
    const leftMs = this.#leftMs(share);
    if (leftMs <= 0) return { kind: 'fault', fault: this.#whyNotAsked() };
    const answer = await this.#askOnce(hello, until, Math.min(this.#limits.timeoutMs, leftMs));
    if (answer.kind === 'hello') this.#remember(hello, until);
    this.#hasAnswered ||= answer.kind === 'hello' || answer.kind === 'alert';
    if (!isHangUp(answer)) this.#turns.speedUp();
    return answer;
  }

  #remember(hello: Hello, until: ReadUntil): void {
    this.#accepted.add(hello);
    // The first stays: what is accepted by chance must not become the measure.
    this.#knownGood ??= { hello, until };
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#underWay > 0 && this.#knownGood === null) return;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers();
  }

  /** Or until nothing is under way any more. */
  async #untilSomethingIsAccepted(): Promise<void> {
    while (this.#knownGood === null && this.#underWay > 0) await this.#idle.promise;
  }

  #tryAlone(hello: Hello, until: ReadUntil): Promise<HelloAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HelloAnswer>();
    this.#doubts.add({ hello, until, settle: resolve, fail: reject });
    if (!this.#isTrying) void this.#tryAll();
    return promise;
  }

  async #tryAll(): Promise<void> {
    this.#isTrying = true;
    this.#hasSlowedDown = false;
    await this.#turns.enterAlone();
    try {
      for (let endedWell = false; this.#doubts.size > 0; ) endedWell = await this.#tryUntilTaken(endedWell);
    } catch (error) {
      for (const doubt of this.#doubts) doubt.fail(error);
      this.#doubts.clear();
    }
    this.#isTrying = false;
    this.#turns.leaveAlone();
  }

  /** A peer that has had enough is given longer and longer, but asked more slowly only by one step. */
  async #tryUntilTaken(followsTrial: boolean): Promise<boolean> {
    let outcome = await this.#tryOnce(followsTrial);
    for (let pauseMs = firstPauseMs; outcome === 'not-taken'; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (pauseMs === firstPauseMs) this.#slowDown(longerAfterRefusal);
      if (!this.#isAdaptive || this.#leftMs(askingShare) <= 0) this.#settleAll({ kind: 'fault', fault: this.#whyNotAsked() });
      if (this.#doubts.size === 0) return false;
      await this.#pause(pauseMs);
      outcome = await this.#tryOnce(false);
    }
    return outcome === 'refused';
  }

  /** One trial of what is longest in doubt. `not-taken`: nor does it take what it took. */
  async #tryOnce(followsTrial: boolean): Promise<'refused' | 'answered' | 'not-taken'> {
    const [doubt] = this.#doubts;
    if (doubt === undefined) return 'answered';
    let hungUp: HelloAnswer | null = null;
    for (const step of this.#stepsOfTrial(followsTrial)) {
      if (step === 'good') {
        if (await this.#isGoodStillTaken()) continue;
        return 'not-taken';
      }
      hungUp = await this.#askNow(doubt.hello, doubt.until);
      if (!isHangUp(hungUp)) return this.#answerAfterAll(doubt, hungUp);
    }
    if (hungUp !== null) this.#settle(doubt, hungUp);
    return 'refused';
  }

  #stepsOfTrial(followsTrial: boolean): readonly ('good' | 'doubt')[] {
    const more = Array.from({ length: Math.min(this.#hungUpForNothing, mostMore) }, () => oneMore).flat();
    return [...trial.slice(followsTrial ? goodsInFront : 0, moreAfter), ...more, ...trial.slice(moreAfter)];
  }

  /** What it hung up on before, it does answer. */
  #answerAfterAll(doubt: Doubt, answer: HelloAnswer): 'answered' {
    if (!this.#hasSlowedDown) this.#slowDown(longerAfterDoubt);
    this.#settle(doubt, answer);
    return 'answered';
  }

  async #isGoodStillTaken(): Promise<boolean> {
    if (this.#knownGood === null) return false;
    const { hello, until } = this.#knownGood;
    return (await this.#askNow(hello, until)).kind === 'hello';
  }

  #slowDown(factor: number): void {
    if (this.#leftMs(1) <= 0) return;
    this.#hungUpForNothing += 1;
    this.#hasSlowedDown = true;
    if (this.#isAdaptive) this.#turns.slowDown(factor);
  }

  #settle(doubt: Doubt, answer: HelloAnswer): void {
    this.#doubts.delete(doubt);
    doubt.settle(answer);
  }

  #settleAll(answer: HelloAnswer): void {
    for (const doubt of this.#doubts) this.#settle(doubt, answer);
  }

  #whyNotAsked(): Fault {
    return this.#hungUpForNothing > 0 ? hadEnough : outOfTime;
  }

  async #pause(ms: number): Promise<void> {
    const leftMs = Math.max(0, this.#leftMs(askingShare));
    await this.#clock.sleep(Math.min(leftMs, ms * (0.75 + this.#clock.random() / 2)));
  }

  /** Of this share of the whole time. None once nobody waits any more. */
  #leftMs(share: number): number {
    return this.#limits.signal.aborted ? 0 : this.#startMs + this.#limits.totalMs * share - this.#clock.nowMs();
  }
}

function isSilence(answer: HelloAnswer): answer is { readonly kind: 'fault'; readonly fault: Fault } {
  return answer.kind === 'fault' && answer.fault.code === 'timeout';
}
