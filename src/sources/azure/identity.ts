import type { TokenCredential } from '@azure/core-auth';
import { FaultError } from '../../domain/fault.ts';
import type { AzureCloud, AzureIdentity, AzureSettings } from './azure-settings.ts';
import { azureClouds } from './azure-settings.ts';
import { identityFault } from './identity-fault.ts';
import type { Token, TokenSource } from './token-keeper.ts';
import { readFileOf, readTrustedAuthorities } from './trusted-authorities.ts';
import { type SignInWatch, watchSignIn } from './watch-sign-in.ts';

type IdentityPackage = typeof import('@azure/identity');

/** The endpoint of managed identities and the sign-in answer within seconds or not at all; whoever keeps the token asks again. */
const retryOptions = { maxRetries: 1, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 };
const commandTimeoutMs = 30_000;

/**
 * The identity that the settings name, and no other: nothing is tried in turn. Each token is asked for anew, so that a secret, certificate or token file
 * that was renewed counts from the next token on, and nothing of it is held between. `scope`: what its tokens are for.
 */
export function createIdentity(settings: AzureSettings, scope: string = settings.cloud.scope): TokenSource {
  return {
    async getToken(claims, signal) {
      const authorities = await readTrustedAuthorities(settings.certificateAuthority);
      const kind = settings.identity.kind;
      const watch = watchSignIn();
      try {
        const credential = await makeCredential(await import('@azure/identity'), settings, authorities, watch);
        return checkToken(kind, await credential.getToken(scope, tokenOptions(claims, signal)));
      } catch (error) {
        if (error instanceof FaultError || isDefect(error, watch)) throw error;
        throw identityFault(kind, error, watch.last());
      }
    },
  };
}

/** Before anything was sent, this is a fault of our code and not of the identity. */
function isDefect(error: unknown, watch: SignInWatch): boolean {
  return watch.last() === null && (error instanceof TypeError || error instanceof ReferenceError);
}

function tokenOptions(claims: string | null, abortSignal: AbortSignal): Parameters<TokenCredential['getToken']>[1] {
  return { abortSignal, enableCae: true, ...(claims === null ? {} : { claims }) };
}

function checkToken(kind: AzureIdentity['kind'], token: Awaited<ReturnType<TokenCredential['getToken']>>): Token {
  if (token === null || token.token === '' || !Number.isFinite(token.expiresOnTimestamp)) {
    throw new FaultError('malformed', `azure identity ${kind}: the sign-in answered without a token`);
  }
  return { text: token.token, expiresAtMs: token.expiresOnTimestamp, refreshAtMs: token.refreshAfterTimestamp ?? null };
}

async function makeCredential(
  identities: IdentityPackage,
  settings: AzureSettings,
  authorities: string[] | undefined,
  watch: SignInWatch,
): Promise<TokenCredential> {
  const { identity } = settings;
  const watched = { retryOptions, additionalPolicies: [{ policy: watch.policy, position: 'perRetry' as const }] };
  const options = {
    ...signInOptions(settings.cloud),
    ...watched,
    ...(authorities === undefined ? {} : { tlsOptions: { ca: authorities } }),
  };
  switch (identity.kind) {
    case 'managed-identity':
      return new identities.ManagedIdentityCredential({
        ...watched,
        ...(identity.clientId === undefined ? {} : { clientId: identity.clientId }),
      });
    case 'workload-identity':
      return new identities.WorkloadIdentityCredential({
        ...options,
        ...(identity.tenantId === undefined ? {} : { tenantId: identity.tenantId }),
        ...(identity.clientId === undefined ? {} : { clientId: identity.clientId }),
        ...(identity.tokenFile === undefined ? {} : { tokenFilePath: identity.tokenFile }),
      });
    case 'client-secret': {
      const secret = await readSecret(identity.secretFile);
      return new identities.ClientSecretCredential(identity.tenantId, identity.clientId, secret, options);
    }
    case 'client-certificate': {
      const certificate = await readFileOf('identity.certificateFile', identity.certificateFile);
      return new identities.ClientCertificateCredential(identity.tenantId, identity.clientId, { certificate }, options);
    }
    case 'azure-cli':
      return new identities.AzureCliCredential({
        processTimeoutInMs: commandTimeoutMs,
        ...(identity.tenantId === undefined ? {} : { tenantId: identity.tenantId }),
      });
  }
}

/** An authority that is not Microsoft's own three is unknown to Microsoft's instance discovery, which would refuse it. */
function signInOptions(cloud: AzureCloud): { readonly authorityHost: string; readonly disableInstanceDiscovery: boolean } {
  const isKnown = Object.values(azureClouds).some(({ authority }) => authority === cloud.authority);
  return { authorityHost: cloud.authority, disableInstanceDiscovery: !isKnown };
}

async function readSecret(file: string): Promise<string> {
  const secret = (await readFileOf('identity.secretFile', file)).trim();
  if (secret === '')
    throw new FaultError('unsupported', `azure: the file of identity.secretFile, ${file}, is empty; write the secret there`);
  return secret;
}
