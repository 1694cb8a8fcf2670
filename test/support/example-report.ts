import type { Controls, Interpretation } from '../../src/domain/claim.ts';
import { epochMs, timestamp } from '../../src/domain/time.ts';
import type {
  CheckReport,
  ClaimReport,
  FailureReport,
  Gap,
  InterpretationReport,
  Interval,
  MeasuredState,
  Numbers,
  Period,
  Report,
} from '../../src/reporters/reports/report.ts';
import { examplePicture } from './pictured-network.ts';

export const examplePeriod: Period = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' };

/** Text that wants to be more than text. */
const hostileText = `</td></table><script>alert(1)</script><img src=x onerror="alert('2')">&amp;&#39; \u202egnp.exe\u0000 --> ]]>`;
const longName = `${'a-very-long-name-that-no-column-was-made-for-'.repeat(5)}.example.com:443`;

const gap = (reason: Gap['reason'], cause: string | null, message: string, failsAsLastSeen = false): Gap => ({
  reason,
  cause,
  message,
  failsAsLastSeen,
});
export const down = gap('no-run', null, 'Nothing ran: the daemon was down.');
const timedOut = gap('timeout', 'tls: timeout', 'shop.example.com:443 did not answer within 20 s');
const blind = gap('unreachable', 'tls: unreachable', 'api.example.com:8443 refused the connection', true);

/** `[state, until]` one after the other from the beginning of the period. */
type Step = readonly [state: MeasuredState, until: string, gap?: Gap];

function timelineOf(steps: readonly Step[], period = examplePeriod): readonly Interval[] {
  return steps.map(([state, until, because], index): Interval => {
    const from = steps[index - 1]?.[1] ?? period.from;
    return { from, to: until, state, ...(because === undefined ? {} : { gap: because }) };
  });
}

export function numbersOf(timeline: readonly Interval[]): Numbers {
  const sum = (state?: MeasuredState): number =>
    timeline
      .filter((interval) => state === undefined || interval.state === state)
      .reduce((total, { from, to }) => total + epochMs(to) - epochMs(from), 0);
  const [periodMs, passMs, failMs, waivedMs, notMeasuredMs] = [sum(), sum('pass'), sum('fail'), sum('waived'), sum('not-measured')];
  const measuredMs = periodMs - notMeasuredMs;
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    periodMs,
    passMs,
    failMs,
    waivedMs,
    notMeasuredMs,
    strict: share(passMs, periodMs),
    measured: share(passMs, measuredMs),
    coverage: share(measuredMs, periodMs),
  };
}

const allWell = timelineOf([['pass', examplePeriod.to]]);
const troubled = timelineOf([
  ['not-measured', '2026-11-01T06:30:00.000Z', down],
  ['pass', '2026-11-05T10:00:00.000Z'],
  ['fail', '2026-11-05T12:05:00.000Z'],
  ['pass', '2026-11-09T00:00:00.000Z'],
  ['not-measured', '2026-11-09T00:10:00.000Z', timedOut],
  ['pass', '2026-11-12T00:00:00.000Z'],
  ['waived', '2026-11-16T00:00:00.000Z'],
  ['pass', '2026-11-19T08:00:00.000Z'],
  ['fail', '2026-11-19T08:00:00.250Z'],
  ['pass', '2026-11-20T16:00:00.000Z'],
  ['fail', '2026-11-21T09:00:00.000Z'],
  ['not-measured', '2026-11-22T00:00:00.000Z', blind],
  ['fail', examplePeriod.to],
]);
const nothing = timelineOf([['not-measured', examplePeriod.to, down]]);

const noControls: Controls = { soc2: [], iso27001: [], cisAzure: [], pciDss: [] };

interface Measured {
  readonly timeline: readonly Interval[];
  readonly statusAtEnd: InterpretationReport['statusAtEnd'];
  readonly checks: readonly string[];
}

function interpretationOf(
  interpretation: Interpretation,
  standing: InterpretationReport['standing'],
  measured: Measured | null,
): InterpretationReport {
  if (measured === null) {
    const statusAtEnd = standing.kind === 'not-testable' ? 'not-testable' : 'unknown';
    return { interpretation, standing, statusAtEnd, checks: [], numbers: null, timeline: [] };
  }
  return { interpretation, standing, numbers: numbersOf(measured.timeline), ...measured };
}

