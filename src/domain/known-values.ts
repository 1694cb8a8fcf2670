import type { Response, UnknownReason } from './finding.ts';
import type { PropertyVerdict } from './judge-properties.ts';

/** What the values of one property mean, lower case. A value in neither list is one that we do not know. */
export interface KnownValues {
  readonly rule: string;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** What an absent or null value means: the documented default where that is bad, else why the row does not say it. */
  readonly whenAbsent: { readonly status: 'fail'; readonly because: string } | { readonly status: 'unknown'; readonly because: string };
  /** A lower response than the check's own. */
  readonly response?: Response;
}

/** Compared without case. An absent value is never good. */
export function judgeValue(value: string | null | undefined, known: KnownValues): PropertyVerdict {
  const { rule } = known;
  const name = rule.split('.').slice(-2).join('.');
  const fail = { status: 'fail' as const, ...(known.response === undefined ? {} : { response: known.response }) };
  if (value === null || value === undefined || value === '') {
    const observed = `${name} is absent: ${known.whenAbsent.because}`;
    return known.whenAbsent.status === 'fail' ? { rule, observed, ...fail } : { rule, observed, ...unknown('unsupported') };
  }
  const observed = `${name} ${value}`;
  const text = value.toLowerCase();
  if (known.good.includes(text)) return { rule, observed, status: 'pass' };
  return known.bad.includes(text) ? { rule, observed, ...fail } : { rule, observed, ...unknown('malformed') };
}

function unknown(reason: UnknownReason): { readonly status: 'unknown'; readonly reason: UnknownReason } {
  return { status: 'unknown', reason };
}
