import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties } from '../domain/judge-properties.ts';
import { serviceRow, services, siteConfigurationRow } from '../transport/service-encryption.ts';

/** The property with which `az` shows most of each service; the others show all of it. */
const shown: { readonly [type: string]: string } = {
  'microsoft.storage/storageaccounts':
    '{supportsHttpsTrafficOnly: properties.supportsHttpsTrafficOnly, minimumTlsVersion: properties.minimumTlsVersion}',
  'microsoft.web/sites': 'properties.httpsOnly',
  'microsoft.web/sites/slots': 'properties.httpsOnly',
  'microsoft.cache/redis': '{enableNonSslPort: properties.enableNonSslPort, minimumTlsVersion: properties.minimumTlsVersion}',
  'microsoft.sql/servers': 'properties.minimalTlsVersion',
  'microsoft.sql/managedinstances': 'properties.minimalTlsVersion',
  'microsoft.documentdb/databaseaccounts': 'properties.minimalTlsVersion',
  'microsoft.eventhub/namespaces': 'properties.minimumTlsVersion',
  'microsoft.servicebus/namespaces': 'properties.minimumTlsVersion',
  'microsoft.apimanagement/service': 'properties.customProperties',
};
/** What the row lacks stands in resources below it. */
const below: { readonly [type: string]: readonly string[] } = {
  'microsoft.web/sites': ['config/web'],
  'microsoft.web/sites/slots': ['config/web'],
  'microsoft.dbforpostgresql/flexibleservers': ['configurations/require_secure_transport', 'configurations/ssl_min_protocol_version'],
  'microsoft.dbformysql/flexibleservers': ['configurations/require_secure_transport', 'configurations/tls_version'],
};

export const check = defineCheck({
  title: 'Services refuse plaintext and old TLS versions',
  claims: [{ claim: 'https-everywhere', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: Object.keys(services) },
  needs: { resource: serviceRow },
  related: {
    // Without one a site is unknown; nothing else has any.
    configurations: { type: 'microsoft.web/sites/config', by: 'parentId', optional: true, row: siteConfigurationRow },
    slotConfigurations: { type: 'microsoft.web/sites/slots/config', by: 'parentId', optional: true, row: siteConfigurationRow },
  },
  whenNone: 'unknown',
  judge: (subject, { resource }, { related }) => {
    const seen = services[subject.type]?.(resource, [...related.configurations, ...related.slotConfigurations]);
    const { plaintext, beyond } = seen ?? { plaintext: [], beyond: [] };
    return [
      judgeProperties({ interpretation: 'literal', expected: 'the service refuses plaintext', rule: 'properties' }, plaintext),
      judgeProperties(
        {
          interpretation: 'intent',
          expected: 'the service refuses plaintext and every TLS version below 1.2, for its clients and for those who deploy to it',
          rule: 'RFC 8996',
        },
        [...plaintext, ...beyond],
      ),
    ];
  },
  repeat: (subject) =>
    [
      showCommand(subject, shown[subject.type] ?? 'properties'),
      ...(below[subject.type] ?? []).map((path) => showCommand({ id: `${subject.id}/${path}` }, 'properties')),
    ].join('; '),
  mend: 'Require encryption and TLS 1.2: az storage account update --https-only true --min-tls-version TLS1_2; az webapp update --https-only true and az webapp config set --min-tls-version 1.2 --ftps-state FtpsOnly (and scmMinTlsVersion 1.2); az redis update --set enableNonSslPort=false minimumTlsVersion=1.2; az sql server update --minimal-tls-version 1.2; az cosmosdb update --minimal-tls-version Tls12; az eventhubs (servicebus) namespace update --minimum-tls-version 1.2; az network application-gateway ssl-policy set --policy-type Predefined --policy-name AppGwSslPolicy20220101, and a redirect to https for each HTTP listener.',
});
