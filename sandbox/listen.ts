import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export const loopback = '127.0.0.1';

/** A server that listens on loopback, and what ends it with all its connections. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a port of loopback (0: any free one). `address`: any of 127.0.0.0/8. */
export async function listen(server: Server, port = 0, address = loopback): Promise<Listening> {
  const connections = trackConnections(server);
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('expected a TCP address');
  return { port: bound.port, close: () => closeServer(server, connections) };
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
