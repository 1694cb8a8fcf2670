import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export const loopback = '127.0.0.1';

/** A server that listens on loopback, and what ends it with all its connections. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a loopback port (0: any free one). */
export async function listen(server: Server, port = 0): Promise<Listening> {
  const connections = trackConnections(server);
  server.listen(port, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
  return { port: address.port, close: () => closeServer(server, connections) };
}

/** A port that was free a moment ago, for a child process that has to be told its port. */
export async function findFreePort(): Promise<number> {
  const probe = await listen(createServer());
  await probe.close();
  return probe.port;
}

async function closeServer(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  for (const socket of connections) socket.destroy();
  await closed;
}

function trackConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}
