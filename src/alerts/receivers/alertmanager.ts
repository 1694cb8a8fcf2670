import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Notification } from '../../domain/alert.ts';
import type { MirrorResult, MirrorTarget, PostedAlert } from '../../domain/mirroring.ts';
import type { Delivery, DeliveryResult, ReceiverKind } from '../../domain/ports.ts';
import { epochMs, type Timestamp, timestamp } from '../../domain/time.ts';
import { classifyError, classifyStatus } from '../http-outcome.ts';
import { createGetter, createPoster, type Poster } from '../post.ts';
import { shorten } from '../shorten.ts';

const options = z.strictObject({
  /** Every member of a cluster: each gets everything (Alertmanager's documentation, "High Availability"). */
  urls: z.array(z.string().refine(isAllowedUrl, 'must be an http or https URL without user, password and query')).min(1).max(8),
  /** The value of the header Authorization (`Bearer ...`, `Basic ...`). */
  authorization: z.string().min(1).optional(),
  /** How long an alert stays open there when we fall silent; far, so that our own death is not taken for its end. */
  endsAfter: z
    .string()
    .regex(/^([1-9]\d{0,2}h|([1-9]|[12]\d|30)d)$/, 'must be hours or days, for example 7d, at most 30d')
    .default('7d'),
  /** How long an alert is open there at least; more than the `group_wait` of its routes, or it tells nobody of one that was short. */
  firesAtLeast: z
    .string()
    .regex(/^(\d{1,3}s|[1-5]?\dm)$/, 'must be seconds or minutes, for example 60s')
    .default('60s'),
  /** Seconds for one request, below the mirror's own limit. */
  timeout: z
    .string()
    .regex(/^([1-9]|1[0-5])s$/, 'must be 1s to 15s')
    .optional(),
});

const dayMs = 86_400_000;
const unitMs: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: dayMs };

/** Of a text that has passed its pattern: digits and one unit. */
function durationMs(text: string): number {
  return Number.parseInt(text, 10) * (unitMs[text.slice(-1)] ?? Number.NaN);
}

/** An Alertmanager, by its API v2: it holds the open alerts, is told them again every minute, and tells people by its own routes. */
export const receiver: ReceiverKind = {
  kind: 'alertmanager',
  delivery: 'mirror',
  options,
  create: (name, given) => {
    const { urls, authorization, endsAfter, firesAtLeast, timeout } = options.parse(given);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'claimwatch',
      ...(authorization === undefined ? {} : { authorization }),
    };
    const timeoutMs = timeout === undefined ? null : Number.parseInt(timeout, 10) * 1000;
    const targets = urls.map((url): MirrorTarget => {
      const base = url.replace(/\/+$/, '');
      const poster = createPoster(`${base}/api/v2/alerts`);
      const within = (signal: AbortSignal) => (timeoutMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      const getStatus = createGetter(`${base}/api/v2/status`);
      return {
        id: targetId(name, url),
        post: (alerts, sentAt, signal) => post(poster, headers, alerts, sentAt, within(signal)),
        incarnation: (signal) => readUptime(getStatus(headers, within(signal))),
      };
    });
    return {
      name,
      send: (delivery, signal) => sendNotices(targets, delivery, signal),
      mirror: { targets, endsAfterMs: durationMs(endsAfter), firesAtLeastMs: durationMs(firesAtLeast) },
    };
  },
};

const statusSchema = z.object({ uptime: z.string().min(1) });

/** `uptime` is when it was started. What cannot be read is not known: its alerts are told all the same. */
async function readUptime(asked: Promise<unknown>): Promise<string | null> {
  const status = statusSchema.safeParse(await asked.catch(() => null));
  return status.success ? status.data.uptime : null;
}

/** 400 means that some alert of the batch is not understood; the valid ones were taken all the same. */
async function post(
  poster: Poster,
  headers: { readonly [name: string]: string },
  alerts: readonly PostedAlert[],
  sentAt: Timestamp,
  signal: AbortSignal,
): Promise<MirrorResult> {
  try {
    const { status, retryAfter } = await poster.post(headers, JSON.stringify(alerts), signal);
    if (status === 400) return { kind: 'bad-alert', error: 'HTTP 400' };
    return classifyStatus(status, retryAfter, epochMs(sentAt));
  } catch (error) {
    return classifyError(error, signal.aborted);
  }
}

/** A notice is no alert that could end: it stands for a day. One target that takes it is enough: the members of a cluster share what they are told. */
async function sendNotices(targets: readonly MirrorTarget[], delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
  const notices = delivery.notifications.map(toNotice);
  const results = await Promise.all(targets.map((target) => target.post(notices, delivery.sentAt, signal)));
  const accepted = results.find((result) => result.kind === 'accepted');
  if (accepted !== undefined) return accepted;
  const [first] = results;
  if (first === undefined || first.kind === 'bad-alert')
    return { kind: 'failed', reason: 'rejected', mayHaveArrived: true, error: first?.error ?? 'no target', retryAfterMs: null };
  return first;
}

const severities = { page: 'critical', ticket: 'warning', report: 'info' } as const;

function toNotice({ id, response, at, message }: Notification): PostedAlert {
  const annotations = { summary: message.title, description: message.reason, mend: message.mend ?? '' };
  const shown = Object.entries(annotations).flatMap(([name, text]) => (text === '' ? [] : [[name, shorten(text, 1_000)] as const]));
  return {
    labels: {
      alertname: 'ClaimwatchNotice',
      notice: id,
      response,
      severity: severities[response],
      ...(message.check === null ? {} : { check: message.check }),
      ...(message.vantage === undefined ? {} : { vantage: message.vantage }),
    },
    annotations: Object.fromEntries(shown),
    startsAt: at,
    endsAt: timestamp(epochMs(at) + dayMs),
  };
}

/** The URL may be in no log; its digest tells the targets apart. */
function targetId(name: string, url: string): string {
  return `${name}#${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
}

function isAllowedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && [username, password, search, hash].every((part) => part === '');
}
