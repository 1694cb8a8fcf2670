import { openEstate } from '../sandbox/azure/estate.ts';
import { startPretendAzure } from '../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../sandbox/certificates.ts';

/**
 * A process of its own, so that its work does not count as ours: a pretend Azure with so many resources. Says where it is; at each message `change`
 * it changes one resource, at `counts` it says what was asked of it.
 */
const [count = '0', limits = 'off', latencyMs = '0'] = process.argv.slice(2);
const estate = await openEstate({ resources: Number(count) });
const authority = await makeAuthority({ name: 'Bench Root' });
const azure = await startPretendAzure({ estate, authority, limits: limits === 'on', latencyMs: Number(latencyMs) });
const accounts = [...estate.all()].filter(({ type }) => type.toLowerCase() === 'microsoft.storage/storageaccounts');
let changes = 0;

process.on('message', (message) => {
  if (message === 'change') {
    const account = accounts[changes % accounts.length];
    changes += 1;
    if (account !== undefined) estate.put({ ...account, managedBy: `/changed/${changes}` });
  }
  if (message === 'counts') {
    const refused = azure.requests.recent().filter(({ status }) => status === 429).length;
    process.send?.({ requests: [...azure.requests.counts().values()].reduce((sum, one) => sum + one, 0), refused });
    azure.requests.clear();
  }
});
process.send?.({
  resources: [...estate.all()].length,
  origin: azure.origin,
  authorityHost: azure.authorityHost,
  scope: azure.scope,
  tenantId: azure.tenantId,
  clientId: azure.clientId,
  clientSecret: azure.clientSecret,
  subscriptions: estate.subscriptions.map(({ id }) => id),
  rootPem: authority.certificatePem,
});
