import { type FaultCode, FaultError } from '../../domain/fault.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Clock } from './clock.ts';

export interface Token {
  readonly text: string;
  /** Wall-clock time. */
  readonly expiresAtMs: number;
  /** From then on a newer one should be asked for; null: the origin did not say. */
  readonly refreshAtMs: number | null;
}

export interface TokenSource {
  /** `claims`: what a continuous access evaluation challenge asks for, as JSON. Throws FaultError. */
  getToken(claims: string | null, signal: AbortSignal): Promise<Token>;
}

export interface TokenKeeper {
  /** A token that is good for some minutes more. Throws FaultError. */
  get(signal: AbortSignal): Promise<string>;
  /** A token other than `refused`, with the claims that were asked for. */
  renew(refused: string, claims: string | null, signal: AbortSignal): Promise<string>;
}

/** As the Azure packages do: long enough for a request with its retries. */
const spareMs = 120_000;
const acquireDeadlineMs = 30_000;
/** What another moment may mend. The packages of Azure ask again only where the answer is one of the few that they know. */
const passing: ReadonlySet<FaultCode> = new Set(['throttled', 'unreachable', 'malformed']);
const mostRetries = 2;
const firstBackOffMs = 500;
/** So that a thousand requests do not all ask a sign-in that refuses. */
const rememberFailureMs = 5_000;

interface Failure {
  readonly error: unknown;
  readonly atMs: number;
}

/**
 * Keeps one token for all requests and asks for the next one once, whoever needs it. Its own, because the one of the Azure packages refreshes in the
 * background and lets a failure of that pass unheard, which ends the process.
 */
export function createTokenKeeper(source: TokenSource, clock: Clock): TokenKeeper {
  let token: Token | null = null;
  let failure: Failure | null = null;
  let pending: Promise<string> | null = null;

  async function acquire(claims: string | null): Promise<string> {
    const signal = clock.timeout(acquireDeadlineMs);
    const late = new FaultError('timeout', 'the sign-in gave no token in time');
    try {
      token = await ask(claims, signal).catch((error: unknown) => {
        throw signal.aborted ? late : error;
      });
      failure = null;
      return token.text;
    } catch (error) {
      failure = { error, atMs: clock.now() };
      throw error;
    } finally {
      pending = null;
    }
  }

  async function ask(claims: string | null, signal: AbortSignal): Promise<Token> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await untilAborted(source.getToken(claims, signal), signal);
      } catch (error) {
        const mayPass = error instanceof FaultError && passing.has(error.fault.code) && !signal.aborted;
        if (!mayPass || attempt >= mostRetries) throw error;
        await clock.sleep(firstBackOffMs * 2 ** attempt * (0.5 + clock.random() / 2), signal);
      }
    }
  }

  function acquireOnce(claims: string | null): Promise<string> {
    pending ??= acquire(claims);
    return pending;
  }

  return {
    async get(signal) {
      const nowMs = clock.wallNow();
      if (token !== null && isFresh(token, nowMs)) return token.text;
      const usable = token !== null && token.expiresAtMs - nowMs > spareMs / 4 ? token.text : null;
      if (failure !== null && clock.now() - failure.atMs < rememberFailureMs) return usable ?? rethrow(failure.error);
      const next = acquireOnce(null);
      return await untilAborted(usable === null ? next : next.catch(() => usable), signal);
    },
    async renew(refused, claims, signal) {
      if (token !== null && token.text !== refused) return token.text;
      token = null;
      return await untilAborted(acquireOnce(claims), signal);
    },
  };
}

function isFresh(token: Token, nowMs: number): boolean {
  return token.expiresAtMs - nowMs > spareMs && (token.refreshAtMs === null || token.refreshAtMs > nowMs);
}

function rethrow(error: unknown): never {
  throw error;
}
