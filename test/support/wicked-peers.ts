import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listen } from '../../sandbox/listen.ts';
import { handshakeMessage, record, serverHello } from './tls-bytes.ts';

/** Listens on loopback until the test has finished; gives the port. */
export async function serve(server: Server): Promise<number> {
  const started = await listen(server);
  onTestFinished(() => started.close());
  return started.port;
}

function servePeer(answer: (socket: Socket) => void): Promise<number> {
  return serve(createServer((socket) => socket.on('error', () => {}).once('data', () => answer(socket))));
}

/** Takes the connection and never says a word. */
export function serveSilence(): Promise<number> {
  return servePeer(() => {});
}

export function serveReset(): Promise<number> {
  return servePeer((socket) => socket.resetAndDestroy());
}

/** Plain HTTP, where TLS is expected. */
export function servePlainHttp(): Promise<number> {
  return serve(createHttpServer((_request, response) => response.end('welcome')));
}

/** A handshake whose certificate message never ends, sent as fast as it is read. */
export function serveEndlessHandshake(): Promise<number> {
  const piece = record(22, handshakeMessage(11, Buffer.alloc(9_000)));
  return servePeer((socket) => {
    socket.write(record(22, serverHello(0x0303)));
    const send = (): void => {
      while (socket.writable && socket.write(piece)) continue;
    };
    socket.on('drain', send);
    send();
  });
}

/** A byte every 20 ms of a handshake that would be good one day. */
export function serveDrippingBytes(): Promise<number> {
  const bytes = record(22, Buffer.concat([serverHello(0x0303), handshakeMessage(11, Buffer.alloc(4_000))]));
  return servePeer((socket) => {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(bytes.subarray(sent, sent + 1));
      sent += 1;
    }, 20);
    socket.on('close', () => clearInterval(timer));
  });
}
