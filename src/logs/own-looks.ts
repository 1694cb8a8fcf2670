import type { PropertyVerdict } from '../domain/judge-properties.ts';
import type { OwnLooksFact } from './log-facts.ts';

const limited = { status: 'unknown', reason: 'partial', unrefuted: true } as const;

/**
 * What our own looks leave of a verdict: who did not look cannot say that nothing was missing, so a pass becomes unknown. They prove nothing by
 * themselves, and take nothing from a fail. A look that ended late was done. The logs themselves were seen, so that a failure that they do not show any
 * more has ended, and nobody is told of each restart. Where no share is asked for, nobody wants to know.
 */
export function judgeOwnLooks({ from, to, looks }: OwnLooksFact, leastShare: number): readonly PropertyVerdict[] {
  if (leastShare === 0) return [];
  const due = looks.filter((look) => look.due > 0);
  const rule = 'our own looks';
  if (due.length === 0)
    return [
      {
        rule,
        observed: `from ${from} to ${to} none of our own looks was due; only whole hours count, so a new daemon has to run for one`,
        ...limited,
      },
    ];
  const seldom = due.filter((look) => look.done < look.due * leastShare);
  return seldom.map(({ name, due: times, done }) => {
    const observed = `our own look ${name} was done ${done} of ${times} times from ${from} to ${to}`;
    return { rule, observed, ...limited };
  });
}
