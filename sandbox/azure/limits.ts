import { type Reply, replyError } from './reply.ts';

export interface Verdict {
  /** Null: within the limit. */
  readonly refusal: Reply | null;
  /** What the answer tells of the limit. */
  readonly headers: { readonly [name: string]: string };
}

export interface Limits {
  takeGraph(): Verdict;
  /** `listed`: the type, lower case, where the request lists one. */
  takeArm(subscription: string, listed: string | null): Verdict;
  takeActivity(): Verdict;
  /** `leaveLogs` must be called when the answer has gone out. */
  takeLogs(): Verdict;
  leaveLogs(): void;
}

/** Resource Graph: 15 queries in each window of 5 seconds. Source: Microsoft, "Guidance for throttled requests in Azure Resource Graph". */
const graphQuota = 15;
const graphWindowMs = 5_000;
/** Azure Resource Manager: a bucket for each subscription. Source: Microsoft, "Understand how Azure Resource Manager throttles requests". */
const readBucket = 250;
const readRefillPerSecond = 25;

/** Lists that their providers limit themselves: so many in 5 minutes. */
const providerLimits = [
  { types: /^microsoft\.storage\/storageaccounts$/, quota: 100, code: 'TooManyRequests' },
  { types: /^microsoft\.cdn\/profiles(\/.+)?$/, quota: 50, code: 'TooManyRequests' },
] as const;
const providerWindowMs = 300_000;

/** Log Analytics: so many at the same time, more than which the real one makes wait, and in 30 seconds. Source: Microsoft, "Azure Monitor service limits". */
const logsAtOnce = 5;
const logsQuota = 200;
/** The activity log: so many in 30 seconds. Source: the same. */
const activityQuota = 50;
const monitorWindowMs = 30_000;

interface Window {
  count: number;
  readonly endsAtMs: number;
}

/** Without `enforced` the headers tell of full quotas and nothing is refused. */
export function makeLimits(enforced: boolean, now: () => number): Limits {
  const windows = new Map<string, Window>();
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  let logsUnderWay = 0;

  function takeFromWindow(name: string, windowMs: number): Window {
    const open = windows.get(name);
    const current = open !== undefined && open.endsAtMs > now() ? open : { count: 0, endsAtMs: now() + windowMs };
    windows.set(name, current);
    current.count += 1;
    return current;
  }

  /** How many are left after this one; negative: there was none for it. */
  function takeFromBucket(subscription: string): number {
    const bucket = buckets.get(subscription) ?? { tokens: readBucket, atMs: now() };
    const tokens = Math.min(readBucket, bucket.tokens + ((now() - bucket.atMs) / 1000) * readRefillPerSecond);
    buckets.set(subscription, { tokens: tokens < 1 ? tokens : tokens - 1, atMs: now() });
    return Math.floor(tokens) - 1;
  }

  function takeFromProvider(subscription: string, listed: string | null): Reply | null {
    const limit = providerLimits.find(({ types }) => listed !== null && types.test(listed));
    if (limit === undefined) return null;
    const window = takeFromWindow(`${subscription} ${limit.types.source}`, providerWindowMs);
    return window.count > limit.quota ? replyThrottled(limit.code, 'List_ObservationWindow_00:05:00', window.endsAtMs - now()) : null;
  }

  return {
    takeGraph() {
      if (!enforced) return { refusal: null, headers: graphHeaders(graphQuota, graphWindowMs) };
      const window = takeFromWindow('graph', graphWindowMs);
      const headers = graphHeaders(Math.max(0, graphQuota - window.count), window.endsAtMs - now());
      return { refusal: window.count > graphQuota ? graphRefusal : null, headers };
    },
    takeArm(subscription, listed) {
      if (!enforced) return { refusal: null, headers: armHeaders(readBucket) };
      const id = subscription.toLowerCase();
      const left = takeFromBucket(id);
      const headers = armHeaders(Math.max(0, left));
      const refusal = left < 0 ? replyThrottled('SubscriptionRequestsThrottled', 'read', 1000) : takeFromProvider(id, listed);
      return { refusal, headers };
    },
    takeActivity() {
      if (!enforced) return unlimited;
      const window = takeFromWindow('activity', monitorWindowMs);
      const refusal = window.count > activityQuota ? replyThrottled('TooManyRequests', 'activity log', window.endsAtMs - now()) : null;
      return { refusal, headers: {} };
    },
    takeLogs() {
      logsUnderWay += 1;
      if (!enforced) return unlimited;
      const window = takeFromWindow('logs', monitorWindowMs);
      const isTooMany = window.count > logsQuota || logsUnderWay > logsAtOnce;
      return { refusal: isTooMany ? replyThrottled('ThrottledError', 'query', window.endsAtMs - now()) : null, headers: {} };
    },
    leaveLogs() {
      logsUnderWay -= 1;
    },
  };
}

const unlimited: Verdict = { refusal: null, headers: {} };

/** Without Retry-After: the header of the quota says when. */
const graphRefusal = replyError(
  429,
  'RateLimiting',
  'Client application has been throttled and should not continue to make requests until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.',
);

function graphHeaders(remaining: number, resetsAfterMs: number): { readonly [name: string]: string } {
  const seconds = String(Math.max(0, Math.ceil(resetsAfterMs / 1000))).padStart(2, '0');
  return { 'x-ms-user-quota-remaining': String(remaining), 'x-ms-user-quota-resets-after': `00:00:${seconds}` };
}

function armHeaders(remaining: number): { readonly [name: string]: string } {
  return { 'x-ms-ratelimit-remaining-subscription-reads': String(remaining) };
}

function replyThrottled(code: string, operation: string, waitMs: number): Reply {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `The request is being throttled as the limit has been reached for operation type - ${operation}. Please try again after '${seconds}' seconds.`;
  return replyError(429, code, message, { 'retry-after': String(seconds) });
}