const claims: readonly ClaimReport[] = [
  {
    id: 'https-everywhere',
    quotes: ['All data to and from Cloud Shopstoresync. is sent securely over HTTPS.'],
    owner: 'Head of Engineering',
    controls: { soc2: ['CC6.7'], iso27001: ['A.5.14', 'A.8.24'], cisAzure: ['9.3.4', '7.12'], pciDss: ['4.2.1'] },
    intentText: 'Every way in and out is encrypted with a current version of TLS.',
    unchecked: 'services, backends and outbound traffic are not looked at yet',
    interpretations: [
      interpretationOf('literal', { kind: 'binding' }, { timeline: allWell, statusAtEnd: 'unknown', checks: ['tls-versions'] }),
      interpretationOf('intent', { kind: 'binding' }, { timeline: troubled, statusAtEnd: 'fail', checks: ['tls-versions'] }),
    ],
  },
  {
    id: 'key-2048',
    quotes: ['The initial connection is established over 2048 bit TLS,'],
    owner: 'Head of Engineering',
    controls: { ...noControls, iso27001: ['A.8.24'] },
    intentText: 'Every key in the certificate chain is RSA of at least 2048 bits or elliptic-curve of at least 256 bits.',
    unchecked: null,
    interpretations: [
      interpretationOf(
        'literal',
        {
          kind: 'text-defect',
          defect: 'TLS has no size in bits; 2048 is the size of an RSA key in a certificate.',
          betterWording: 'Our servers prove who they are with certificates whose keys are RSA of at least 2048 bits.',
        },
        {
          timeline: timelineOf([
            ['pass', '2026-11-10T00:00:00.000Z'],
            ['waived', examplePeriod.to],
          ]),
          statusAtEnd: 'waived',
          checks: ['tls-key-size'],
        },
      ),
      interpretationOf('intent', { kind: 'binding' }, { timeline: allWell, statusAtEnd: 'pass', checks: ['tls-key-size'] }),
    ],
  },
  {
    id: 'bank-grade',
    quotes: ['We use the same level of encryption as do banks and financial institutions.'],
    owner: 'Head of Security',
    controls: noControls,
    intentText: 'What the endpoints offer meets a named profile.',
    unchecked: 'needs the comparison with a TLS profile, which comes later',
    interpretations: [
      interpretationOf('literal', { kind: 'not-testable', reason: 'banks share no level of encryption that could be measured' }, null),
      interpretationOf('intent', { kind: 'binding' }, null),
    ],
  },
  {
    id: 'hostile',
    quotes: [hostileText, '• A second sentence that repeats the promise.'],
    owner: hostileText,
    controls: { ...noControls, soc2: [hostileText] },
    intentText: hostileText,
    unchecked: hostileText,
    interpretations: [
      interpretationOf('literal', { kind: 'text-defect', defect: hostileText, betterWording: hostileText }, null),
      interpretationOf('intent', { kind: 'binding' }, { timeline: nothing, statusAtEnd: 'unknown', checks: ['hostile-check'] }),
    ],
  },
];

const failure = (rest: Partial<FailureReport>): FailureReport => ({
  subject: 'shop.example.com:443',
  from: '2026-11-05T10:00:00.000Z',
  to: '2026-11-05T12:05:00.000Z',
  beganBefore: false,
  ended: 'passed',
  expected: 'TLS 1.2 or TLS 1.3 is accepted, TLS 1.0, TLS 1.1 refused',
  observed: '198.51.100.7: TLS 1.0 accepted',
  rule: 'RFC 8996',
  firstRun: 6_120,
  lastRun: 6_244,
  entry: 6_119,
  ...rest,
});

const failures: readonly FailureReport[] = [
  failure({
    subject: 'api.example.com:8443',
    from: '2026-11-20T16:00:00.000Z',
    to: null,
    ended: 'not-ended',
    firstRun: 28_000,
    lastRun: 32_999,
  }),
  failure({}),
  failure({ subject: longName, from: examplePeriod.from, beganBefore: true, to: '2026-11-05T12:00:00.000Z', ended: 'gone' }),
  failure({ from: '2026-11-12T00:00:00.000Z', to: '2026-11-16T00:00:00.000Z', ended: 'waived' }),
  failure({
    subject: hostileText,
    expected: hostileText,
    observed: hostileText,
    rule: hostileText,
    from: '2026-11-19T08:00:00.000Z',
    to: '2026-11-19T08:00:00.250Z',
    lastRun: 6_120,
  }),
];

