import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { Clock } from '../../../src/sources/azure/clock.ts';
import { createTokenKeeper, type Token, type TokenSource } from '../../../src/sources/azure/token-keeper.ts';

const never = new AbortController().signal;
const hourMs = 3_600_000;

interface Told extends TokenSource {
  readonly claims: (string | null)[];
}

function sourceOf(...answers: readonly (Token | FaultError)[]): Told {
  const claims: (string | null)[] = [];
  return {
    claims,
    async getToken(wanted) {
      const answer = answers[claims.length] ?? answers.at(-1);
      claims.push(wanted);
      if (answer === undefined || answer instanceof FaultError) throw answer;
      return answer;
    },
  };
}

function token(text: string, validMs = hourMs, refreshMs: number | null = null): Token {
  return { text, expiresAtMs: Date.now() + validMs, refreshAtMs: refreshMs === null ? null : Date.now() + refreshMs };
}

function createClock(): Clock {
  return { now: () => 0, wallNow: () => Date.now(), sleep: async () => {}, timeout: (ms) => AbortSignal.timeout(ms), random: () => 0 };
}

const refused = new FaultError('denied', 'refused');

describe('the token keeper', () => {
  it.each(['throttled', 'unreachable', 'malformed'] as const)('asks again where the sign-in was %s, twice at the most', async (code) => {
    const passing = new FaultError(code, 'for a moment');
    const source = sourceOf(passing, passing, token('a'));
    expect(await createTokenKeeper(source, createClock()).get(never)).toBe('a');
    const lasting = sourceOf(passing);
    await expect(createTokenKeeper(lasting, createClock()).get(never)).rejects.toBe(passing);
    expect(lasting.claims).toHaveLength(3);
  });

  it('does not ask again where the sign-in refused', async () => {
    const source = sourceOf(refused, token('a'));
    await expect(createTokenKeeper(source, createClock()).get(never)).rejects.toBe(refused);
  });

  it('asks once for all, and again only when the token is about to end', async () => {
    const source = sourceOf(token('a'));
    const keeper = createTokenKeeper(source, createClock());
    expect(await Promise.all([keeper.get(never), keeper.get(never), keeper.get(never)])).toEqual(['a', 'a', 'a']);
    expect(await keeper.get(never)).toBe('a');
    expect(source.claims).toHaveLength(1);
  });

  it.each([
    [119_000, null, 2],
    [121_000, null, 1],
    [hourMs, -1_000, 2],
    [hourMs, 60_000, 1],
  ])('valid for %d ms, to be refreshed in %s: asked %d times', async (validMs, refreshMs, times) => {
    const source = sourceOf(token('a', validMs, refreshMs), token('b'));
    const keeper = createTokenKeeper(source, createClock());
    await keeper.get(never);
    await keeper.get(never);
    expect(source.claims).toHaveLength(times);
  });

  it('keeps a token that is still good where a new one cannot be had', async () => {
    const keeper = createTokenKeeper(sourceOf(token('a', 100_000), refused), createClock());
    expect([await keeper.get(never), await keeper.get(never), await keeper.get(never)]).toEqual(['a', 'a', 'a']);
  });

  it('does not keep one that is as good as over', async () => {
    const keeper = createTokenKeeper(sourceOf(token('a', 20_000), refused), createClock());
    await keeper.get(never);
    await expect(keeper.get(never)).rejects.toBe(refused);
  });

  it('does not ask a sign-in that has just refused, and does some seconds later', async () => {
    const source = sourceOf(refused, token('a'));
    let nowMs = 0;
    const keeper = createTokenKeeper(source, { ...createClock(), now: () => nowMs });
    await expect(keeper.get(never)).rejects.toBe(refused);
    nowMs = 4_999;
    await expect(keeper.get(never)).rejects.toBe(refused);
    expect(source.claims).toHaveLength(1);
    nowMs = 5_000;
    expect(await keeper.get(never)).toBe('a');
  });

  it('renews once for all whose token was refused, with the claims asked for', async () => {
    const source = sourceOf(token('a'), token('b'));
    const keeper = createTokenKeeper(source, createClock());
    await keeper.get(never);
    expect(await Promise.all([keeper.renew('a', '{}', never), keeper.renew('a', '{}', never)])).toEqual(['b', 'b']);
    expect(await keeper.renew('a', null, never)).toBe('b');
    expect(source.claims).toEqual([null, '{}']);
  });

  it('lets a caller go who cannot wait, and the others wait on', async () => {
    let give: (given: Token) => void = () => {};
    const keeper = createTokenKeeper({ getToken: () => new Promise((resolve) => (give = resolve)) }, createClock());
    const stop = new AbortController();
    const hurried = keeper.get(stop.signal);
    const patient = keeper.get(never);
    stop.abort(new FaultError('timeout', 'we stop'));
    await expect(hurried).rejects.toMatchObject({ fault: { message: 'we stop' } });
    give(token('a'));
    expect(await patient).toBe('a');
  });
});
