import type { PaceClock } from './pacing.ts';

const firstGapMs = 50;
const longestGapMs = 1_600;
/** A shorter one makes no difference. */
const shortestGapMs = 10;
/** What a gap becomes with each answer. This and how it grows were tried out on modelled limits and losses. */
const shorterByAnswer = 0.9;

/** Who may ask when: so many at a time, one alone while others wait, and with a gap once the peer showed that it wants one. */
export class Turns {
  readonly #clock: PaceClock;
  #most: number;
  #running = 0;
  #isAlone = false;
  #gapMs = 0;
  #nextStartMs = 0;
  #changed = Promise.withResolvers<void>();

  constructor(most: number, clock: PaceClock) {
    this.#most = most;
    this.#clock = clock;
  }

  async enter(): Promise<void> {
    while (this.#isAlone || this.#running >= this.#most) await this.#changed.promise;
    this.#running += 1;
  }

  leave(): void {
    this.#running -= 1;
    this.#tellChange();
  }

  /** Only one at a time may want to be alone. */
  async enterAlone(): Promise<void> {
    this.#isAlone = true;
    while (this.#running > 0) await this.#changed.promise;
  }

  leaveAlone(): void {
    this.#isAlone = false;
    this.#tellChange();
  }

  /** `factor`: how much longer the gap becomes. */
  slowDown(factor: number): void {
    this.#most = Math.max(1, Math.floor(this.#most / 2));
    this.#gapMs = Math.max(firstGapMs, Math.min(this.#gapMs * factor, longestGapMs));
  }

  speedUp(): void {
    this.#gapMs = this.#gapMs > shortestGapMs ? this.#gapMs * shorterByAnswer : 0;
  }

  /** No longer than `leftMs`: whoever comes after the end is to hear that, and not to wait. */
  async keepGap(isEven: boolean, leftMs: number): Promise<void> {
    if (this.#gapMs === 0 || leftMs <= 0) return;
    const nowMs = this.#clock.nowMs();
    const startMs = Math.max(nowMs, this.#nextStartMs);
    this.#nextStartMs = startMs + this.#gapMs * (isEven ? 1 : 0.75 + this.#clock.random() / 2);
    if (startMs > nowMs) await this.#clock.sleep(Math.min(leftMs, startMs - nowMs));
  }

  #tellChange(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
