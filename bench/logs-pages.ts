import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Activity, activityPage, arrivedRows } from './logs-activity.ts';

/** Azure's part, in a process of its own: pages of an activity log, and what arrived in a workspace. */
const pageSize = 200;

const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const number = (name: string): number => Number(query.get(name));
  const activity: Activity = { startMs: number('start'), everyMs: number('every'), lostEvery: number('lost') };
  const span = { fromMs: number('from'), toMs: number('to') };
  if (request.url?.startsWith('/rows') === true) {
    response.end(arrivedRows(activity, span, number('now')));
    return;
  }
  const { text, oldestMs } = activityPage(activity, { ...span, toMs: Math.min(span.toMs, number('now')) }, pageSize);
  response.end(`{"value":${text},"oldestMs":${oldestMs}}`);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(`http://127.0.0.1:${port}`);
});
