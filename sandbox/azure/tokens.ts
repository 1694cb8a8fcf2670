import { randomBytes } from 'node:crypto';
import type { AzureFault } from './faults.ts';
import { type Reply, replyError } from './reply.ts';

export interface IssuedToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
  readonly expiresAtMs: number;
}

/** Opaque tokens that hold for a time. */
export interface Tokens {
  /** `audience`: the origin that it is for; `client`: the id of the application that asks; absent: the identity of the host. */
  issue(audience: string, client?: string): IssuedToken;
  /** Null: the request may go on; else how it is turned away, where the token is no good with the status `invalid`. */
  refuse(authorization: string | undefined, asked: { readonly audience: string; readonly invalid: 401 | 403 }): Reply | null;
  /** The application that a token was given to; null: the identity of the host, or nobody. */
  clientOf(authorization: string | undefined): string | null;
  /** A token that holds, spoilt on demand. */
  spoil(fault: AzureFault | null): Reply | null;
  /** As if all had been revoked. */
  forgetAll(): void;
  /** Those that were given out and not revoked. */
  all(): readonly string[];
}

export function makeTokens(options: {
  readonly lifetimeSeconds: number;
  readonly authorityUri: () => string;
  readonly now: () => number;
}): Tokens {
  const { lifetimeSeconds, authorityUri, now } = options;
  const issued = new Map<string, { readonly audience: string; readonly expiresAtMs: number }>();
  const clients = new Map<string, string>();
  const challenge = (error: string, description: string) => ({
    'www-authenticate': `Bearer authorization_uri="${authorityUri()}", error="${error}", error_description="${description}"`,
  });
  function replyExpired(): Reply {
    const message = 'The access token expiry UTC time is earlier than the current UTC time.';
    return replyError(401, 'ExpiredAuthenticationToken', message, challenge('invalid_token', 'The access token has expired.'));
  }
  function replyInvalid(status: number, code: string, message: string): Reply {
    return replyError(status, code, message, challenge('invalid_token', message));
  }
  function replyClaims(): Reply {
    const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}').toString('base64');
    const message = 'Continuous access evaluation resulted in claims challenge.';
    return replyError(401, 'AuthenticationFailed', message, {
      'www-authenticate': `Bearer realm="", authorization_uri="${authorityUri()}", error="insufficient_claims", claims="${claims}"`,
    });
  }
  return {
    issue(audience, client) {
      const token = randomBytes(32).toString('base64url');
      const expiresAtMs = now() + lifetimeSeconds * 1000;
      issued.set(token, { audience, expiresAtMs });
      if (client !== undefined) clients.set(token, client);
      return { token, lifetimeSeconds, expiresAtMs };
    },
    refuse(authorization, { audience, invalid }) {
      if (authorization === undefined) {
        const message = "Authentication failed. The 'Authorization' header is missing.";
        return replyError(
          401,
          'AuthenticationFailed',
          message,
          challenge('invalid_token', 'The authentication failed because of missing header.'),
        );
      }
      const known = issued.get(tokenIn(authorization));
      if (known === undefined) return replyInvalid(invalid, 'InvalidAuthenticationToken', 'The access token is invalid.');
      if (known.audience !== audience) {
        const message = `The access token has been obtained for wrong audience or resource '${known.audience}'. It should exactly match with '${audience}'.`;
        return replyInvalid(invalid, 'InvalidAuthenticationTokenAudience', message);
      }
      return known.expiresAtMs <= now() ? replyExpired() : null;
    },
    clientOf: (authorization) => clients.get(tokenIn(authorization)) ?? null,
    spoil(fault) {
      if (fault?.name === 'expired-token') return replyExpired();
      return fault?.name === 'claims-challenge' ? replyClaims() : null;
    },
    forgetAll: () => issued.clear(),
    all: () => [...issued.keys()],
  };
}

function tokenIn(authorization: string | undefined): string {
  return /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
}
