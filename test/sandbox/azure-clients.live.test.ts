import { NetworkManagementClient } from '@azure/arm-network';
import type { AccessToken, TokenCredential } from '@azure/core-auth';
import { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { type Authority, makeAuthority } from '../../sandbox/certificates.ts';
import { makeTinyEstate, networkInterface, securityGroup, shop } from './azure-estate.ts';

const estate = makeTinyEstate([...Array.from({ length: 6 }, (_, index) => securityGroup(`group${index}`)), networkInterface('card')]);
const rules = [{ networkSecurityGroup: { id: securityGroup('group0').id }, effectiveSecurityRules: [{ name: 'deny', access: 'Deny' }] }];

let authority: Authority;
let azure: PretendAzure;

beforeAll(async () => {
  authority = await makeAuthority();
  azure = await startPretendAzure({ estate, authority, pageSize: 3, pollAfterSeconds: 0, oracle: () => rules });
});

afterAll(async () => {
  await azure.close();
});

afterEach(() => {
  azure.faults.set(null);
  azure.setRole(null);
  azure.requests.clear();
});

function secretCredential(clientSecret = azure.clientSecret): ClientSecretCredential {
  return new ClientSecretCredential(azure.tenantId, azure.clientId, clientSecret, {
    authorityHost: azure.authorityHost,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: authority.certificatePem },
  });
}

function networkClient(credential: TokenCredential = secretCredential()): NetworkManagementClient {
  return new NetworkManagementClient(credential, shop, {
    endpoint: azure.origin,
    credentials: { scopes: [azure.scope] },
    tlsOptions: { ca: authority.certificatePem },
  });
}

async function listGroups(client: NetworkManagementClient): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const { name } of client.networkSecurityGroups.listAll()) names.push(name);
  return names;
}

const allGroups = ['group0', 'group1', 'group2', 'group3', 'group4', 'group5'];

describe('the network client', () => {
  test('lists all pages', async () => {
    expect(await listGroups(networkClient())).toEqual(allGroups);
    expect(azure.requests.count('GET arm')).toBe(2);
  });

  test('waits where it is throttled', async () => {
    azure.faults.set({ name: 'throttled', api: 'arm', times: 1, retryAfterSeconds: 0 });
    expect(await listGroups(networkClient())).toEqual(allGroups);
    expect(azure.requests.recent().map(({ status }) => status)).toEqual(expect.arrayContaining([429, 200]));
  });

  test('asks for a new token when it is challenged', async () => {
    const client = networkClient();
    await listGroups(client);
    azure.requests.clear();
    azure.faults.set({ name: 'claims-challenge', api: 'arm', times: 1 });
    expect(await listGroups(client)).toEqual(allGroups);
    expect(azure.requests.count('POST token')).toBe(1);
  });

  test('tells what is denied', async () => {
    azure.setRole({ Actions: ['Microsoft.Storage/*/read'] });
    await expect(listGroups(networkClient())).rejects.toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
  });

  test('waits for the effective rules of a network interface', async () => {
    const found = await networkClient().networkInterfaces.listEffectiveNetworkSecurityGroups('Net-RG', 'card');
    expect(found.value?.[0]).toMatchObject(rules[0] ?? {});
    expect(azure.requests.count('POST arm')).toBe(1);
    expect(azure.requests.count('GET arm')).toBe(2);
  });

  test('reads service tags', async () => {
    const { values } = await networkClient().serviceTags.list('westeurope');
    expect(values?.map(({ name }) => name)).toContain('Sql');
  });
});

describe('identities', () => {
  test('a wrong secret is turned away', async () => {
    await expect(secretCredential('guess').getToken(azure.scope)).rejects.toThrow(/AADSTS7000215/);
  });

  test('a federated assertion', async () => {
    const credential = new ClientAssertionCredential(azure.tenantId, azure.clientId, async () => 'aa.bb.cc', {
      authorityHost: azure.authorityHost,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: authority.certificatePem },
    });
    expect(await listGroups(networkClient(credential))).toHaveLength(6);
  });

  test('a certificate', async () => {
    const { keyPem, leafPem } = await authority.issue({ hosts: ['daemon.example'], key: 'rsa-2048' });
    const credential = new ClientCertificateCredential(
      azure.tenantId,
      azure.clientId,
      { certificate: `${keyPem}${leafPem}` },
      { authorityHost: azure.authorityHost, disableInstanceDiscovery: true, tlsOptions: { ca: authority.certificatePem } },
    );
    expect(await listGroups(networkClient(credential))).toHaveLength(6);
  });

  test('the managed identity of App Service', async () => {
    process.env['IDENTITY_ENDPOINT'] = azure.identityEndpoint;
    process.env['IDENTITY_HEADER'] = azure.identityHeader;
    const token: AccessToken | null = await new ManagedIdentityCredential().getToken(azure.scope);
    expect(token?.expiresOnTimestamp).toBeGreaterThan(Date.now());
    expect(await listGroups(networkClient({ getToken: async () => token }))).toHaveLength(6);
    expect(azure.requests.recent()[0]).toMatchObject({ method: 'GET', api: 'token', path: '/msi/token', status: 200 });
  });

  test.each([
    ['App Service without its header', '/msi/token?api-version=2019-08-01', {}, 401],
    ['the metadata service', '/metadata/identity/oauth2/token/?api-version=2018-02-01', { metadata: 'true' }, 200],
    ['the metadata service without its header', '/metadata/identity/oauth2/token?api-version=2018-02-01', {}, 400],
    ['the metadata service, for another identity', '/metadata/identity/oauth2/token?client_id=stranger', { metadata: 'true' }, 400],
  ])('%s', async (_, path, headers, status) => {
    const resource = `&resource=${encodeURIComponent(azure.origin)}`;
    const answer = await fetch(`${azure.metadataHost}${path}${resource}`, { headers });
    expect(answer.status).toBe(status);
    expect(Object.keys((await answer.json()) as object)).toContain(status === 200 ? 'access_token' : 'error');
  });
});
