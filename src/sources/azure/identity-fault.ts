import { FaultError } from '../../domain/fault.ts';
import type { AzureIdentity } from './azure-settings.ts';
import { isTrustCode } from './network-fault.ts';
import type { SignInTrouble } from './watch-sign-in.ts';

type Code = 'denied' | 'unreachable' | 'throttled' | 'unsupported';
interface Reason {
  readonly code: Code;
  readonly message: string;
}

/**
 * Why there is no token, from what the Azure packages throw and what the last request came to. Of texts only closed lists of codes are kept: the rest
 * holds trace ids, times, and may hold what was sent.
 */
export function identityFault(kind: AzureIdentity['kind'], error: unknown, trouble: SignInTrouble): FaultError {
  const { code, message } = reasonOf(kind, textsOf(error), trouble);
  return new FaultError(code, `azure identity ${kind}: ${message}`);
}

function reasonOf(kind: AzureIdentity['kind'], text: string, trouble: SignInTrouble): Reason {
  if (kind === 'azure-cli') return { code: 'unsupported', message: commandProblem(text) };
  if (kind === 'managed-identity') return managedIdentityReason(text);
  const signInCode = /AADSTS\d{4,8}/.exec(text)?.[0];
  if (signInCode !== undefined)
    return { code: 'denied', message: `the sign-in refuses it (${signInCode}); ${signInRemedies[signInCode] ?? anyRemedy}` };
  if (trouble !== null && 'code' in trouble) return networkReason(trouble.code);
  const status = trouble?.status ?? 0;
  if (status === 429) return { code: 'throttled', message: 'the sign-in answers that too much was asked (429)' };
  if (status === 408 || status >= 500) return { code: 'unreachable', message: `the sign-in answers ${status}` };
  if (trouble === null) return setUpReason(kind);
  return refusalReason(text, status);
}

function networkReason(code: string): Reason {
  if (isTrustCode(code))
    return { code: 'unreachable', message: `the certificate of the sign-in is not trusted (${code}); ${authorityRemedy}` };
  const named = /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : '';
  return { code: 'unreachable', message: `the sign-in cannot be reached${named}; open the way to it` };
}

/** Its package lets nobody watch its requests: only the error words that the endpoint itself gave are known. */
function managedIdentityReason(text: string): Reason {
  if (/\b(invalid_request|invalid_client|invalid_resource|unauthorized_client|access_denied)\b|identity not found/i.test(text)) {
    return { code: 'denied', message: 'this machine has no such identity; assign it to the machine, and compare azure.identity.clientId' };
  }
  if (/\b429\b|too.?many.?requests/i.test(text))
    return { code: 'throttled', message: 'the endpoint of managed identities answers that too much was asked' };
  const remedy = 'run on a machine that has a managed identity, or configure another identity';
  return { code: 'unreachable', message: `the endpoint of managed identities gives no token; ${remedy}` };
}

/** The sign-in answered, and gave no token. */
function refusalReason(text: string, status: number): Reason {
  if (status === 401 || status === 403 || refusals.test(text)) return { code: 'denied', message: `the sign-in refuses it; ${anyRemedy}` };
  return {
    code: 'unreachable',
    message: 'the sign-in gave no token; see that azure.cloud names an authority that answers as Microsoft Entra does',
  };
}

/** Nothing was sent. */
function setUpReason(kind: AzureIdentity['kind']): Reason {
  if (kind === 'workload-identity') return { code: 'unsupported', message: missingRemedy };
  if (kind === 'client-certificate') {
    return { code: 'unsupported', message: 'the certificate file is no PEM with a certificate and its key; write both there' };
  }
  return { code: 'unsupported', message: 'no token could be asked for; compare tenantId and clientId under azure.identity' };
}

const refusals = /invalid_client|unauthorized_client|invalid_grant|access_denied/i;
const authorityRemedy = 'name the PEM file of its authority under azure.certificateAuthority';
const anyRemedy = 'see the sign-in log of the tenant for this identity';
const missingRemedy =
  'tenantId, clientId or the token file is missing; set them under azure.identity, or let the platform set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE';

/** Source: the error codes of Microsoft Entra authentication. */
const signInRemedies: Readonly<Record<string, string>> = {
  AADSTS7000215: 'the secret is wrong: write the secret itself, not its id, to the secret file',
  AADSTS7000222: 'the secret has expired: make a new one and write it to the secret file',
  AADSTS700016: 'the tenant knows no such client id: compare azure.identity.clientId and tenantId with the app registration',
  AADSTS700027: 'the certificate is not one of the app registration: upload it there',
  AADSTS700024: 'the token file has expired: see that the platform renews it',
  AADSTS700213: 'no federated credential of the identity fits the token: compare its subject with the service account',
  AADSTS70021: 'no federated credential of the identity fits the token: compare its subject with the service account',
  AADSTS90002: 'there is no such tenant: compare azure.identity.tenantId, and azure.cloud with where the tenant is',
  AADSTS50034: 'the identity does not exist in this tenant',
  AADSTS7000112: 'the app registration is disabled: enable it',
};

function commandProblem(text: string): string {
  if (/could not be found|ENOENT|not found/i.test(text))
    return 'the command az is not installed; install the Azure CLI, or configure another identity';
  if (/az login/.test(text)) return 'az is not logged in, or may not do this without logging in anew; run: az login';
  return 'the command az gave no token; run "az account get-access-token" to see why';
}

/** Of the error and all its causes. */
function textsOf(error: unknown, depth = 0): string {
  if (depth > 5 || !(error instanceof Error)) return '';
  const own = [
    error.message,
    property(error, 'code'),
    property(error, 'errorCode'),
    property(error, 'subError'),
    property(error, 'statusCode'),
  ];
  return [...own, textsOf(error.cause, depth + 1)].join(' ');
}

function property(error: Error, name: string): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
