import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from './claims-rows.ts';
import { colours, names, seriesPanel, statPanel, tablePanel } from './panels.ts';
import { ofTarget, own } from './queries.ts';

const daySeconds = 86_400;

export const certificatesRow: Row = {
  row: new RowBuilder('Certificates'),
  panels: [
    statPanel({
      title: 'Next certificate to expire',
      description: 'How long the certificate that ends first is still valid. Below zero it has expired.',
      span: 6,
      height: 8,
      expr: `min(${own('certificate_expiry_timestamp_seconds')} - time())`,
      unit: 's',
      noValue: 'none was seen',
      first: colours.fail,
      from: [
        [7 * daySeconds, colours.unknown],
        [30 * daySeconds, colours.plain],
      ],
    }),
    tablePanel({
      title: 'Certificates that expire soonest',
      description:
        'As seen by the last look; an endpoint that could not be seen is not shown. Whether it is time is judged by tls-certificate-expiry.',
      span: 18,
      height: 8,
      expr: `bottomk(20, ${own('certificate_expiry_timestamp_seconds')} - time())`,
      columns: ['endpoint'],
      value: {
        name: 'valid for',
        unit: 's',
        limits: {
          first: colours.fail,
          from: [
            [7 * daySeconds, colours.unknown],
            [30 * daySeconds, colours.plain],
          ],
        },
      },
      noValue: 'none was seen',
      sortBy: { column: 'valid for', descending: false },
      links: { endpoint: { title: 'Open it', url: 'https://${__data.fields.endpoint}' } },
    }),
  ],
};

export const watcherRow: Row = {
  row: new RowBuilder('Is the watcher alive'),
  panels: [
    statPanel({
      title: 'It answers',
      description: 'Whether the last scrape of each daemon succeeded. It fails too where the daemon cannot read its own state.',
      span: 4,
      height: 4,
      expr: `min(${ofTarget('up')})`,
      unit: 'none',
      noValue: 'not scraped',
      mappings: names({ 1: ['yes', colours.pass], 0: ['no', colours.fail] }),
      first: colours.fail,
      from: [[1, colours.pass]],
    }),
    statPanel({
      title: 'People are alerted',
      description: 'In the mode "observe" everything is recorded and nobody is alerted, until somebody signs "active" in claimwatch.yaml.',
      span: 4,
      height: 4,
      expr: `min(${own('config_info', 'mode="active"')} or ${own('config_info', 'mode="observe"')} * 0)`,
      unit: 'none',
      mappings: names({ 1: ['active', colours.plain], 0: ['observe: nobody', colours.unknown] }),
      first: colours.plain,
    }),
    statPanel({
      title: 'Since the last evidence',
      description: 'How long ago a run was last sealed into the evidence log. Runbook: ClaimwatchEvidenceNotWritten.',
      span: 4,
      height: 4,
      expr: `max(time() - ${own('evidence_last_write_timestamp_seconds')})`,
      unit: 's',
      first: colours.plain,
      from: [
        [600, colours.unknown],
        [3_600, colours.fail],
      ],
    }),
    statPanel({
      title: 'Defects in 24 hours',
      description: "Failures of our own code; the daemon's log has them with their stacks. Runbook: ClaimwatchDefect.",
      span: 4,
      height: 4,
      expr: `ceil(sum(increase(${own('defects_total')}[1d])))`,
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.fail]],
    }),
    statPanel({
      title: 'Looks missed in 24 hours',
      description: 'Times at which a look was due and did not start: the machine slept, the daemon was down, or looks take too long.',
      span: 4,
      height: 4,
      expr: `ceil(sum(increase(${own('scheduler_missed_runs_total')}[1d])))`,
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.unknown]],
    }),
    statPanel({
      title: 'Subjects watched',
      description: 'Configured, or found in Azure by the last look; one that is both counts twice.',
      span: 2,
      height: 4,
      expr: `sum(${own('subjects')})`,
      unit: 'none',
      first: colours.unknown,
      from: [[1, colours.plain]],
    }),
    statPanel({
      title: 'Out of scope',
      description: 'Subjects left out on purpose, each with owner and reason in claimwatch.yaml.',
      span: 2,
      height: 4,
      expr: `sum(${own('subjects_out_of_scope')})`,
      unit: 'none',
      first: colours.plain,
    }),
    seriesPanel({
      title: 'How long a look takes',
      description: 'On average. It must stay below the gap between two looks.',
      span: 6,
      height: 7,
      queries: {
        '{{look}}': `sum by (look) (rate(${own('look_duration_seconds_sum')}[$__rate_interval])) / sum by (look) (rate(${own('look_duration_seconds_count')}[$__rate_interval]))`,
      },
      unit: 's',
    }),
    seriesPanel({
      title: 'Main thread held up',
      description: 'Share of time in which schedule, metrics and deliveries stood still. Above a few percent the machine is too small.',
      span: 6,
      height: 7,
      queries: { held: `max(rate(${own('main_thread_blocked_seconds_total')}[$__rate_interval]))` },
      unit: 'percentunit',
    }),
    seriesPanel({
      title: 'Memory',
      description: 'Resident memory of the daemon. About 250 MB are enough for a thousand endpoints.',
      span: 6,
      height: 7,
      queries: { '{{instance}}': ofTarget('process_resident_memory_bytes') },
      unit: 'bytes',
    }),
    seriesPanel({
      title: 'Restarts and clock jumps',
      description:
        'Threads that were replaced because a judgement never returned, and jumps of the wall clock. Runbook: ClaimwatchWorldRestarted.',
      span: 6,
      height: 7,
      queries: {
        'threads replaced': `sum(increase(${own('world_restarts_total')}[$__rate_interval]))`,
        'clock jumps': `sum(increase(${own('clock_jumps_total')}[$__rate_interval]))`,
      },
      unit: 'none',
    }),
    tablePanel({
      title: 'What runs',
      description: 'Version and commit of each daemon. They stand in each run of the evidence too.',
      span: 24,
      height: 4,
      expr: `${own('build_info')} * on (job, instance) group_left (hash, mode) ${own('config_info')}`,
      columns: ['instance', 'version', 'revision', 'mode', 'hash'],
    }),
  ],
};

