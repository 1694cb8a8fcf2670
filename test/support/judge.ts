import type { Check } from '../../src/domain/check.ts';
import type { Interpretation } from '../../src/domain/claim.ts';
import type { Judgement } from '../../src/domain/finding.ts';
import type { Endpoint } from '../../src/domain/subject.ts';

export const shop: Endpoint = {
  kind: 'endpoint',
  id: 'shop.example.com:443',
  host: 'shop.example.com',
  port: 443,
  httpPort: 80,
  httpPaths: ['/', '/api'],
};

export interface JudgeOptions {
  readonly subject?: Endpoint;
  readonly parameters?: object;
  readonly asOf?: string;
}

/** Judges as the engine does: facts and parameters pass their schemas first. */
export function judgeAll(check: Check, facts: { readonly [kind: string]: unknown }, options: JudgeOptions = {}): readonly Judgement[] {
  const parsed = Object.fromEntries(Object.entries(check.needs).map(([kind, schema]) => [kind, schema.parse(facts[kind])]));
  return check.judge(options.subject ?? shop, parsed, {
    parameters: check.parameters.parse(options.parameters ?? {}),
    asOf: options.asOf ?? '2026-11-24T08:00:00.000Z',
  });
}

export function judgeOne(
  check: Check,
  interpretation: Interpretation,
  facts: { readonly [kind: string]: unknown },
  options: JudgeOptions = {},
): Judgement {
  const own = judgeAll(check, facts, options).filter((judgement) => judgement.interpretation === interpretation);
  const [judgement] = own;
  if (judgement === undefined || own.length > 1) throw new Error(`expected exactly one judgement for ${interpretation}, got ${own.length}`);
  return judgement;
}

/** `pass`, `fail`, `fail page` or `unknown timeout`. */
export function verdictOf(judgement: Judgement): string {
  if (judgement.status === 'unknown') return `unknown ${judgement.reason}`;
  if (judgement.status === 'fail' && judgement.response !== undefined) return `fail ${judgement.response}`;
  return judgement.status;
}
