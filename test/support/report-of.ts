import type { Check } from '../../src/domain/check.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { StoreReader } from '../../src/domain/ports.ts';
import { timestamp } from '../../src/domain/time.ts';
import { buildReport } from '../../src/reporters/reports/build-report.ts';
import type { Report } from '../../src/reporters/reports/report.ts';
import type { ReportNeeds } from '../../src/reporters/reports/report-needs.ts';
import { checkPlan, examplePlan, stateCheck } from './engine-fixtures.ts';

export interface ReportShape {
  readonly fromMs: number;
  readonly toMs: number;
  readonly plan?: Partial<Plan>;
  readonly checks?: ReadonlyMap<string, Check>;
  readonly needs?: Partial<ReportNeeds>;
}

/** Of two checks, `one` and `two`, that both serve the claim `good`; their data may be 40 ms old today. */
export function reportOf(state: StoreReader, { fromMs, toMs, plan, checks, needs }: ReportShape): Promise<Report> {
  return buildReport({
    state,
    plan: examplePlan({ checks: [checkPlan('one', { maxAgeMs: 40 }), checkPlan('two', { maxAgeMs: 40 })], ...plan }),
    checks: checks ?? new Map(['one', 'two', 'gone'].map((id) => [id, stateCheck(['state'])])),
    looksOf: () => ['state'],
    isChosen: () => true,
    control: null,
    period: { from: timestamp(fromMs), to: timestamp(toMs) },
    generatedAt: timestamp(toMs),
    generatedBy: { version: '0.1.0', revision: 'test' },
    policy: { name: 'Security Policy', sha256: 'ab'.repeat(32) },
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...needs,
  });
}
