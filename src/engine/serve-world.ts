import type { MessagePort } from 'node:worker_threads';
import type { StoredBody } from '../domain/ports.ts';
import type { World } from './world.ts';
import type { WorldAnswer, WorldMessage } from './world-messages.ts';

/** Answers the main thread's messages with a world, in the worker thread. */
export function serveWorld(world: World, port: Pick<MessagePort, 'on' | 'postMessage'>): void {
  const deliveries = new Map<number, () => void>();
  let lastDelivery = 0;
  const answer = (message: WorldAnswer) => port.postMessage(message);

  /** Resolves when the main thread has kept them. */
  function deliver(id: number, bodies: readonly StoredBody[]): Promise<void> {
    lastDelivery += 1;
    const delivery = lastDelivery;
    const { promise, resolve } = Promise.withResolvers<void>();
    deliveries.set(delivery, resolve);
    answer({ kind: 'keep', id, delivery, bodies });
    return promise;
  }

  async function dispatch(message: Exclude<WorldMessage, { kind: 'kept' }>) {
    switch (message.kind) {
      case 'look':
        return await world.look(message.request, message.keeps ? (bodies) => deliver(message.id, bodies) : undefined);
      case 'adopt':
        await world.adoptLook(message.token, message.look);
        return null;
      case 'changes':
        return await world.recentChanges(message.subjects);
      case 'draw':
        return await world.drawEstate();
      case 'prepare':
        await world.prepare(message.request);
        return null;
      case 'judge':
        return await world.judge(message.request);
    }
  }

  port.on('message', (message: WorldMessage) => {
    if (message.kind === 'kept') {
      deliveries.get(message.id)?.();
      deliveries.delete(message.id);
      return;
    }
    dispatch(message).then(
      (result) => answer({ kind: 'done', id: message.id, result }),
      (error: unknown) =>
        answer({ kind: 'failed', id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  answer({ kind: 'ready' });
}
