import { describe, expect, test } from 'vitest';
import { startAlertmanagerServer } from '../support/alertmanager-server.ts';
import { queriesOf, readDashboard } from '../support/grafana-dashboard.ts';
import { readRules, ruleFiles } from '../support/prometheus-rules.ts';
import { missingPrograms, type RunningPrometheus, startPrometheus } from '../support/prometheus-server.ts';
import { parseQuery, substituteVariables } from '../support/promql.ts';
import { startScrapedDaemon } from '../support/scraped-daemon.ts';
import { until } from '../support/until.ts';

interface Query {
  readonly where: string;
  readonly query: string;
}

/** What asks for trouble that this estate does not have, and what fills it. Everything else has to answer. */
const emptyByDesign: { readonly [where: string]: string } = {
  'Which checks stand on old data (A)': 'a check past its maxAge, which takes longer than a test may',
  'ClaimwatchAbsent (critical)': 'no target that is claimwatch',
  'ClaimwatchScrapeFailing (critical)': 'a daemon that is down for minutes',
  'ClaimwatchTickLate (critical)': 'a schedule that stands still for two minutes',
  'ClaimwatchCheckStale (warning)': 'a check past its maxAge',
  'ClaimwatchEvidenceNotWritten (critical)': 'no run for longer than the shortest maxAge',
  'ClaimwatchOutboxStuck (critical)': 'a message that waits for a quarter of an hour',
  'ClaimwatchDefect (warning)': 'a failure of our own code',
  'ClaimwatchWorldRestarted (warning)': 'a judgement that never returns',
  'ClaimwatchCheckFails (info)': 'a check with the response "report" that fails',
  'ClaimwatchMirrorNotAccepted (critical)': 'an Alertmanager that has accepted nothing for five minutes',
};

const ruleQueries: readonly Query[] = ruleFiles.flatMap((file) => {
  const { alerts, records } = readRules(file);
  return [
    ...alerts.map(({ alert, labels, expr }) => ({ where: `${alert} (${labels.severity})`, query: expr })),
    ...records.map(({ record, expr }) => ({ where: record, query: expr })),
  ];
});
const queries = [...queriesOf(readDashboard()), ...ruleQueries];
/** No Azure, hence no logs, is configured in this estate; that the daemon has these metrics, with such labels, the tests of dashboard and rules see. */
const ofAzure = queries.filter(({ query }) => /claimwatch_(azure|activity_log|log)_/.test(query)).map(({ where }) => where);

async function emptyOf(prometheus: RunningPrometheus): Promise<readonly string[]> {
  const answers = await Promise.all(
    queries.map(async ({ where, query }) => ({ where, samples: await prometheus.query(substituteVariables(query)) })),
  );
  return answers.flatMap(({ where, samples }) => (samples.every(({ value }) => Number.isNaN(value)) ? [where] : []));
}

const nullWhereEmpty = <T>(all: readonly T[]): readonly T[] | null => (all.length === 0 ? null : all);

const skipped = missingPrograms('prometheus', 'prometheus-alertmanager');

describe.skipIf(skipped !== null)(`a real Prometheus that scrapes the real daemon ${skipped === null ? '' : `(${skipped})`}`, () => {
  test('every query of the dashboard and of the rules answers, or is empty by design; what fails is told to a real Alertmanager', async () => {
    const alertmanager = await startAlertmanagerServer();
    const { endpoint, port } = await startScrapedDaemon(alertmanager.port);
    const prometheus = await startPrometheus(port, alertmanager.port);

    const failing = 'sum(claimwatch_check_status{status="fail"})';
    await until('a first run of every check', async () => {
      const [neverRun] = await prometheus.query('sum(claimwatch_check_last_run_timestamp_seconds == bool 0)');
      return neverRun?.value === 0 ? true : null;
    });
    await until('nothing that fails', async () => ((await prometheus.query(`${failing} == 0`)).length > 0 ? true : null));
    expect(await until('rules', async () => nullWhereEmpty(await prometheus.firing()))).toEqual(['ClaimwatchWatchdog']);

    endpoint.server.useCertificate(endpoint.expired);
    await until('a failure', async () => ((await prometheus.query(`${failing} > 0`)).length > 0 ? true : null));
    // Told by Prometheus, and by the daemon itself: with both, everything is told twice.
    const fromPrometheus = ['ClaimwatchCheckFails', 'ClaimwatchWatchdog'];
    const all = [...fromPrometheus, 'ClaimwatchFail'].toSorted();
    const told = await until('the alerts at Alertmanager', async () => {
      const names = [...new Set((await alertmanager.active()).map(({ labels }) => labels['alertname'] ?? ''))].toSorted((a, b) =>
        a < b ? -1 : 1,
      );
      return names.length >= all.length ? names : null;
    });
    expect(told).toEqual(all);
    expect(await prometheus.firing()).toEqual(fromPrometheus);

    const expected = [...Object.keys(emptyByDesign), ...ofAzure].toSorted();
    let empty: readonly string[] = [];
    await until('every query that is not empty by design', async () => {
      empty = await emptyOf(prometheus);
      return empty.every((where) => expected.includes(where)) ? true : null;
    }).catch(() => undefined);
    expect(empty.toSorted()).toEqual(expected);

    const metrics = new Set(queries.flatMap(({ query }) => parseQuery(substituteVariables(query)).selectors.map(({ metric }) => metric)));
    for (const metric of metrics)
      if (!/_mirror_|_certificate_|_azure_|_activity_log_|claimwatch_log_/.test(metric))
        expect([metric, (await prometheus.query(`count(last_over_time(${metric}[1m]))`)).length]).toEqual([metric, 1]);
  });
});
