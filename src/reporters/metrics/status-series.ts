import { responses } from '../../domain/finding.ts';
import type { Plan } from '../../domain/plan.ts';
import { statuses } from '../../domain/status.ts';
import { epochMs, type Timestamp } from '../../domain/time.ts';
import type { Snapshot } from './snapshot.ts';

/** One gauge whose series are made anew from the store at every scrape, so that none outlives what it tells of. */
export interface StatusSeries {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (snapshot: Snapshot, plan: Plan) => readonly Sample[];
}

export interface Sample {
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

/** Beyond it a series per subject costs more than it tells; the counts stay true. */
export const failingSubjectsShown = 200;
const findingStatuses = ['pass', 'fail', 'unknown', 'waived'] as const;

const claimSeries: readonly StatusSeries[] = [
  {
    name: 'claimwatch_claim_status',
    help: 'Status of an interpretation of a claim: 1 for the present one, 0 for the others.',
    labels: ['claim', 'interpretation', 'status'],
    samples: ({ claims }) =>
      claims.flatMap(({ claim, interpretation, status }) =>
        statuses.map((each) => ({ labels: { claim, interpretation, status: each }, value: each === status ? 1 : 0 })),
      ),
  },
  {
    name: 'claimwatch_check_status',
    help: 'Status of an interpretation of a check: 1 for the present one, 0 for the others.',
    labels: ['check', 'interpretation', 'status'],
    samples: ({ checks }) =>
      checks.flatMap(({ check, interpretation, status }) =>
        findingStatuses.map((each) => ({ labels: { check, interpretation, status: each }, value: each === status ? 1 : 0 })),
      ),
  },
  {
    name: 'claimwatch_check_findings',
    help: 'Subjects by what was found of them; past the age limit what passed or was waived counts as unknown.',
    labels: ['check', 'interpretation', 'status'],
    samples: ({ checks }) =>
      checks.flatMap(({ check, interpretation, counts }) =>
        findingStatuses.map((status) => ({ labels: { check, interpretation, status }, value: counts[status] })),
      ),
  },
  {
    name: 'claimwatch_check_last_run_timestamp_seconds',
    help: 'When the last run of a check ended; 0 before the first.',
    labels: ['check'],
    samples: ({ checks }) => perCheck(checks, ({ recorded }) => secondsOf(recorded?.finishedAt)),
  },
  {
    name: 'claimwatch_check_data_timestamp_seconds',
    help: 'When the oldest look behind the last run of a check started; 0 before the first run.',
    labels: ['check'],
    samples: ({ checks }) => perCheck(checks, ({ recorded }) => secondsOf(recorded?.dataAsOf)),
  },
  {
    name: 'claimwatch_check_max_age_seconds',
    help: 'How old the data of a check may be before its status is unknown.',
    labels: ['check'],
    samples: (_snapshot, plan) => plan.checks.map(({ id, maxAgeMs }) => ({ labels: { check: id }, value: maxAgeMs / 1000 })),
  },
  {
    name: 'claimwatch_failing_subject_info',
    help: `Subjects that fail, at most ${failingSubjectsShown} per check.`,
    labels: ['check', 'interpretation', 'subject'],
    samples: ({ failing }) =>
      [...Map.groupBy(failing, ({ check }) => check).values()]
        .flatMap((own) => own.slice(0, failingSubjectsShown))
        .map(({ check, interpretation, subject }) => ({ labels: { check, interpretation, subject }, value: 1 })),
  },
  {
    name: 'claimwatch_failing_subjects_truncated',
    help: 'Failing subjects that claimwatch_failing_subject_info leaves out.',
    labels: ['check'],
    samples: ({ failing }, plan) =>
      plan.checks.map(({ id }) => {
        const count = failing.filter(({ check }) => check === id).length;
        return { labels: { check: id }, value: Math.max(0, count - failingSubjectsShown) };
      }),
  },
];

const pipelineSeries: readonly StatusSeries[] = [
  {
    name: 'claimwatch_look_subjects',
    help: 'Subjects of the last look, by whether all of it could be read.',
    labels: ['look', 'result'],
    samples: ({ looks }) =>
      [...looks].flatMap(([look, latest]) => [
        { labels: { look, result: 'read' }, value: latest === null ? 0 : latest.expected - latest.unread },
        { labels: { look, result: 'unread' }, value: latest?.unread ?? 0 },
      ]),
  },
  {
    name: 'claimwatch_look_last_end_timestamp_seconds',
    help: 'When the last look that was recorded ended; 0 before the first.',
    labels: ['look'],
    samples: ({ looks }) => [...looks].map(([look, latest]) => ({ labels: { look }, value: secondsOf(latest?.finishedAt) })),
  },
  {
    name: 'claimwatch_alerts_open',
    help: 'Alerts that are open, told or not.',
    labels: ['kind', 'response'],
    samples: ({ openAlerts }) =>
      (['fail', 'unknown'] as const).flatMap((kind) =>
        responses.map((response) => ({
          labels: { kind, response },
          value: openAlerts.filter((alert) => alert.kind === kind && alert.response === response).length,
        })),
      ),
  },
  {
    name: 'claimwatch_outbox_pending',
    help: 'Notifications that a receiver has not accepted yet.',
    labels: ['receiver'],
    samples: ({ outbox }, plan) => {
      const names = new Set([...plan.receivers.map(({ name }) => name), ...outbox.map(({ receiver }) => receiver)]);
      return [...names].map((name) => ({
        labels: { receiver: name },
        value: outbox.find(({ receiver }) => receiver === name)?.pending ?? 0,
      }));
    },
  },
  {
    name: 'claimwatch_outbox_oldest_pending_timestamp_seconds',
    help: 'When the oldest notification that still waits was decided; absent where none waits.',
    labels: ['receiver'],
    samples: ({ outbox }) =>
      outbox.flatMap(({ receiver, oldestPendingAt }) =>
        oldestPendingAt === null ? [] : [{ labels: { receiver }, value: secondsOf(oldestPendingAt) }],
      ),
  },
  {
    name: 'claimwatch_evidence_entries',
    help: 'Entries in the evidence log.',
    labels: [],
    samples: ({ entries }) => [{ labels: {}, value: entries }],
  },
  {
    name: 'claimwatch_evidence_last_write_timestamp_seconds',
    help: 'When the last run was sealed; 0 before the first.',
    labels: [],
    samples: ({ lastSealedAt }) => [{ labels: {}, value: secondsOf(lastSealedAt) }],
  },
  {
    name: 'claimwatch_config_info',
    help: 'The configuration in force, by the SHA-256 of its files; in the mode "observe" people are not alerted.',
    labels: ['hash', 'mode'],
    samples: (_snapshot, plan) => [{ labels: { hash: plan.configurationDigest, mode: plan.mode.kind }, value: 1 }],
  },
];

export const statusSeries: readonly StatusSeries[] = [...claimSeries, ...pipelineSeries];

/** A check's interpretations come from the same run; one sample each, the smaller value where they ever differ. */
function perCheck(checks: Snapshot['checks'], timeOf: (current: Snapshot['checks'][number]) => number): readonly Sample[] {
  return Array.from(
    Map.groupBy(checks, ({ check }) => check),
    ([check, own]) => ({ labels: { check }, value: Math.min(...own.map(timeOf)) }),
  );
}

function secondsOf(at: Timestamp | null | undefined): number {
  return at === null || at === undefined ? 0 : epochMs(at) / 1000;
}
