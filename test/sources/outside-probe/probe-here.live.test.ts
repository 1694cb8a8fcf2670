import { once } from 'node:events';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort, listen } from '../../../sandbox/listen.ts';
import type { LookRequest } from '../../../src/domain/look.ts';
import { createOutsideProbe } from '../../../src/sources/outside-probe/outside-probe-source.ts';
import { startBlackHole } from '../../support/black-hole.ts';
import { clock, lookOutside, outside, requestOf } from './look-outside.ts';

const [one, two] = ['127.0.0.1', '127.0.0.2'];
const vantage = { name: 'outside', egressAddress: '198.51.100.20' };

/** Counts who came and what they sent. */
async function startServer(address = one, wanted = 0) {
  const heard = { connections: 0, bytes: 0 };
  const server = createServer((socket) => {
    heard.connections += 1;
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        heard.bytes += bytes.length;
      });
  });
  const { port, close } = await listen(server, wanted, address);
  onTestFinished(() => close());
  return { port, heard };
}

async function startSilence() {
  const hole = await startBlackHole();
  onTestFinished(() => hole.close());
  return hole.port;
}

test.skipIf(process.platform !== 'linux')('one that accepts, one that refuses, one that is silent', async () => {
  const [{ port, heard }, silent, closed] = [await startServer(), await startSilence(), await findFreePort()];
  const ports = [port, silent, closed].toSorted((a, b) => a - b);
  expect(await lookOutside(requestOf([one], { ports }))).toEqual({
    [one]: {
      address: one,
      vantage,
      probed: expect.stringMatching(/^\d+(-\d+)?(, \d+(-\d+)?)*$/),
      missing: '',
      answered: [{ port, protocol: 'Tcp', how: 'accepted' }],
      refused: [{ port: closed, protocol: 'Tcp' }],
      vantageHeard: true,
    },
  });
  await new Promise(setImmediate);
  expect(heard).toEqual({ connections: 1, bytes: 0 });
});

test('the vantage heard something where one of the addresses accepts; resets alone say nothing of it', async () => {
  const { port } = await startServer(two);
  const both = await lookOutside(requestOf([one, two], { ports: [port] }));
  expect(both).toMatchObject({ [one]: { answered: [], vantageHeard: true }, [two]: { answered: [{ port }], vantageHeard: true } });
  const alone = await lookOutside(requestOf([one], { ports: [port] }));
  expect(alone).toMatchObject({ [one]: { answered: [], refused: [{ port }], vantageHeard: false } });
});

test('the same answers give the same fact', async () => {
  const { port } = await startServer();
  const look = async () => JSON.stringify(await lookOutside(requestOf([one], { ports: [port] })));
  expect(await look()).toBe(await look());
});

test.skipIf(process.platform !== 'linux')('a port that this machine cannot ask is no silence', async () => {
  // To a group nobody can connect: nothing is sent.
  expect(await lookOutside(requestOf(['224.0.0.1'], { ports: [22] }))).toEqual({
    '224.0.0.1': { fault: { code: 'unreachable', message: '224.0.0.1: port 22 cannot be reached (ENETUNREACH)' } },
  });
});