function checkOf(
  rest: Pick<CheckReport, 'id' | 'title' | 'claims'> & Partial<CheckReport>,
  interpretations: CheckReport['interpretations'],
): CheckReport {
  return {
    mend: 'Where the connection ends, accept TLS 1.2 and TLS 1.3 only.',
    needs: ['tls'],
    looks: [{ name: 'tls', schedule: '* * * * *' }],
    maxAgeMs: 300_000,
    parameters: '{"refusedVersions":["SSLv3","TLSv1","TLSv1.1"]}',
    runs: 33_120,
    repeat: {
      subject: 'shop.example.com:443',
      command: 'openssl s_client -connect shop.example.com:443 -servername shop.example.com -tls1 </dev/null',
    },
    interpretations,
    ...rest,
  };
}

function judgedOf(
  interpretation: Interpretation,
  timeline: readonly Interval[],
  statusAtEnd: CheckReport['interpretations'][number]['statusAtEnd'],
  found: readonly FailureReport[] = [],
  failuresNotShown = 0,
): CheckReport['interpretations'][number] {
  return { interpretation, statusAtEnd, numbers: numbersOf(timeline), timeline, failures: found, failuresNotShown };
}

const both: readonly Interpretation[] = ['literal', 'intent'];

const checks: readonly CheckReport[] = [
  checkOf(
    {
      id: 'tls-versions',
      title: 'The endpoint speaks HTTPS, and accepts no broken version of it',
      claims: [{ claim: 'https-everywhere', interpretations: both }],
    },
    [judgedOf('literal', allWell, 'pass'), judgedOf('intent', troubled, 'fail', failures, 12)],
  ),
  checkOf({ id: 'tls-key-size', title: 'Keys are long enough', claims: [{ claim: 'key-2048', interpretations: both }] }, [
    judgedOf('literal', claims[1]?.interpretations[0]?.timeline ?? [], 'waived'),
    judgedOf('intent', allWell, 'pass'),
  ]),
  checkOf(
    {
      id: 'hostile-check',
      title: hostileText,
      claims: [{ claim: 'hostile', interpretations: both }],
      mend: hostileText,
      needs: [hostileText],
      looks: [],
      parameters: hostileText,
      runs: 0,
      repeat: null,
    },
    both.map((interpretation) => judgedOf(interpretation, nothing, 'unknown')),
  ),
];

/** A small report with everything in it: failures, gaps, waivers, defects of the text, sentences that nobody can test, hostile strings. */
export const exampleReport: Report = {
  generatedAt: '2026-11-24T08:00:00.000Z',
  generatedBy: { version: '0.1.0', revision: '4f2c9e1' },
  period: examplePeriod,
  control: null,
  policy: { name: 'Security Policy of Shopstoresync', sha256: 'ab'.repeat(32) },
  configurationDigest: 'cd'.repeat(32),
  evidence: { runs: 66_240, firstRun: 101, lastRun: 66_340, entries: 66_341 },
  claims,
  notTestable: [
    { quote: 'DATA SAFETY', reason: 'a heading' },
    { quote: hostileText, reason: hostileText },
  ],
  population: {
    vantage: { name: 'office', external: false },
    subjects: ['api.example.com:8443', 'shop.example.com:443', longName, hostileText],
    outOfScope: [{ subject: 'old.example.com:443', owner: 'Jane Doe', reason: 'being retired' }],
    smallest: 3,
    largest: 4,
  },
  checks,
  network: {
    check: 'network-exposure',
    run: 4711,
    look: 1200,
    dataAsOf: '2026-11-23T23:40:00.000Z',
    isStale: false,
    picture: examplePicture(),
  },
  waivers: [
    {
      id: 'old-terminals',
      check: 'tls-versions',
      subject: 'shop.example.com:443',
      interpretations: ['intent'],
      reason: 'Terminals in two shops speak TLS 1.0 until they are replaced.',
      requestedBy: 'Jane Doe',
      approvedBy: 'John Roe',
      from: '2026-11-12T00:00:00.000Z',
      until: '2026-11-16T00:00:00.000Z',
    },
    {
      id: hostileText,
      check: 'no-such-check',
      subject: '*',
      interpretations: both,
      reason: hostileText,
      requestedBy: hostileText,
      approvedBy: hostileText,
      from: examplePeriod.from,
      until: timestamp(epochMs(examplePeriod.to) + 1),
    },
  ],
  changes: [
    {
      at: '2026-11-03T09:15:00.000Z',
      run: 3_500,
      check: 'tls-versions',
      what: 'parameters',
      before: '{"refusedVersions":["SSLv3"]}',
      after: hostileText,
    },
    { at: '2026-11-12T00:00:00.000Z', run: 15_900, check: 'tls-versions', what: 'waivers', before: 'none', after: 'old-terminals' },
  ],
  limits: ['Only what is configured was looked at.', hostileText],
};
