import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedRequest } from '../../../src/sources/azure/allowed-requests.ts';
import { followLink, makeUrl } from '../../../src/sources/azure/request-url.ts';

const subscription = '/subscriptions/11111111-0000-4000-8000-000000000001';
const provider = `${subscription}/resourceGroups/rg/providers`;

describe('what may be sent', () => {
  it.each<['GET' | 'POST', string]>([
    ['GET', '/subscriptions'],
    ['GET', subscription],
    ['GET', subscription.toUpperCase()],
    ['GET', `${subscription}/resourceGroups/rg`],
    ['GET', `${subscription}/providers/Microsoft.Authorization/permissions`],
    ['GET', `${provider}/Microsoft.Authorization/permissions`],
    ['GET', `${subscription}/providers/Microsoft.Network/locations/westeurope/serviceTags`],
    ['GET', `${provider}/Microsoft.Storage/storageAccounts/acme/blobServices/default`],
    ['GET', `${provider}/Microsoft.Web/sites/acme/config/web`],
    ['GET', `${provider}/Microsoft.KeyVault/vaults/acme/keys/one`],
    ['GET', `${provider}/Microsoft.Storage/storageAccounts/listkeys`],
    ['GET', `${provider}/Microsoft.Insights/actionGroups/with space & 100%`],
    ['GET', `${provider}/Microsoft.Web/sites/a/providers/Microsoft.Insights/diagnosticSettings`],
    ['POST', '/providers/Microsoft.ResourceGraph/resources'],
    ['POST', `${provider}/Microsoft.Network/networkInterfaces/nic/effectiveNetworkSecurityGroups`],
    ['POST', `${provider}/Microsoft.Network/virtualNetworks/net/listNetworkManagerEffectiveSecurityAdminRules`],
    ['POST', `${provider.toUpperCase()}/MICROSOFT.NETWORK/virtualnetworks/net/listnetworkmanagereffectivesecurityadminrules`],
  ])('%s %s', (method, path) => {
    expect(isAllowedRequest(method, path)).toBe(true);
  });

  it.each<['GET' | 'POST', string]>([
    ['GET', ''],
    ['GET', '/'],
    ['GET', '/subscriptions/'],
    ['GET', '/subscriptions/not-a-guid'],
    ['GET', '/providers/Microsoft.ResourceGraph/resources'],
    ['POST', '/subscriptions'],
    ['POST', `${provider}/Microsoft.Storage/storageAccounts/acme`],
    ['POST', `${provider}/Microsoft.Storage/storageAccounts/acme/listKeys`],
    ['POST', `${provider}/Microsoft.Compute/virtualMachines/vm/runCommand`],
    ['POST', `${provider}/Microsoft.Network/networkInterfaces/nic/effectiveRouteTable`],
    ['GET', `${provider}/Microsoft.Network/virtualNetworks/net/listNetworkManagerEffectiveSecurityAdminRules`],
    ['POST', `${provider}/Microsoft.Network/virtualNetworks/net/listNetworkManagerEffectiveConnectivityConfigurations`],
    ['POST', `${provider}/Microsoft.Network/virtualNetworks/net/listNetworkManagerEffectiveSecurityAdminRules/x`],
    ['POST', `${provider}/Microsoft.Network/virtualNetworks/net/subnets/listNetworkManagerEffectiveSecurityAdminRules`],
    ['POST', `${provider}/Microsoft.Network/networkInterfaces/nic/listNetworkManagerEffectiveSecurityAdminRules`],
    ['POST', `${provider}/Microsoft.Network/virtualNetworks/net/effectiveNetworkSecurityGroups`],
    ['POST', `${provider}/Microsoft.Network/virtualNetworks/net`],
    [
      'POST',
      '/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/listNetworkManagerEffectiveSecurityAdminRules',
    ],
    ['GET', `${provider}/Microsoft.Storage/storageAccounts/acme/listKeys`],
    ['GET', `${provider}/Microsoft.Storage/storageAccounts/acme/LISTACCOUNTSAS`],
    ['GET', `${provider}/Microsoft.Network/connections/c/sharedKey`],
    ['GET', `${provider}/Microsoft.OperationalInsights/workspaces/w/sharedKeys`],
    ['GET', `${provider}/Microsoft.Compute/virtualMachines/vm/runCommands/one`],
    ['GET', `${provider}/Microsoft.KeyVault/vaults/acme/secrets/one`],
    ['GET', `${provider}/Microsoft.Web/sites/acme/config/appsettings`],
    ['GET', `${provider}/Microsoft.Web/sites/acme/config/appsettings/list`],
    ['GET', `${provider}/Microsoft.Web/sites/acme/slots/s/config/connectionStrings`],
    ['GET', `${provider}/Microsoft.Web/sites/acme/../x`],
    ['GET', `${subscription}//resourceGroups`],
    ['GET', `${subscription}/resourceGroups?x=1`],
    ['GET', `${subscription}/resourceGroups#x`],
    ['GET', `${subscription}\\resourceGroups`],
    ['GET', `${subscription}/resource\nGroups`],
    ['GET', `/subscriptions/../${subscription}`],
  ])('never %s %j', (method, path) => {
    expect(isAllowedRequest(method, path)).toBe(false);
  });
});

describe('where a request goes', () => {
  const origin = 'https://management.azure.com';

  it('stays at the origin, whatever the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const path = `${provider}/Microsoft.Web/sites/${text}`;
        if (!isAllowedRequest('GET', path)) return;
        const url = makeUrl(origin, 'GET', path, '1');
        expect(url.origin).toBe(origin);
        expect(url.search).toBe('?api-version=1');
        expect(url.pathname.split('/')).toHaveLength(path.split('/').length);
      }),
    );
  });

  it.each([
    `https://management.azure.com.example.org${provider}`,
    `https://management.azure.com:444${subscription}`,
    `http://management.azure.com${subscription}`,
    `https://user@management.azure.com${subscription}`,
    `//example.org${subscription}`,
    'https://',
    `https://management.azure.com${subscription}/%2e%2e/x%2fy`,
    `https://management.azure.com${provider}/Microsoft.Storage/storageAccounts/a/list%4Beys`,
    `https://management.azure.com${provider}/Microsoft.Storage/%`,
  ])('a link to %s is not followed', (link) => {
    expect(() => followLink(link, origin, '1', new Set())).toThrow(/not followed/);
  });

  it('a link keeps its own api-version, or gets ours', () => {
    expect(followLink(`${subscription}/resources?a=1`, origin, '1', new Set()).search).toBe('?a=1&api-version=1');
    expect(followLink(`${subscription}/resources?api-version=2`, origin, '1', new Set()).search).toBe('?api-version=2');
  });
});
