import { setTimeout as sleep } from 'node:timers/promises';
import { within } from './deadline.ts';
import { demoChecks, endpointChecks } from './demo-checks.ts';
import { endpointCountOf } from './demo-overview.ts';
import { attendTo, type Scene } from './demo-scene.ts';
import { fetchMetrics } from './demo-status.ts';
import type { DemoWorld } from './demo-world.ts';
import { subjectOf } from './estate.ts';
import { hasRunEverywhere, hasSettled } from './first-cycle.ts';
import { poll } from './poll.ts';
import { isAbout, readTold } from './told-message.ts';

/** Which check the break makes fail on the good endpoint. */
export type BrokenCheck = 'tls-certificate-expiry' | 'tls-versions';
const brokenChecks: readonly BrokenCheck[] = ['tls-certificate-expiry', 'tls-versions'];

/** What was measured for one check. */
export interface Measurement {
  readonly check: BrokenCheck;
  /** From the break to the alert's message at the inbox. */
  readonly alertSeconds: number;
  /** From the heal to the resolve's message at the inbox. */
  readonly resolveSeconds: number;
}

const readySeconds = 20;
const firstRunsSeconds = 45;
const settleSeconds = 20;
const messageSeconds = 60;

export async function waitUntilReady(world: DemoWorld, over: AbortSignal): Promise<void> {
  await within(readySeconds, 'ready daemon', over, (signal) =>
    poll(signal, async () => (await fetch(`${world.daemonUrl}/readyz`, { signal })).ok),
  );
}

/** Until everything was judged, and what can be known is known; where that takes too long, the story begins without it. */
export async function waitForFirstCycle(world: DemoWorld, over: AbortSignal): Promise<void> {
  const expected = { checks: demoChecks, endpointChecks, endpointCount: endpointCountOf(world), silentCount: 1 };
  await within(firstRunsSeconds, 'run of every check', over, (signal) =>
    poll(signal, async () => hasRunEverywhere(await fetchMetrics(world.daemonUrl, signal), expected)),
  );
  const patience = AbortSignal.timeout(settleSeconds * 1000);
  await poll(over, async () => patience.aborted || hasSettled(await fetchMetrics(world.daemonUrl, over), expected));
}

/** Breaks the good endpoint in two ways, waits for both alerts, heals it, and waits for both to be over. */
export async function breakAndHeal({ world, say, attention, pauseMs, over }: Scene): Promise<readonly Measurement[]> {
  const { good, goodCertificates } = world.estate;
  const subject = subjectOf(world.estate, 'good');
  attendTo(attention, brokenChecks);
  const pause = () => sleep(pauseMs, undefined, { signal: over });
  await pause();
  const brokenAt: { [C in BrokenCheck]: number } = { 'tls-certificate-expiry': Date.now(), 'tls-versions': 0 };
  good.useCertificate(goodCertificates.expired);
  say(`${subject} is broken: its certificate is now one that expired yesterday`);
  await pause();
  brokenAt['tls-versions'] = Date.now();
  good.offerFrom('TLSv1');
  say(`${subject} is broken further: TLS 1.0 is switched on`);

  const alerts = await Promise.all(brokenChecks.map((check) => waitForFiring(world, check, subject, over)));
  await pause();

  const healedAt = Date.now();
  good.useCertificate(goodCertificates.valid);
  good.offerFrom('TLSv1.2');
  say(`${subject} is healed: its own certificate is back, TLS 1.0 is off`);
  const resolvedAt = await Promise.all(alerts.map((alert) => waitForResolve(world, alert, over)));
  return alerts.map((alert, index) => ({
    check: alert.check,
    alertSeconds: (alert.arrivedAtMs - brokenAt[alert.check]) / 1000,
    resolveSeconds: ((resolvedAt[index] ?? Number.NaN) - healedAt) / 1000,
  }));
}

interface ToldAlert {
  readonly check: BrokenCheck;
  readonly alertId: string;
  readonly arrivedAtMs: number;
}

async function waitForFiring(world: DemoWorld, check: BrokenCheck, subject: string, over: AbortSignal): Promise<ToldAlert> {
  return await within(messageSeconds, `alert of ${check} about ${subject} at the inbox`, over, (signal) =>
    world.inbox.waitFor(({ body, arrivedAtMs }) => {
      const told = readTold(body);
      if (told?.kind !== 'firing' || told.message.check !== check || !isAbout(told, subject)) return undefined;
      const { alertId } = told.message;
      return alertId === null ? undefined : { check, alertId, arrivedAtMs };
    }, signal),
  );
}

async function waitForResolve(world: DemoWorld, alert: ToldAlert, over: AbortSignal): Promise<number> {
  return await within(messageSeconds, `resolve of ${alert.check} at the inbox`, over, (signal) =>
    world.inbox.waitFor(({ body, arrivedAtMs }) => {
      const told = readTold(body);
      return told?.kind === 'resolved' && told.message.alertId === alert.alertId ? arrivedAtMs : undefined;
    }, signal),
  );
}
