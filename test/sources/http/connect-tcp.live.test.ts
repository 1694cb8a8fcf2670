import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, loopback } from '../../../sandbox/listen.ts';
import { connectTcp } from '../../../src/sources/http/connect-tcp.ts';
import { startBlackHole } from '../../support/black-hole.ts';

/** As a long judgement on the same thread does, a process that is stopped, or a machine that is suspended. */
function standStill(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
}

const needs = (timeoutMs: number) => ({ timeoutMs, signal: new AbortController().signal });

// A port that is silent beside one that answers passes: silence that is only ours would make a pass of a port that stands open.
describe('a thread that stood still while it waited for a connection', () => {
  it('does not take a port that answered meanwhile for silent', async () => {
    const server = await listen(createServer((socket) => socket.destroy()));
    onTestFinished(() => server.close());
    const waiting = connectTcp({ address: loopback, port: server.port }, needs(300));
    standStill(700);
    const connection = await waiting;
    expect(connection.kind).toBe('connected');
    if (connection.kind === 'connected') connection.socket.destroy();
  });

  it.skipIf(process.platform !== 'linux')('calls a port silent only after it has listened for the whole time', async () => {
    const hole = await startBlackHole();
    onTestFinished(() => hole.close());
    const startedMs = performance.now();
    const waiting = connectTcp({ address: loopback, port: hole.port }, needs(1_000));
    standStill(1_500);
    expect((await waiting).kind).toBe('silent');
    expect(performance.now() - startedMs).toBeGreaterThan(1_500 + 700);
  });

  it('gives up at once when the signal says so, in the midst of its wait', async () => {
    const hole = await startBlackHole();
    onTestFinished(() => hole.close());
    const abort = new AbortController();
    const waiting = connectTcp({ address: loopback, port: hole.port }, { timeoutMs: 60_000, signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toThrow('the look ended');
  });
});
