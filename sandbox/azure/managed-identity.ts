import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './reply.ts';
import type { Tokens } from './tokens.ts';

export interface ManagedIdentityOptions {
  readonly clientId: string;
  /** What `x-identity-header` must say. */
  readonly identityHeader: string;
  /** Origins: what tokens are for. */
  readonly resources: () => readonly string[];
  readonly tokens: Tokens;
}

/** The token endpoints inside a host: that of App Service and Container Apps, and that of the instance metadata service. */
export function answerManagedIdentity(url: URL, headers: IncomingHttpHeaders, options: ManagedIdentityOptions): Reply {
  const path = url.pathname.replace(/\/$/, '');
  if (path === '/msi/token') return answerAppService(url, headers, options);
  if (path === '/metadata/identity/oauth2/token') return answerInstanceMetadata(url, headers, options);
  return { status: 404, body: { error: 'not_found', error_description: 'No such path.' } };
}

function answerAppService(url: URL, headers: IncomingHttpHeaders, options: ManagedIdentityOptions): Reply {
  if (headers['x-identity-header'] !== options.identityHeader)
    return refuse(401, 'unauthorized', 'The x-identity-header is missing or wrong.');
  if (url.searchParams.get('api-version') !== '2019-08-01') return refuse(400, 'invalid_request', 'The api-version is not supported.');
  return grant(url, options, {});
}

function answerInstanceMetadata(url: URL, headers: IncomingHttpHeaders, options: ManagedIdentityOptions): Reply {
  if (headers['metadata']?.toString().toLowerCase() !== 'true')
    return refuse(400, 'bad_request_102', 'Required metadata header not specified');
  return grant(url, options, { ext_expires_in: '86399', not_before: '0' });
}

function grant(url: URL, options: ManagedIdentityOptions, more: { readonly [name: string]: string }): Reply {
  const resource = url.searchParams.get('resource')?.replace(/\/$/, '');
  if (resource === undefined || !options.resources().includes(resource))
    return refuse(400, 'invalid_resource', `AADSTS500011: The resource principal of '${resource}' was not found.`);
  const clientId = url.searchParams.get('client_id') ?? options.clientId;
  if (clientId !== options.clientId) return refuse(400, 'invalid_request', 'Identity not found');
  const { token, lifetimeSeconds, expiresAtMs } = options.tokens.issue(resource);
  return {
    status: 200,
    body: {
      access_token: token,
      client_id: clientId,
      expires_in: String(lifetimeSeconds),
      expires_on: String(Math.floor(expiresAtMs / 1000)),
      resource,
      token_type: 'Bearer',
      ...more,
    },
  };
}

function refuse(status: number, error: string, text: string): Reply {
  return { status, body: { error, error_description: text } };
}
