import { connect, createServer, type Socket } from 'node:net';
import { loopback } from '../../sandbox/listen.ts';
import { serve } from './wicked-peers.ts';

/** The first bytes of one connection. */
export interface Arrival {
  readonly hello: Buffer;
  /** Counts from 1. */
  readonly connection: number;
  /** Connections that are open, this one among them. */
  readonly open: number;
  readonly nowMs: number;
}

/** What is done with it. `pass`: on to the server, after `afterMs`, and `first` is said before the server's first word. */
export type Treatment =
  | { readonly kind: 'pass'; readonly to?: number; readonly afterMs?: number; readonly first?: Buffer }
  | { readonly kind: 'say'; readonly bytes: Buffer }
  | { readonly kind: 'close' | 'reset' | 'silence' };

export const pass: Treatment = { kind: 'pass' };
export const reset: Treatment = { kind: 'reset' };
export const close: Treatment = { kind: 'close' };
export const silence: Treatment = { kind: 'silence' };
export const say = (bytes: Buffer): Treatment => ({ kind: 'say', bytes });

export interface Interfering {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  /** Connections that are open now. */
  open(): number;
}

/** Stands in front of a good server on loopback and does not let everything through. Ends with the test. */
export async function interfere(server: number, treat: (arrival: Arrival) => Treatment): Promise<Interfering> {
  let connections = 0;
  const open = new Set<Socket>();
  const port = await serve(
    createServer({ allowHalfOpen: true }, (socket) => {
      connections += 1;
      const connection = connections;
      open.add(socket);
      socket.on('error', () => {}).once('close', () => open.delete(socket));
      socket.once('end', () => socket.end());
      socket.once('data', (hello) => apply(treat({ hello, connection, open: open.size, nowMs: performance.now() }), socket, hello, server));
    }),
  );
  return { port, connections: () => connections, open: () => open.size };
}

function apply(treatment: Treatment, socket: Socket, hello: Buffer, server: number): void {
  if (treatment.kind === 'pass') relayAfter(treatment, socket, hello, server);
  if (treatment.kind === 'say') socket.end(treatment.bytes);
  if (treatment.kind === 'close') socket.end();
  if (treatment.kind === 'reset') socket.resetAndDestroy();
}

type Passing = Extract<Treatment, { kind: 'pass' }>;

function relayAfter({ to, afterMs = 0, first }: Passing, socket: Socket, hello: Buffer, server: number): void {
  const timer = setTimeout(() => {
    if (first !== undefined) socket.write(first);
    relay(socket, hello, to ?? server);
  }, afterMs);
  socket.once('close', () => clearTimeout(timer));
}

function relay(socket: Socket, hello: Buffer, server: number): void {
  const inner = connect({ port: server, host: loopback, noDelay: true }).on('error', () => socket.destroy());
  socket.setNoDelay(true).once('close', () => inner.destroy());
  inner.once('close', () => socket.destroySoon());
  inner.write(hello);
  socket.pipe(inner).pipe(socket);
}

/** The limits that firewalls, gateways and servers set, from no connection at all to one more than they bear. */
export const limits = {
  /** So many in every window, and the refused ones count too. */
  slidingWindow(most: number, windowMs: number): (nowMs: number) => boolean {
    let arrived: number[] = [];
    return (nowMs) => {
      arrived = [...arrived.filter((atMs) => nowMs - atMs < windowMs), nowMs];
      return arrived.length <= most;
    };
  },
  /** So many taken ones in every window. */
  takenWindow(most: number, windowMs: number): (nowMs: number) => boolean {
    let taken: number[] = [];
    return (nowMs) => {
      taken = taken.filter((atMs) => nowMs - atMs < windowMs);
      if (taken.length >= most) return false;
      taken.push(nowMs);
      return true;
    };
  },
  /** So many at once, and then as fast as it fills. */
  tokenBucket(size: number, perSecond: number): (nowMs: number) => boolean {
    let tokens = size;
    let lastMs = 0;
    return (nowMs) => {
      tokens = Math.min(size, tokens + ((nowMs - lastMs) / 1_000) * perSecond);
      lastMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    };
  },
};

/** The same numbers from 0 to less than 1 for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
