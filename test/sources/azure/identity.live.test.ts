import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { listen } from '../../../sandbox/listen.ts';
import { type Fault, FaultError } from '../../../src/domain/fault.ts';
import { createIdentity } from '../../../src/sources/azure/identity.ts';
import type { Token } from '../../../src/sources/azure/token-keeper.ts';
import {
  clientId,
  json,
  type Origin,
  secretIdentity,
  secretText,
  settingsOf,
  startOrigin,
  subscription,
  tenant,
} from './pretend-origin.ts';

let origin: Origin;
const told: string[] = [];

beforeAll(async () => {
  origin = await startOrigin();
});
beforeEach(() => origin.signIn(null));
afterAll(async () => {
  await origin.close();
});

async function getToken(identity?: object, changes: object = {}): Promise<Token> {
  const settings = settingsOf(origin, { ...(identity === undefined ? {} : { identity }), ...changes });
  return await createIdentity(settings).getToken(null, AbortSignal.timeout(20_000));
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => new Error('no fault'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaultError)) throw error;
  told.push(JSON.stringify(error.fault));
  return error.fault;
}

/** What the sign-in was asked with. */
function lastForm(): { readonly [name: string]: string } {
  return Object.fromEntries(new URLSearchParams(origin.signIns.at(-1)?.body ?? ''));
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const scope = 'https://management.azure.com/.default';

describe('each kind asks as it should', () => {
  it('client secret, read anew for each token', async () => {
    const secretFile = join(origin.folder, 'rotated');
    await writeFile(secretFile, 'first-never-to-be-seen\n');
    const identity = createIdentity(settingsOf(origin, { identity: { ...secretIdentity, secretFile } }));
    expect((await identity.getToken(null, AbortSignal.timeout(20_000))).text).toBe(origin.tokens.at(-1));
    expect(lastForm()).toMatchObject({ client_id: clientId, client_secret: 'first-never-to-be-seen', grant_type: 'client_credentials' });
    expect(lastForm()['scope']?.split(' ')).toContain(scope);
    await writeFile(secretFile, 'second-never-to-be-seen\n');
    await identity.getToken(null, AbortSignal.timeout(20_000));
    expect(lastForm()['client_secret']).toBe('second-never-to-be-seen');
  });

  it('client certificate', async () => {
    const authority = await makeAuthority();
    const { keyPem, leafPem } = await authority.issue({ hosts: ['claimwatch'], key: 'rsa-2048' });
    const certificateFile = join(origin.folder, 'identity.pem');
    await writeFile(certificateFile, `${keyPem}\n${leafPem}\n`);
    await getToken({ kind: 'client-certificate', tenantId: tenant, clientId, certificateFile });
    expect(lastForm()).toMatchObject({ client_id: clientId, client_assertion_type: assertionType });
    const [, payload = ''] = (lastForm()['client_assertion'] ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ iss: clientId, sub: clientId });
  });

  it('workload identity', async () => {
    const tokenFile = join(origin.folder, 'federated');
    await writeFile(tokenFile, 'federated-never-to-be-seen');
    await getToken({ kind: 'workload-identity', tenantId: tenant, clientId, tokenFile });
    expect(lastForm()).toMatchObject({ client_assertion_type: assertionType, client_assertion: 'federated-never-to-be-seen' });
  });
});

const secretFile = (): string => join(origin.folder, 'secret');

function refusal(status: number, code: string, description: string): () => void {
  return () => {
    origin.signIn((request, response) => {
      if (request.method === 'GET') return json(200, metadata(request.host))(request, response);
      json(status, { error: code, error_description: `${description} ${request.body}`, trace_id: 'a', timestamp: '2026-11-24' })(
        request,
        response,
      );
    });
  };
}

function metadata(host: string): object {
  const authority = `https://${host}/${tenant}`;
  return {
    token_endpoint: `${authority}/token`,
    authorization_endpoint: `${authority}/a`,
    end_session_endpoint: `${authority}/l`,
    jwks_uri: `${authority}/k`,
    issuer: authority,
  };
}

