import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { findFreePort, listen, loopback } from '../../sandbox/listen.ts';
import { startProgram } from './prometheus-server.ts';
import { until } from './until.ts';

const labels = z.record(z.string(), z.string());
/** What a group's people are told (Alertmanager's documentation, "webhook_config"). */
const messageSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  groupLabels: labels,
  alerts: z.array(
    z.object({ status: z.enum(['firing', 'resolved']), labels, annotations: labels, startsAt: z.string(), endsAt: z.string() }),
  ),
});
const heldSchema = z.array(
  z.object({
    labels,
    endsAt: z.iso.datetime({ offset: true }),
    updatedAt: z.iso.datetime({ offset: true }),
    status: z.object({ state: z.string() }),
  }),
);

export type GroupMessage = z.infer<typeof messageSchema>;
export type HeldAlert = z.infer<typeof heldSchema>[number];

/** A real Alertmanager with a webhook behind it, one group per check; ends with the test. */
export interface AlertmanagerServer {
  readonly port: number;
  readonly url: string;
  /** What came to the webhook so far, oldest first, markers aside. */
  told(): readonly GroupMessage[];
  /** What it holds as active now. */
  active(): Promise<readonly HeldAlert[]>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** On its old storage and port. */
  startAgain(): Promise<void>;
  /** Sends an alert of our own through it and its end too, which takes longer than the interval in which every group is flushed. */
  passMarker(): Promise<void>;
}

const markerName = 'Marker';
const groupBy = ['alertname', 'check', 'interpretation'];

export async function startAlertmanagerServer(): Promise<AlertmanagerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'alertmanager-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const hook = await startHook();
  const configuration = join(folder, 'alertmanager.yml');
  await writeFile(configuration, stringify(configurationFor(hook.url)));
  const port = await findFreePort();
  const url = `http://${loopback}:${port}`;
  const run = () => runAlertmanager({ configuration, storage: join(folder, 'data'), port, url });
  let child = await run();
  let markers = 0;
  return {
    port,
    url,
    told: () => hook.messages.filter(({ groupLabels }) => groupLabels['alertname'] !== markerName),
    active: async () => {
      const held = heldSchema.parse(await (await ask(`${url}/api/v2/alerts`)).json());
      return held.filter((alert) => alert.status.state === 'active' && alert.labels['alertname'] !== markerName);
    },
    end: async (signal) => {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    },
    startAgain: async () => {
      child = await run();
    },
    passMarker: async () => {
      markers += 1;
      await passMarker(url, `marker-${markers}`, hook.messages);
    },
  };
}

function configurationFor(hookUrl: string) {
  const route = { receiver: 'hook', group_by: groupBy, group_wait: '0s', group_interval: '1s', repeat_interval: '4h' };
  return { route, receivers: [{ name: 'hook', webhook_configs: [{ url: hookUrl, send_resolved: true }] }] };
}

interface Place {
  readonly configuration: string;
  readonly storage: string;
  readonly port: number;
  readonly url: string;
}

async function runAlertmanager({ configuration, storage, port, url }: Place): Promise<ChildProcess> {
  const child = await startProgram('prometheus-alertmanager', [
    `--config.file=${configuration}`,
    `--storage.path=${storage}`,
    `--web.listen-address=${loopback}:${port}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ]);
  await until('alertmanager', async () => ((await ask(`${url}/-/ready`)).ok ? true : null));
  return child;
}

async function startHook(): Promise<{ readonly url: string; readonly messages: readonly GroupMessage[] }> {
  const messages: GroupMessage[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      messages.push(messageSchema.parse(JSON.parse(body)));
      response.end();
    });
  });
  const { port, close } = await listen(server);
  onTestFinished(close);
  return { url: `http://${loopback}:${port}/`, messages };
}

async function passMarker(url: string, check: string, messages: readonly GroupMessage[]): Promise<void> {
  const startsAt = new Date().toISOString();
  const marker = { labels: { alertname: markerName, check, interpretation: 'none' }, startsAt };
  const arrived = (status: string) => messages.some((message) => message.groupLabels['check'] === check && message.status === status);
  await post(url, { ...marker, endsAt: new Date(Date.now() + 3_600_000).toISOString() });
  await until(`${check} at the webhook`, async () => (arrived('firing') ? true : null));
  await post(url, { ...marker, endsAt: new Date().toISOString() });
  await until(`the end of ${check} at the webhook`, async () => (arrived('resolved') ? true : null));
}

async function post(url: string, alert: object): Promise<void> {
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`alertmanager answered ${answer.status}`);
}

async function ask(url: string): Promise<Response> {
  return await fetch(url, { signal: AbortSignal.timeout(5_000) });
}
