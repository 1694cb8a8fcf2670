import type { JsonObject } from '../../src/domain/json.ts';
import type { Reply } from './reply.ts';
import type { Tokens } from './tokens.ts';

export interface AuthorityOptions {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who else may sign in: its id and its secret. */
  readonly others?: readonly { readonly clientId: string; readonly clientSecret: string }[];
  /** Origins: what tokens are for. */
  readonly resources: () => readonly string[];
  readonly tokens: Tokens;
}

/** Where the documents and the token endpoint of a tenant stand. */
export function isAuthorityPath(path: string): boolean {
  return /^\/[^/]+\/(v2\.0\/\.well-known\/openid-configuration|oauth2\/v2\.0\/token)$/.test(path);
}

/** Microsoft Entra ID as far as a daemon's sign-in goes: discovery, and tokens for a secret, a certificate or a federated identity. */
export function answerAuthority(origin: string, path: string, body: string, options: AuthorityOptions): Reply {
  const [, tenant = ''] = path.split('/');
  const isKnown = tenant.toLowerCase() === options.tenantId.toLowerCase();
  if (!isKnown) return refuse(400, 'invalid_tenant', 90002, `Tenant '${tenant}' not found.`);
  return path.endsWith('/openid-configuration') ? discovery(origin, tenant) : grant(new URLSearchParams(body), options);
}

function discovery(origin: string, tenant: string): Reply {
  const base = `${origin}/${tenant}`;
  return {
    status: 200,
    body: {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid'],
      tenant_region_scope: 'EU',
    },
  };
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

function grant(form: URLSearchParams, options: AuthorityOptions): Reply {
  if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type', 70003, 'Only client credentials.');
  const client = [options, ...(options.others ?? [])].find(({ clientId }) => clientId === form.get('client_id'));
  if (client === undefined) {
    return refuse(
      401,
      'unauthorized_client',
      700016,
      `Application with identifier '${form.get('client_id')}' was not found in the directory.`,
    );
  }
  if (!proves(form, client)) return refuse(401, 'invalid_client', 7000215, 'Invalid client secret or assertion provided.');
  const scopes = (form.get('scope') ?? '').split(' ');
  const audience = options.resources().find((resource) => scopes.includes(`${resource}/.default`));
  if (audience === undefined) {
    return refuse(400, 'invalid_resource', 500011, `The resource principal of '${form.get('scope')}' was not found in the tenant.`);
  }
  const { token, lifetimeSeconds } = options.tokens.issue(audience, client.clientId);
  const seconds = { expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds };
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: { token_type: 'Bearer', ...seconds, access_token: token } };
}

/** An assertion is taken by its shape, as nobody here could check who signed it. */
function proves(form: URLSearchParams, client: { readonly clientSecret: string }): boolean {
  const assertion = form.get('client_assertion');
  if (assertion === null) return form.get('client_secret') === client.clientSecret;
  return form.get('client_assertion_type') === jwtBearer && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(assertion);
}

function refuse(status: number, error: string, code: number, text: string): Reply {
  const body: JsonObject = {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: 00000000-0000-0000-0000-000000000000`,
    error_codes: [code],
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
  return { status, body };
}
