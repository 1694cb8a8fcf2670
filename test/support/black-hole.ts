import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { loopback } from '../../sandbox/listen.ts';

export interface BlackHole {
  readonly port: number;
  close(): Promise<void>;
}

/** Connections that the kernel queues for a listener with a backlog of 1. */
const queueLength = 2;

/**
 * A loopback port that nothing comes back from: its thread listens and never accepts, and its queue is full, so the kernel drops every further SYN.
 * Linux only; elsewhere a full queue may refuse.
 */
export async function startBlackHole(): Promise<BlackHole> {
  const worker = new Worker(listenAndBlock, { eval: true });
  const [port] = await once(worker, 'message');
  const queued: Socket[] = [];
  for (let index = 0; index < queueLength; index += 1) {
    const socket = connect(port, loopback);
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    queued.push(socket);
  }
  return {
    port,
    async close(): Promise<void> {
      for (const socket of queued) socket.destroy();
      await worker.terminate();
    },
  };
}

const listenAndBlock = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '${loopback}', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
