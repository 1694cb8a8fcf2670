import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Notification } from '../../domain/alert.ts';
import type { Delivery, DeliveryResult, MirrorResult, MirrorTarget, PostedAlert, ReceiverKind } from '../../domain/ports.ts';
import { epochMs, type Timestamp, timestamp } from '../../domain/time.ts';
import { classifyError, classifyStatus } from '../http-outcome.ts';
import { createPoster, type Poster } from '../post.ts';
import { shorten } from '../shorten.ts';

const options = z.strictObject({
  /** Every member of a cluster: each gets everything (Alertmanager's documentation, "High Availability"). */
  urls: z.array(z.string().refine(isAllowedUrl, 'must be an http or https URL without user and password')).min(1).max(8),
  /** The value of the header Authorization (`Bearer ...`, `Basic ...`). */
  authorization: z.string().min(1).optional(),
  /** How long an alert stays open there when we fall silent; far, so that our own death is not taken for its end. */
  endsAfter: z
    .string()
    .regex(/^([1-9]\d{0,2}h|([1-9]|[12]\d|30)d)$/, 'must be hours or days, for example 7d, at most 30d')
    .default('7d'),
  /** Seconds for one request, below the mirror's own limit. */
  timeout: z
    .string()
    .regex(/^([1-9]|1[0-5])s$/, 'must be 1s to 15s')
    .optional(),
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** An Alertmanager, by its API v2: it holds the open alerts, is told them again every minute, and tells people by its own routes. */
export const receiver: ReceiverKind = {
  kind: 'alertmanager',
  delivery: 'mirror',
  options,
  create: (name, given) => {
    const { urls, authorization, endsAfter, timeout } = options.parse(given);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'claimwatch',
      ...(authorization === undefined ? {} : { authorization }),
    };
    const timeoutMs = timeout === undefined ? null : Number.parseInt(timeout, 10) * 1000;
    const targets = urls.map((url): MirrorTarget => {
      const poster = createPoster(`${url.replace(/\/+$/, '')}/api/v2/alerts`);
      const within = (signal: AbortSignal) => (timeoutMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      return { id: targetId(name, url), post: (alerts, sentAt, signal) => post(poster, headers, alerts, sentAt, within(signal)) };
    });
    return {
      name,
      send: (delivery, signal) => sendNotices(targets, delivery, signal),
      mirror: { targets, endsAfterMs: Number.parseInt(endsAfter, 10) * (endsAfter.endsWith('d') ? dayMs : hourMs) },
    };
  },
};

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
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
