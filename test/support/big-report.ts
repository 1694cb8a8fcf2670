import { epochMs, timestamp } from '../../src/domain/time.ts';
import type { CheckReport, ClaimReport, FailureReport, Interval, Report } from '../../src/reporters/reports/report.ts';
import { down, examplePeriod, exampleReport, numbersOf } from './example-report.ts';

const claimCount = 28;
const checkCount = 10;
const subjectCount = 1_000;
const failureCount = 10_000;
const intervalsPerTimeline = 5_000;

const fromMs = epochMs(examplePeriod.from);
const periodMs = epochMs(examplePeriod.to) - fromMs;
const subjects = Array.from({ length: subjectCount }, (_, index) => `shop-${String(index).padStart(4, '0')}.example.com:443`);
const states = ['pass', 'fail', 'pass', 'not-measured', 'pass', 'waived'] as const;

/** Changes all the time: every column of a strip holds several states. */
const timeline: readonly Interval[] = Array.from({ length: intervalsPerTimeline }, (_, index): Interval => {
  const at = (step: number): string => timestamp(fromMs + Math.floor((periodMs * step) / intervalsPerTimeline));
  const state = states[index % states.length] ?? 'not-measured';
  return { from: at(index), to: at(index + 1), state, ...(state === 'not-measured' ? { gap: down } : {}) };
});
const numbers = numbersOf(timeline);

const failures: readonly FailureReport[] = Array.from({ length: failureCount / checkCount }, (_, index) => ({
  subject: subjects[index % subjectCount] ?? '',
  from: timestamp(fromMs + index * 60_000),
  to: timestamp(fromMs + index * 60_000 + 125_000),
  beganBefore: false,
  ended: 'passed',
  expected: 'TLS 1.2 or TLS 1.3 is accepted, TLS 1.0, TLS 1.1 refused',
  observed: '198.51.100.7: TLS 1.0 accepted; 198.51.100.8: TLS 1.0 accepted',
  rule: 'RFC 8996',
  firstRun: index,
  lastRun: index + 2,
  entry: index,
}));

const checks: readonly CheckReport[] = Array.from(
  { length: checkCount },
  (_, index): CheckReport => ({
    id: `check-${index}`,
    title: 'The endpoint speaks HTTPS, and accepts no broken version of it',
    mend: 'Accept TLS 1.2 and TLS 1.3 only.',
    claims: Array.from({ length: claimCount }, (_unused, claim) => ({
      claim: `claim-${claim}`,
      interpretations: ['literal', 'intent'] as const,
    })),
    needs: ['tls'],
    looks: [{ name: 'tls', schedule: '* * * * *' }],
    maxAgeMs: 300_000,
    parameters: '{}',
    runs: 33_120,
    repeat: null,
    interpretations: (['literal', 'intent'] as const).map((interpretation) => ({
      interpretation,
      statusAtEnd: 'fail',
      numbers,
      timeline,
      failures: interpretation === 'intent' ? failures : [],
      failuresNotShown: 0,
    })),
  }),
);

const claims: readonly ClaimReport[] = Array.from(
  { length: claimCount },
  (_, index): ClaimReport => ({
    id: `claim-${index}`,
    quotes: ['All data to and from Cloud Shopstoresync. is sent securely over HTTPS.'],
    owner: 'Head of Engineering',
    controls: { soc2: ['CC6.7'], iso27001: [], cisAzure: [], pciDss: [] },
    intentText: 'Every way in and out is encrypted with a current version of TLS.',
    unchecked: null,
    interpretations: (['literal', 'intent'] as const).map((interpretation) => ({
      interpretation,
      standing: { kind: 'binding' },
      statusAtEnd: 'fail',
      checks: checks.map(({ id }) => id),
      numbers,
      timeline,
    })),
  }),
);

/** More than anybody reads: every timeline flickers, every check failed a thousand times. */
export const bigReport: Report = {
  ...exampleReport,
  claims,
  checks,
  population: { ...exampleReport.population, subjects, smallest: subjectCount, largest: subjectCount },
};