/** On a thread of its own: resets each connection as soon as it is there. */
async function startResetting(): Promise<number> {
  const worker = new Worker(
    `const server = require('node:net').createServer((socket) => socket.resetAndDestroy());
     server.listen(0, '${one}', () => require('node:worker_threads').parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  onTestFinished(() => void worker.terminate());
  const [port] = await once(worker, 'message');
  return port;
}

test.skipIf(process.platform !== 'linux')(
  'who accepts and ends it at once accepted, also where this thread had no time to see it',
  async () => {
    const port = await startResetting();
    const looking = lookOutside(requestOf([one], { ports: [port] }));
    // Nothing is heard of the connection before the end of the turn in which it was begun.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => process.nextTick(resolve));
    for (const untilMs = performance.now() + 200; performance.now() < untilMs; );
    expect(await looking).toMatchObject({ [one]: { answered: [{ port }], vantageHeard: true } });
  },
);

test.each<[what: string, options: object, changes: Partial<LookRequest>, message: RegExp]>([
  ['a vantage that nobody declared external', {}, { vantage: { ...outside, external: false } }, /not declared external, .*proves nothing/],
  [
    'a vantage that looks from one of the addresses',
    {},
    { vantage: { ...outside, egressAddress: one } },
    /from 127\.0\.0\.1, which is one of ours/,
  ],
  ['an address that is not named', { addresses: [two] }, {}, /no address that the probe is to ask/],
  ['a row without an address', {}, { rows: new Map() }, /no address that the probe is to ask/],
  [
    'too short a deadline',
    { connectionsPerSecond: 1 },
    { subjectDeadlineMs: 1_249 },
    /1 ports at 1 connections .* set subjectDeadline to 2s/,
  ],
])('%s: nothing is connected to', async (_what, options, changes, message) => {
  const { port, heard } = await startServer();
  const { [one]: seen } = await lookOutside(requestOf([one], { ports: [port], ...options }, changes));
  expect(seen).toEqual({ fault: { code: 'unsupported', message: expect.stringMatching(message) } });
  expect(heard.connections).toBe(0);
});

test('what two addresses at a time take, both are given, or neither is asked', async () => {
  const { port, heard } = await startServer();
  const look = (subjectDeadlineMs: number) =>
    lookOutside(requestOf([one, two], { ports: [port], connectionsPerSecond: 1 }, { subjectDeadlineMs }));
  const tooMuch = { fault: { code: 'unsupported', message: expect.stringContaining('2 addresses at a time, take up to 3 s for each') } };
  expect(await look(2_249)).toEqual({ [one]: tooMuch, [two]: tooMuch });
  expect(heard.connections).toBe(0);
});

test('just long enough a deadline', async () => {
  const { port } = await startServer();
  const seen = await lookOutside(requestOf([one], { ports: [port], connectionsPerSecond: 1 }, { subjectDeadlineMs: 1_250 }));
  expect(seen).toMatchObject({ [one]: { answered: [{ port }] } });
});

test.skipIf(process.platform !== 'linux')('the end of the look ends the wait, and none is left out', async () => {
  const silent = await startSilence();
  const abort = new AbortController();
  const options = { ports: [silent], timeout: '9s' };
  const looking = lookOutside(requestOf([one, two], options, { signal: abort.signal, subjectDeadlineMs: 60_000 }));
  setImmediate(() => abort.abort());
  const timeout = { fault: { code: 'timeout', message: expect.any(String) } };
  expect(await looking).toEqual({ [one]: timeout, [two]: timeout });
});

test.skipIf(process.platform !== 'linux')('what was heard before the end of the look is told, once anything was heard at all', async () => {
  const silent = await startSilence();
  await startServer(two, silent);
  const abort = new AbortController();
  const request = requestOf(
    [two, one],
    { ports: [silent], timeout: '9s' },
    { signal: abort.signal, subjectDeadlineMs: 60_000, concurrency: 1 },
  );
  const observations = createOutsideProbe(clock).look(request)[Symbol.asyncIterator]();
  const first = await observations.next();
  expect(first.value).toMatchObject({
    seen: { 'outside-probe': { fact: { address: two, answered: [{ port: silent }], vantageHeard: true } } },
  });
  abort.abort();
  const second = await observations.next();
  expect(second.value).toMatchObject({ seen: { 'outside-probe': { fault: { code: 'timeout' } } } });
});

test('of addresses that share the rate no two connections start together', async () => {
  const [first, second] = [await startServer(one), await startServer(two)];
  const startedMs = performance.now();
  const ports = [first.port, second.port];
  await lookOutside(requestOf([one, two], { ports, connectionsPerSecond: 10 }));
  // Four connections, three gaps of a tenth of a second.
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(295);
});
