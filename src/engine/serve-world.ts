import type { MessagePort } from 'node:worker_threads';
import type { World } from './world.ts';
import type { WorldAnswer, WorldMessage } from './world-messages.ts';

/** Answers the main thread's messages with a world, in the worker thread. */
export function serveWorld(world: World, port: Pick<MessagePort, 'on' | 'postMessage'>): void {
  const answer = (message: WorldAnswer) => port.postMessage(message);
  port.on('message', (message: WorldMessage) => {
    dispatch(world, message).then(
      (result) => answer({ kind: 'done', id: message.id, result }),
      (error: unknown) =>
        answer({ kind: 'failed', id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  answer({ kind: 'ready' });
}

async function dispatch(world: World, message: WorldMessage) {
  switch (message.kind) {
    case 'look':
      return await world.look(message.request);
    case 'adopt':
      await world.adoptLook(message.token, message.look);
      return null;
    case 'judge':
      return await world.judge(message.request);
  }
}
