import { type AuditedAddress, type AuditOptions, auditAddress } from '../../src/sources/tls/audit-address.ts';
import type { Hello, HelloAnswer } from '../../src/sources/tls/hello.ts';
import { Pacer } from '../../src/sources/tls/pacer.ts';
import type { Pacing } from '../../src/sources/tls/pacing.ts';
import { modelClock } from './modelled-clock.ts';

export const auditOptions: AuditOptions = { serverName: 'host.example', asksOtherNames: false, readModern: null };
const { signal } = new AbortController();

export interface PacedAudit {
  readonly seen: AuditedAddress;
  readonly asked: readonly Hello[];
  readonly tookMs: number;
}

interface PacedOptions {
  readonly exchangeMs?: number;
  readonly totalMs?: number;
  readonly options?: AuditOptions;
}

/** An audit in modelled time. What is answered may depend on when it was asked. */
export async function auditPaced(
  answer: (hello: Hello, nowMs: number) => HelloAnswer,
  pacing: Pacing,
  { exchangeMs = 2, totalMs = 60_000, options = auditOptions }: PacedOptions = {},
): Promise<PacedAudit> {
  const clock = modelClock();
  const asked: Hello[] = [];
  const askOnce = async (hello: Hello, _until: unknown, timeoutMs: number): Promise<HelloAnswer> => {
    const startMs = clock.nowMs();
    asked.push(hello);
    await clock.sleep(exchangeMs);
    const found = answer(hello, startMs);
    if (found.kind === 'fault' && found.fault.code === 'timeout') await clock.sleep(timeoutMs - exchangeMs);
    return found;
  };
  const limits = { timeoutMs: Math.min(3_000, totalMs / 4), totalMs, signal };
  const seen = await clock.run(auditAddress(new Pacer(askOnce, limits, pacing, clock), options));
  return { seen, asked, tookMs: clock.nowMs() };
}
