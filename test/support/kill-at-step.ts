import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded into the daemon (`node --import`), which knows nothing of it: kills the process, as `kill -9` would, at one edge of one step.
 * A step is a statement of the store, which has two edges (before and after it), a moment of a webhook's send, or a socket that a probe opens;
 * edges are counted by stage. `KILL_AT` is `<stage>:<edge>`; without it nothing is killed. The last words on stderr say where it was.
 */
type Stage = 'look' | 'probe' | 'facts' | 'record' | 'send' | 'other';

const [wantedStage, wantedEdge] = (process.env['KILL_AT'] ?? '').split(':');
let edgesLeft = Number(wantedEdge);
/** What the statement before belonged to: a commit names no table. */
let stageOfTransaction: Stage = 'other';

function passEdge(stage: Stage, where: string): void {
  if (stage !== wantedStage) return;
  edgesLeft -= 1;
  if (edgesLeft !== 0) return;
  writeSync(2, `killed at ${stage}: ${where}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const stages: readonly (readonly [RegExp, Stage])[] = [
  [/update "outbox"|with heads/, 'send'],
  [/"look_claims"|"looks"/, 'look'],
  [/"bodies"/, 'facts'],
  [/"runs"|"entries"|"statuses"|"alerts"|"outbox"/, 'record'],
  [/^(commit|rollback)$/, 'other'],
];

function stageOf(sql: string): Stage {
  if (sql === 'commit') return stageOfTransaction;
  stageOfTransaction = stages.find(([pattern]) => pattern.test(sql))?.[1] ?? 'other';
  return stageOfTransaction;
}

function watch(prototype: object, method: string, sqlOf: (target: unknown, parameters: readonly unknown[]) => string): void {
  const original: unknown = Reflect.get(prototype, method);
  if (typeof original !== 'function') throw new Error(`there is no ${method} to watch`);
  Reflect.set(prototype, method, function (this: unknown, ...parameters: unknown[]): unknown {
    const sql = sqlOf(this, parameters);
    const stage = stageOf(sql);
    passEdge(stage, `before ${sql}`);
    const result: unknown = Reflect.apply(original, this, parameters);
    passEdge(stage, `after ${sql}`);
    return result;
  });
}

const sendMoments = ['request:create', 'client:connected', 'client:sendHeaders', 'request:bodySent', 'request:headers'];

if (isMainThread) {
  watch(DatabaseSync.prototype, 'exec', (_database, [sql]) => String(sql));
  for (const method of ['run', 'all', 'get']) {
    watch(StatementSync.prototype, method, (statement) => (statement instanceof StatementSync ? statement.sourceSQL : ''));
  }
  for (const moment of sendMoments) subscribe(`undici:${moment}`, () => passEdge('send', moment));
} else {
  subscribe('net.client.socket', () => passEdge('probe', 'a socket was opened'));
}
