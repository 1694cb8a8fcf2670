import type { Fault } from '../../domain/fault.ts';
import type { Hello, HelloAnswer, ReadUntil } from './hello.ts';
import type { ProbeLimits } from './probe-limits.ts';

/** How hard one peer is asked. */
export interface Pacing {
  /** Connections at the same time. */
  readonly inFlight: number;
  /** Slows down and asks again where the peer seems to have had enough. Where not, what it no longer answers is a fault at once. */
  readonly isAdaptive: boolean;
}

/** More than this at a time looks like a scan. */
export const gentlePacing: Pacing = { inFlight: 6, isAdaptive: true };
/** For peers of one's own. */
export const withoutPacing: Pacing = { inFlight: 16, isAdaptive: false };

export interface ScanLimits extends ProbeLimits {
  /** For everything that is asked of the peer. A fifth is kept for what proves the answers. */
  readonly totalMs: number;
}

/** One question over one connection, which may take so long. */
export type AskOnce = (hello: Hello, until: ReadUntil, timeoutMs: number) => Promise<HelloAnswer>;

export interface PaceClock {
  nowMs(): number;
  /** Ends early, without an error, when nobody waits for the scan any more. */
  sleep(ms: number): Promise<void>;
  /** From 0 to less than 1. */
  random(): number;
}

/** The peer did nothing that would have to do with what was asked: it hung up, or let nobody in. */
export function isHangUp(answer: { readonly kind: string; readonly fault?: Fault }): boolean {
  return answer.kind === 'close' || answer.kind === 'reset' || answer.fault?.code === 'unreachable';
}

export const hadEnough: Fault = { code: 'throttled', message: 'the peer hung up, as it then also did on a hello that it had accepted' };
export const outOfTime: Fault = { code: 'timeout', message: 'the time for this peer was over before this could be asked' };
