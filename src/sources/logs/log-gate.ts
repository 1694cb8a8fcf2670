import type { Clock } from '../azure/clock.ts';
import type { Gate } from '../azure/gate.ts';
import { createLimiter, type Turn } from '../azure/limiter.ts';
import { windowPace } from '../azure/pace.ts';
import type { RequestPlace } from '../azure/request-area.ts';
import { readRetryAfter } from '../azure/retry-after.ts';

/** Of one identity. Source: Microsoft, "Service limits for Azure Monitor: log queries and language". */
const queriesAtOnce = 5;
export const queriesPer30Seconds = 200;

export const logPlace: RequestPlace = { area: 'log-analytics', subscription: '', isList: false, isAction: false };

/** A longer wait that an answer asks for is its own request's affair: one odd header does not hold all others. */
const longestHoldMs = 60_000;

/** Through which every query of Log Analytics goes, whichever source asks. */
export function createLogGate(clock: Clock): Gate {
  const limiter = createLimiter(clock);
  const pace = windowPace(queriesPer30Seconds, 30_000);
  const turn: Turn = { name: 'Log Analytics', room: { free: queriesAtOnce }, paces: [pace] };
  return {
    enter: async (_place, untilMs, signal) => await limiter.enter(turn, untilMs, signal),
    learn(_place, headers) {
      const waitMs = readRetryAfter(headers, clock.wallNow());
      if (waitMs !== null) pace.hold(clock.now() + Math.min(waitMs, longestHoldMs));
    },
  };
}