export const deliveriesRow: Row = {
  row: new RowBuilder('Alerts and deliveries'),
  panels: [
    seriesPanel({
      title: 'Open alerts',
      description: 'By what they are about (a failure, or something that cannot be known) and what they ask for. Told or not.',
      span: 12,
      height: 7,
      queries: { '{{kind}}: {{response}}': `sum by (kind, response) (${own('alerts_open')}) > 0` },
      unit: 'none',
      noValue: 'no alert was open',
    }),
    seriesPanel({
      title: 'Messages that wait, by receiver',
      description: 'Until the receiver accepts them. Runbook: ClaimwatchOutboxStuck.',
      span: 12,
      height: 7,
      queries: { '{{receiver}}': `sum by (receiver) (${own('outbox_pending')})` },
      unit: 'none',
    }),
    seriesPanel({
      title: 'Age of the oldest message that waits',
      description: 'After a quarter of an hour somebody is told.',
      span: 8,
      height: 7,
      queries: { '{{receiver}}': `max by (receiver) (time() - ${own('outbox_oldest_pending_timestamp_seconds')})` },
      unit: 's',
      noValue: 'none waited',
      limits: { first: colours.plain, from: [[900, colours.fail]] },
    }),
    seriesPanel({
      title: 'Attempts that a receiver did not accept',
      description: 'network, timeout, server: its trouble; throttled: it passes; rejected: address, secret or form are wrong.',
      span: 8,
      height: 7,
      queries: {
        '{{receiver}}: {{reason}}': `sum by (receiver, reason) (increase(${own('notifications_failed_total')}[$__rate_interval])) > 0`,
      },
      tone: colours.fail,
      unit: 'none',
      noValue: 'every attempt was accepted',
    }),
    seriesPanel({
      title: 'Alerts mirrored to Alertmanager',
      description: 'The open set that is sent again every minute. Runbook: ClaimwatchMirrorNotAccepted.',
      span: 8,
      height: 7,
      queries: { '{{receiver}}: {{state}}': `sum by (receiver, state) (${own('mirror_alerts')})` },
      unit: 'none',
      noValue: 'no Alertmanager is configured',
    }),
    statPanel({
      title: 'Since Alertmanager last accepted',
      description: 'Of the receiver that waits longest. Every minute is usual, five minutes are an alert.',
      span: 12,
      height: 4,
      expr: `max(time() - ${own('mirror_last_success_timestamp_seconds')})`,
      unit: 's',
      noValue: 'no Alertmanager is configured',
      first: colours.plain,
      from: [
        [120, colours.unknown],
        [300, colours.fail],
      ],
    }),
    statPanel({
      title: 'Evidence entries',
      description: 'Runs that were sealed, ever. It only grows.',
      span: 12,
      height: 4,
      expr: `sum(${own('evidence_entries')})`,
      unit: 'none',
      first: colours.plain,
    }),
  ],
};
