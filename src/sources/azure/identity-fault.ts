import { FaultError } from '../../domain/fault.ts';
import type { AzureSettings } from './azure-settings.ts';

/**
 * Why there is no token, from what the Azure packages throw. Of their texts only closed lists of codes are kept: the rest holds trace ids, times, and
 * may hold what was sent.
 */
export function identityFault(settings: AzureSettings, error: unknown): FaultError {
  const text = textsOf(error);
  const { kind } = settings.identity;
  const refuse = (code: 'denied' | 'unreachable' | 'throttled' | 'timeout' | 'unsupported', message: string): FaultError =>
    new FaultError(code, `azure identity ${kind}: ${message}`);
  if (kind === 'azure-cli') return refuse('unsupported', commandProblem(text));
  const signInCode = /AADSTS\d{4,8}/.exec(text)?.[0];
  if (signInCode !== undefined)
    return refuse('denied', `the sign-in refuses it (${signInCode}); ${signInRemedies[signInCode] ?? anyRemedy}`);
  if (/\b429\b|TooManyRequests|throttl/i.test(text)) return refuse('throttled', 'the sign-in is throttled');
  if (/CERT|certificate chain|self.signed|unable to (get|verify)|altnames/i.test(text) && kind !== 'client-certificate') {
    return refuse('unreachable', `the certificate of the sign-in is not trusted; ${authorityRemedy}`);
  }
  const networkCode = networkCodes.exec(text)?.[0];
  if (networkCode !== undefined) return refuse('unreachable', `the sign-in cannot be reached (${networkCode}); open the way to it`);
  if (kind === 'managed-identity') return managedIdentityFault(text, refuse);
  if (/invalid_client|unauthorized_client|invalid_grant|access_denied|unauthorized/i.test(text))
    return refuse('denied', `the sign-in refuses it; ${anyRemedy}`);
  if (/required parameter|federatedTokenFile|ENOENT|No content on the file/i.test(text)) return refuse('unsupported', missingRemedy);
  if (/pem|certificate|private key|DECODER/i.test(text))
    return refuse('unsupported', 'the certificate file is no PEM with a certificate and its key; write both there');
  return refuse('unreachable', 'the sign-in gave no token; see that the authority answers as Microsoft Entra does');
}

const networkCodes =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EPIPE|network_error|endpoints_resolution_error|openid_config_error/;
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

function managedIdentityFault(text: string, refuse: (code: 'denied' | 'unreachable', message: string) => FaultError): FaultError {
  if (/identity.?not.?found|invalid_request|invalid_client|unauthorized|\b40[0137]\b/i.test(text)) {
    return refuse('denied', 'this machine has no such identity; assign it to the machine, and compare azure.identity.clientId');
  }
  return refuse(
    'unreachable',
    'the endpoint of managed identities does not answer; run on a machine with one, or configure another identity',
  );
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
