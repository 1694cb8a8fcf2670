import { randomUUID } from 'node:crypto';
import type { Json } from '../../src/domain/json.ts';
import { type Reply, replyError } from './reply.ts';

/** Answers that are not there at once: 202 with a Location, which says 202 once more and then gives the answer. */
export interface LongRunning {
  start(subscription: string, location: string, apiVersion: string, answer: Json): Reply;
  poll(operation: string): Reply;
}

export function makeLongRunning(origin: () => string, pollAfterSeconds: number): LongRunning {
  const running = new Map<string, { readonly answer: Json; readonly headers: { readonly [name: string]: string }; pending: number }>();
  return {
    start(subscription, location, apiVersion, answer) {
      const operation = randomUUID();
      const place = `${origin()}/subscriptions/${subscription}/providers/Microsoft.Network/locations/${location}/operationResults/${operation}`;
      const headers = { location: `${place}?api-version=${apiVersion}`, 'retry-after': String(pollAfterSeconds) };
      running.set(operation, { answer, headers, pending: 1 });
      return { status: 202, headers, body: null };
    },
    poll(operation) {
      const found = running.get(operation);
      if (found === undefined) return replyError(404, 'OperationNotFound', `The operation '${operation}' could not be found.`);
      found.pending -= 1;
      return found.pending >= 0 ? { status: 202, headers: found.headers, body: null } : { status: 200, body: found.answer };
    },
  };
}
