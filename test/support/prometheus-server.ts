import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import { fileOfProject, ruleFiles } from './prometheus-rules.ts';
import { until } from './until.ts';

/** Why a test cannot run here, or null. */
export function missingPrograms(...programs: readonly string[]): string | null {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return missing.length === 0 ? null : `skipped: ${missing.join(', ')} not installed`;
}

export interface QuerySample {
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

export interface RunningPrometheus {
  readonly url: string;
  /** An instant query of now. */
  query(expression: string): Promise<readonly QuerySample[]>;
  /** Names of the alerts that fire now, once each. */
  firing(): Promise<readonly string[]>;
}

const queryAnswer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })) }),
});
const alertsAnswer = z.object({
  data: z.object({ alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })) }),
});

/** A real Prometheus that scrapes one daemon several times a second and evaluates our rules as often; ends with the test. */
export async function startPrometheus(targetPort: number, alertmanagerPort: number | null = null): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const configuration = join(folder, 'prometheus.yml');
  await writeFile(configuration, stringify(configurationFor(targetPort, alertmanagerPort)));
  const port = await findFreePort();
  await startProgram('prometheus', [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${loopback}:${port}`,
    '--rules.alert.resend-delay=1s',
    '--log.level=warn',
  ]);
  const url = `http://${loopback}:${port}`;
  await until('prometheus', async () => ((await ask(`${url}/-/ready`)).ok ? true : null));
  return {
    url,
    query: async (expression) => {
      const answer = await ask(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      if (!answer.ok) throw new Error(`${expression}: ${await answer.text()}`);
      return queryAnswer
        .parse(await answer.json())
        .data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    },
    firing: async () => {
      const { alerts } = alertsAnswer.parse(await (await ask(`${url}/api/v1/alerts`)).json()).data;
      const names = alerts.flatMap(({ labels, state }) =>
        state === 'firing' && labels['alertname'] !== undefined ? [labels['alertname']] : [],
      );
      return [...new Set(names)].toSorted();
    },
  };
}

function configurationFor(targetPort: number, alertmanagerPort: number | null) {
  const alertmanagers = alertmanagerPort === null ? [] : [{ static_configs: [{ targets: [`${loopback}:${alertmanagerPort}`] }] }];
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '250ms' },
    rule_files: ruleFiles.map((file) => fileURLToPath(fileOfProject(file))),
    scrape_configs: [{ job_name: 'claimwatch', static_configs: [{ targets: [`${loopback}:${targetPort}`] }] }],
    alerting: { alertmanagers },
  };
}

/** Killed at the end of the test, and with this process. What it says on stderr is in the error when it ends before. */
export async function startProgram(program: string, words: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'spawn');
  const killAtLast = () => void child.kill('SIGKILL');
  process.once('exit', killAtLast);
  onTestFinished(async () => {
    process.off('exit', killAtLast);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  });
  return child;
}

async function ask(url: string): Promise<Response> {
  return await fetch(url, { signal: AbortSignal.timeout(5_000) });
}
