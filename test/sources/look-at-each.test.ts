import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FaultError } from '../../src/domain/fault.ts';
import type { LookRequest, Observation, Seen } from '../../src/domain/look.ts';
import type { Endpoint } from '../../src/domain/subject.ts';
import { type LookAtEndpoint, lookAtEach } from '../../src/sources/look-at-each.ts';

/** Long enough never to pass within a test, and short enough to pass at once. */
const farMs = 60_000;
const nearMs = 5;
const behaviours = ['fact', 'fault', 'thrown at once', 'rejected later', 'never settles', 'never settles nor listens'] as const;
type Behaviour = (typeof behaviours)[number];

function endpointOf(index: number): Endpoint {
  return { kind: 'endpoint', id: `host${index}:443`, host: `host${index}`, port: 443, httpPort: 80, httpPaths: ['/'] };
}

function requestOf(subjects: readonly Endpoint[], changes: Partial<LookRequest> = {}): LookRequest {
  const vantage = { name: 'test', external: false, egressAddress: null, resolver: ['system'] };
  return { subjects, options: {}, vantage, concurrency: 4, subjectDeadlineMs: farMs, signal: new AbortController().signal, ...changes };
}

async function collect(request: LookRequest, look: LookAtEndpoint): Promise<readonly Observation[]> {
  return Array.fromAsync(lookAtEach(request, 'kind', look));
}

function seenOf(observation: Observation | undefined): Seen | undefined {
  return observation?.seen['kind'];
}

function faultCodeOf(observation: Observation | undefined): string | undefined {
  const seen = seenOf(observation);
  return seen !== undefined && 'fault' in seen ? seen.fault.code : undefined;
}

function untilAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped by its signal'))));
}

const lookBehaving = (behaviour: Behaviour): LookAtEndpoint =>
  ({
    fact: async () => ({ fact: 'seen', phaseSeconds: { connect: 1 } }),
    fault: async () => {
      throw new FaultError('unreachable', 'no such name');
    },
    'thrown at once': () => {
      throw new TypeError('not ours to expect');
    },
    'rejected later': async () => {
      await new Promise(setImmediate);
      throw new TypeError('not ours to expect');
    },
    'never settles': (_endpoint: Endpoint, signal: AbortSignal) => untilAbort(signal),
    'never settles nor listens': () => new Promise<never>(() => {}),
  })[behaviour];

describe('one observation', () => {
  const fact = { fact: 'seen' };
  test.each<[Behaviour, Seen, boolean]>([
    ['fact', fact, false],
    ['fault', { fault: { code: 'unreachable', message: 'no such name' } }, false],
    ['thrown at once', { fault: { code: 'defect', message: 'the look at host0:443 failed in our own code; see the log' } }, true],
    ['rejected later', { fault: { code: 'defect', message: 'the look at host0:443 failed in our own code; see the log' } }, true],
    ['never settles', { fault: { code: 'timeout', message: 'the look at host0:443 did not end within 5 ms' } }, false],
    ['never settles nor listens', { fault: { code: 'timeout', message: 'the look at host0:443 did not end within 5 ms' } }, false],
  ])('%s', async (behaviour, seen, isThrown) => {
    const [observation, ...others] = await collect(
      requestOf([endpointOf(0)], { subjectDeadlineMs: behaviour.startsWith('never') ? nearMs : farMs }),
      lookBehaving(behaviour),
    );
    expect(others).toEqual([]);
    expect(seenOf(observation)).toEqual(seen);
    expect(observation?.thrown).toEqual(isThrown ? new TypeError('not ours to expect') : undefined);
    expect(observation?.phaseSeconds).toEqual(behaviour === 'fact' ? { connect: 1 } : undefined);
  });

  test('of nobody is none', async () => {
    expect(await collect(requestOf([]), lookBehaving('fact'))).toEqual([]);
  });
});

