import type { Socket } from 'node:net';

/** Whom a probe asks. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** What the server name extension says: the name without its last dot, null for an address (RFC 6066 section 3). */
  readonly serverName: string | null;
}

export interface ProbeLimits {
  /** For one connection, from the first packet to the verdict. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Calls `giveUp` once when time is up or the signal aborts; the result stops waiting. The time is total: bytes that drip in do not prolong it.
 */
export function startProbeTimer(limits: ProbeLimits, giveUp: () => void): () => void {
  const timer = setTimeout(giveUp, limits.timeoutMs);
  limits.signal.addEventListener('abort', giveUp, { once: true });
  // Never inside the caller's own set-up.
  if (limits.signal.aborted) queueMicrotask(giveUp);
  return () => {
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', giveUp);
  };
}

/** A socket that is given up on may still fail; nobody listens any more, and an error without a listener ends the process. */
export function abandon(socket: Socket): void {
  socket.on('error', ignore);
  socket.destroy();
}

function ignore(): void {}
