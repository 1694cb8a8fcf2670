import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../sandbox/listen.ts';

/**
 * A network in a process of its own: carries every byte between clients and the port of argument 1, so long each way as argument 2 says (ms). What a client
 * sends first waits for the way there and back that its connection would have taken. Tells its port, and on each message how many connections there were.
 */
const [port = 0, oneWayMs = 0] = process.argv.slice(2).map(Number);
let connections = 0;

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  connections += 1;
  const peer = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  carry(client, peer, performance.now() + 2 * oneWayMs);
  carry(peer, client, 0);
});

/** Nothing of what leaves before `openAtMs` arrives sooner than what leaves then. */
function carry(from: Socket, to: Socket, openAtMs: number): void {
  const later = (act: () => void): void => {
    setTimeout(act, Math.max(performance.now(), openAtMs) + oneWayMs - performance.now());
  };
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => later(() => to.destroy()));
  from.on('close', () => later(() => to.destroy()));
}

const { port: own } = await listen(server);
process.send?.(own);
process.on('message', () => process.send?.(connections));
process.on('disconnect', () => process.exit());