test('each subject exactly once, with its own answer, whatever the others do and in whatever order', async () => {
  const codeOf = { fact: undefined, fault: 'unreachable', 'thrown at once': 'defect', 'rejected later': 'defect' } as const;
  const settling = fc.constantFrom('fact', 'fault', 'thrown at once', 'rejected later');
  await fc.assert(
    fc.asyncProperty(fc.array(settling, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), async (plan, concurrency) => {
      const subjects = plan.map((_, index) => endpointOf(index));
      const behaviourOf = new Map(subjects.map((subject, index) => [subject.id, plan[index] ?? 'fact']));
      const observations = await collect(requestOf(subjects, { concurrency }), (endpoint, signal) =>
        lookBehaving(behaviourOf.get(endpoint.id) ?? 'fact')(endpoint, signal),
      );
      expect(observations.map(({ subject }) => subject.id).toSorted()).toEqual(subjects.map(({ id }) => id).toSorted());
      for (const observation of observations) {
        expect(faultCodeOf(observation)).toBe(codeOf[behaviourOf.get(observation.subject.id) ?? 'fact']);
      }
    }),
    { numRuns: 50 },
  );
});

test('never more at a time than asked for, and as many where there is work', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 20 }), async (concurrency, count) => {
      const subjects = Array.from({ length: count }, (_, index) => endpointOf(index));
      let running = 0;
      let most = 0;
      await collect(requestOf(subjects, { concurrency }), async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return { fact: null };
      });
      expect(most).toBe(Math.min(concurrency, count));
    }),
    { numRuns: 30 },
  );
});

test('those that never settle hold up nobody: their place is free at their deadline', async () => {
  const subjects = Array.from({ length: 6 }, (_, index) => endpointOf(index));
  const observations = await collect(requestOf(subjects, { concurrency: 1, subjectDeadlineMs: nearMs }), (endpoint, signal) =>
    lookBehaving(endpoint.host === 'host5' ? 'fact' : 'never settles nor listens')(endpoint, signal),
  );
  expect(observations.map(faultCodeOf)).toEqual(['timeout', 'timeout', 'timeout', 'timeout', 'timeout', undefined]);
});

test('what comes first is told first, not in the order of the request', async () => {
  const first = Promise.withResolvers<{ fact: string }>();
  const looks = lookAtEach(requestOf([endpointOf(0), endpointOf(1)]), 'kind', async (endpoint) =>
    endpoint.host === 'host0' ? first.promise : { fact: 'second' },
  )[Symbol.asyncIterator]();
  expect((await looks.next()).value?.subject.id).toBe('host1:443');
  first.resolve({ fact: 'first' });
  expect((await looks.next()).value?.subject.id).toBe('host0:443');
  expect((await looks.next()).done).toBe(true);
});

describe('when the look ends early', () => {
  test('whoever runs or waits is a timeout at once, and nobody else is asked', async () => {
    const abort = new AbortController();
    const subjects = Array.from({ length: 5 }, (_, index) => endpointOf(index));
    const asked: string[] = [];
    const observations = await collect(requestOf(subjects, { concurrency: 2, signal: abort.signal }), async (endpoint) => {
      asked.push(endpoint.host);
      if (asked.length === 2) abort.abort();
      return new Promise<never>(() => {});
    });
    expect(asked).toEqual(['host0', 'host1']);
    expect(observations.map(({ subject }) => subject.id).toSorted()).toEqual(subjects.map(({ id }) => id));
    expect(new Set(observations.map(seenOf).map((seen) => JSON.stringify(seen)))).toEqual(
      new Set([JSON.stringify({ fault: { code: 'timeout', message: 'the look ended before this subject was answered for' } })]),
    );
  });

  test('a request that is over before it began asks nobody', async () => {
    const observations = await collect(requestOf([endpointOf(0), endpointOf(1)], { signal: AbortSignal.abort() }), async () => {
      throw new Error('asked after the end');
    });
    expect(observations.map(faultCodeOf)).toEqual(['timeout', 'timeout']);
    expect(observations.map(({ thrown }) => thrown)).toEqual([undefined, undefined]);
  });

  test('a reader that turns away stops those that run', async () => {
    const signals: AbortSignal[] = [];
    const looks = lookAtEach(requestOf([endpointOf(0), endpointOf(1)]), 'kind', async (endpoint, signal) => {
      signals.push(signal);
      return endpoint.host === 'host0' ? { fact: null } : untilAbort(signal);
    });
    for await (const _ of looks) break;
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });
});

test('work that goes on behind a look that has failed is told to stop', async () => {
  let stopped = false;
  await collect(requestOf([endpointOf(0)]), async (_endpoint, signal) => {
    signal.addEventListener('abort', () => {
      stopped = true;
    });
    throw new FaultError('unreachable', 'one of two addresses failed');
  });
  expect(stopped).toBe(true);
});