describe('a token that cannot be had', () => {
  it.each<[string, () => void, Fault['code'], RegExp]>([
    [
      'a wrong secret',
      refusal(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided. Trace ID: 1'),
      'denied',
      /AADSTS7000215\); the secret is wrong/,
    ],
    [
      'an unknown client',
      refusal(400, 'unauthorized_client', 'AADSTS700016: Application not found'),
      'denied',
      /AADSTS700016\); the tenant knows no such client id/,
    ],
    ['a refusal without a code', refusal(400, 'invalid_client', 'no'), 'denied', /refuses it/],
    [
      'a sign-in that is down',
      () => origin.signIn((_request, response) => void response.writeHead(503).end()),
      'unreachable',
      /answers 503$/,
    ],
    [
      'a sign-in that resets',
      () => origin.signIn((_request, response) => void response.socket?.destroy()),
      'unreachable',
      /cannot be reached \(ECONNRESET\)/,
    ],
    ['a sign-in that throttles', () => origin.signIn((_request, response) => void response.writeHead(429).end()), 'throttled', /429/],
    [
      'a sign-in in HTML',
      () => origin.signIn((_request, response) => void response.writeHead(200).end('<html>')),
      'unreachable',
      /answers as Microsoft Entra does/,
    ],
  ])('%s', async (_name, prepare, code, message) => {
    prepare();
    const fault = await faultOf(getToken());
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(/^azure identity client-secret: /);
    expect(fault.message).toMatch(message);
    expect(await faultOf(getToken())).toEqual(fault);
  });

  it.each<[string, object, object, Fault['code'], RegExp]>([
    [
      'no secret file',
      { ...secretIdentity, secretFile: '/nonexistent/secret' },
      {},
      'unsupported',
      /identity\.secretFile, \/nonexistent\/secret, cannot be read \(ENOENT\)/,
    ],
    [
      'no certificate file',
      { kind: 'client-certificate', tenantId: tenant, clientId, certificateFile: '/nonexistent/pem' },
      {},
      'unsupported',
      /cannot be read \(ENOENT\)/,
    ],
    [
      'no token file',
      { kind: 'workload-identity', tenantId: tenant, clientId, tokenFile: '/nonexistent/token' },
      {},
      'unsupported',
      /token file is missing/,
    ],
    [
      'no authority file',
      { ...secretIdentity, secretFile: '/x' },
      { certificateAuthority: '/nonexistent/ca' },
      'unsupported',
      /certificateAuthority, \/nonexistent\/ca, cannot/,
    ],
  ])('%s', async (_name, identity, changes, code, message) => {
    const fault = await faultOf(getToken(identity, changes));
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
  });

  it('a certificate file that holds none', async () => {
    const fault = await faultOf(getToken({ kind: 'client-certificate', tenantId: tenant, clientId, certificateFile: secretFile() }));
    expect(fault).toMatchObject({ code: 'unsupported' });
    expect(fault.message).toMatch(/no PEM/);
  });

  it('an authority that is not trusted', async () => {
    const other = await makeAuthority();
    const file = join(origin.folder, 'other.pem');
    await writeFile(file, other.certificatePem);
    const fault = await faultOf(getToken(undefined, { certificateAuthority: file }));
    expect(fault).toMatchObject({ code: 'unreachable' });
    expect(fault.message).toMatch(/not trusted \([A-Z_]+\); name the PEM file/);
  });
});

const answerSchema = z.union([z.object({ token: z.string() }), z.object({ fault: z.object({ code: z.string(), message: z.string() }) })]);
type ChildAnswer = z.output<typeof answerSchema>;

