import { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Preloaded into a child process (`node --import`): before the statement of this number it kills the process as `kill -9` would.
 * What is tested knows nothing of it.
 */
let left = Number(process.env['KILL_AT_STATEMENT']);

function killWhenDue(): void {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

function countCalls(prototype: object, method: string): void {
  const original: unknown = Reflect.get(prototype, method);
  if (typeof original !== 'function') throw new Error(`there is no ${method} to watch`);
  Reflect.set(prototype, method, function (this: unknown, ...parameters: unknown[]): unknown {
    killWhenDue();
    return Reflect.apply(original, this, parameters);
  });
}

countCalls(DatabaseSync.prototype, 'exec');
for (const method of ['run', 'all', 'get']) countCalls(StatementSync.prototype, method);
