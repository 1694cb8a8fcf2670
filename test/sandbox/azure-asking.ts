import { Agent, request } from 'undici';
import type { PretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import type { Authority } from '../../sandbox/certificates.ts';

export interface Asked {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what came back is compared as a whole
  readonly body: any;
}

/** Plain requests to a pretend Azure, signed in with the client's secret. */
export interface Asking {
  get(path: string): Promise<Asked>;
  post(path: string, body: unknown): Promise<Asked>;
  /** With the token of who signed in last. */
  patch(path: string, body: unknown, headers?: { readonly [name: string]: string }): Promise<Asked>;
  graph(query: string, options?: object, subscriptions?: readonly string[]): Promise<Asked>;
  token(form: { readonly [name: string]: string }): Promise<Asked>;
  send(path: string, headers: { readonly [name: string]: string }): Promise<Asked>;
  /** Absent: the identity of the looks. */
  signIn(who?: { readonly clientId: string; readonly clientSecret: string }): Promise<void>;
  close(): Promise<void>;
}

export const graphPath = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';

export function askAzure(azure: PretendAzure, authority: Authority): Asking {
  const dispatcher = new Agent({ connect: { ca: authority.certificatePem } });
  let bearer = '';
  async function ask(
    path: string,
    method: 'GET' | 'POST' | 'PATCH',
    headers: { readonly [name: string]: string },
    body?: string,
  ): Promise<Asked> {
    const signal = AbortSignal.timeout(5_000);
    const response = await request(`${azure.origin}${path}`, { dispatcher, method, headers: { ...headers }, body: body ?? null, signal });
    const text = await response.body.text();
    const isJson = String(response.headers['content-type']).startsWith('application/json') && text !== '';
    return { status: response.statusCode, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }
  const authorization = () => ({ authorization: `Bearer ${bearer}` });
  const token: Asking['token'] = (form) =>
    ask(
      `/${azure.tenantId}/oauth2/v2.0/token`,
      'POST',
      { 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams({ grant_type: 'client_credentials', client_id: azure.clientId, scope: azure.scope, ...form }).toString(),
    );
  const post: Asking['post'] = (path, body) =>
    ask(path, 'POST', { ...authorization(), 'content-type': 'application/json' }, JSON.stringify(body));
  return {
    token,
    post,
    get: (path) => ask(path, 'GET', authorization()),
    graph: (query, options = {}, subscriptions) => post(graphPath, { query, options, ...(subscriptions && { subscriptions }) }),
    send: (path, headers) => ask(path, 'GET', headers),
    patch: (path, body, headers = {}) =>
      ask(path, 'PATCH', { ...authorization(), 'content-type': 'application/json', ...headers }, JSON.stringify(body)),
    async signIn({ clientId, clientSecret } = azure) {
      const answer = await token({ client_id: clientId, client_secret: clientSecret });
      bearer = answer.body.access_token;
    },
    close: () => dispatcher.destroy(),
  };
}