async function askChild(identity: object, environment: NodeJS.ProcessEnv, ...more: readonly string[]): Promise<ChildAnswer> {
  const child = fileURLToPath(new URL('./identity-child.ts', import.meta.url));
  const settings = JSON.stringify({ identity, subscriptions: [subscription] });
  const { stdout } = await promisify(execFile)(process.execPath, [child, settings, ...more], { env: environment });
  told.push(JSON.stringify(answerSchema.parse(JSON.parse(stdout)), ['fault', 'code', 'message']));
  return answerSchema.parse(JSON.parse(stdout));
}

describe('managed identity of an App Service, in a process of its own', () => {
  it.each<[string, number, object, object]>([
    [
      'gives a token',
      200,
      { access_token: 'managed', expires_on: String(Math.floor(Date.now() / 1_000) + 3_600), token_type: 'Bearer' },
      { token: 'managed' },
    ],
    ['is refused', 400, { error: 'invalid_request', error_description: 'Identity not found' }, { fault: { code: 'denied' } }],
  ])('%s', async (_name, status, body, expected) => {
    const urls: string[] = [];
    const server = createServer((request, response) => {
      urls.push(`${request.url} ${String(request.headers['x-identity-header'])}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const { port, close } = await listen(server);
    const environment = { PATH: process.env['PATH'], IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: 'proof' };
    expect(await askChild({ kind: 'managed-identity', clientId }, environment)).toMatchObject(expected);
    await close();
    expect(urls[0]).toContain('resource=https%3A%2F%2Fmanagement.azure.com');
    expect(urls[0]).toContain(`client_id=${clientId}`);
    expect(urls[0]).toMatch(/ proof$/);
  });

  it('is unreachable where there is none', async () => {
    const server = createServer();
    const { port, close } = await listen(server);
    await close();
    const environment = { PATH: process.env['PATH'], IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: 'proof' };
    expect(await askChild({ kind: 'managed-identity' }, environment)).toMatchObject({ fault: { code: 'unreachable' } });
  });
});

describe('azure-cli with a stand-in az', () => {
  const cases: readonly [string, string, object][] = [
    [
      'a token',
      `echo '{"accessToken":"from-az '"$*"'","expires_on":${Math.floor(Date.now() / 1_000) + 3_600},"tokenType":"Bearer"}'`,
      { token: `from-az account get-access-token --output json --resource https://management.azure.com --tenant ${tenant}` },
    ],
    [
      'not logged in',
      `echo "Please run 'az login' to setup account." >&2; exit 1`,
      {
        fault: {
          code: 'unsupported',
          message: 'azure identity azure-cli: az is not logged in, or may not do this without logging in anew; run: az login',
        },
      },
    ],
    [
      'something else',
      'echo "at 12:00:01 it broke" >&2; exit 1',
      {
        fault: {
          code: 'unsupported',
          message: 'azure identity azure-cli: the command az gave no token; run "az account get-access-token" to see why',
        },
      },
    ],
  ];
  it.each(cases)('%s', async (_name, script, expected) => {
    const az = join(origin.folder, 'az');
    await writeFile(az, `#!/bin/sh\n${script}\n`);
    await chmod(az, 0o755);
    expect(await askChild({ kind: 'azure-cli', tenantId: tenant }, { PATH: `${origin.folder}:/usr/bin:/bin` })).toEqual(expected);
  });

  it('not installed', async () => {
    const answer = await askChild({ kind: 'azure-cli' }, { PATH: '/nonexistent' });
    expect(answer).toMatchObject({ fault: { code: 'unsupported', message: expect.stringContaining('az is not installed') } });
  });

  it('a claims challenge, which it cannot answer', async () => {
    const answer = await askChild({ kind: 'azure-cli' }, { PATH: '/nonexistent' }, '{"a":1}');
    expect(answer).toMatchObject({ fault: { code: 'unsupported', message: expect.stringContaining('az login') } });
  });
});

it('no fault names a secret, a trace or a time', () => {
  expect(told.length).toBeGreaterThan(15);
  const text = told.join('\n');
  expect(text).not.toContain('never-to-be-seen');
  expect(text).not.toContain(secretText);
  expect(text).not.toMatch(/trace|2026|12:00/i);
});
