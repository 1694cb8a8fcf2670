import type { Meter } from '../../domain/look.ts';
import type { AzureLimits } from './azure-settings.ts';
import type { Clock } from './clock.ts';
import { createLimiter, type Entered, type Room, type Turn } from './limiter.ts';
import { bucketPace, type Pace, windowPace } from './pace.ts';
import type { RequestPlace } from './request-area.ts';
import { type AnswerHeaders, readQuota, readTimeSpan } from './retry-after.ts';

/** Through which every request goes, so that Azure has no reason to refuse one for being too many. */
export interface Gate {
  /** Throws FaultError `throttled` where the turn cannot come by `untilMs`. */
  enter(place: RequestPlace, untilMs: number, signal: AbortSignal): Promise<Entered>;
  /** What the answer says of how much is left. */
  learn(place: RequestPlace, headers: AnswerHeaders): void;
}

const graphRooms = 3;
const otherRooms = 8;
/** Counted with the writes of one identity in one subscription, of which Azure Resource Manager allows 200 at once and 10 a second. */
const actionsAtOnce = 150;
const actionsPerSecond = 8;
/** Others may ask with the same identity: the last few are theirs. */
const graphReserve = 3;

/** Sources: Microsoft's "throttled requests in Azure Resource Graph" and "ARM throttling limits"; storage and CDN from their providers' own pages; the
 * activity log from "Azure Monitor service limits". */
export function createGate(limits: AzureLimits, meter: Meter, clock: Clock): Gate {
  const limiter = createLimiter(clock);
  const rooms = new Map<string, Room>();
  const paces = new Map<string, Pace>();
  const graph = windowPace(limits.resourceGraphPer5Seconds, 5_000);
  const activityLog = windowPace(limits.activityLogPer30Seconds, 30_000);

  const bucketOf = (subscription: string): Pace =>
    remembered(paces, `reads ${subscription}`, () => bucketPace(limits.readsAtOnce, limits.readsPerSecond));
  function pacesOf({ area, subscription, isList, isAction }: RequestPlace): readonly Pace[] {
    if (area === 'resource-graph') return [graph];
    if (isAction) return [remembered(paces, `actions ${subscription}`, () => bucketPace(actionsAtOnce, actionsPerSecond))];
    const reads = bucketOf(subscription);
    const perFiveMinutes = (count: number): Pace => remembered(paces, `${area} ${subscription}`, () => windowPace(count, 300_000));
    if (area === 'activity-log') return [reads, activityLog];
    if (area === 'storage' && isList) return [reads, perFiveMinutes(limits.storageListsPer5Minutes)];
    if (area === 'cdn') return [reads, perFiveMinutes(limits.cdnReadsPer5Minutes)];
    return [reads];
  }
  function turnOf(place: RequestPlace): Turn {
    const isGraph = place.area === 'resource-graph';
    const room = remembered(rooms, place.area, () => ({ free: isGraph ? graphRooms : otherRooms }));
    return { name: isGraph ? 'Resource Graph' : `Azure Resource Manager (${place.area})`, room, paces: pacesOf(place) };
  }

  function learnOfGraph(headers: AnswerHeaders): void {
    const remaining = readQuota(headers.get('x-ms-user-quota-remaining'));
    if (remaining === null) return;
    meter.set('azure_quota_remaining', { api: 'resource-graph' }, remaining);
    if (remaining <= graphReserve) graph.hold(clock.now() + (readTimeSpan(headers.get('x-ms-user-quota-resets-after')) ?? 5_000));
  }

  return {
    enter: async (place, untilMs, signal) => await limiter.enter(turnOf(place), untilMs, signal),
    learn(place, headers) {
      if (place.area === 'resource-graph') return learnOfGraph(headers);
      const remaining = readQuota(headers.get('x-ms-ratelimit-remaining-subscription-reads'));
      if (remaining === null || place.subscription === '') return;
      meter.set('azure_quota_remaining', { api: 'arm' }, remaining);
      bucketOf(place.subscription).correct(remaining, clock.now());
    },
  };
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
