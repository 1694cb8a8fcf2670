import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/https-services.ts';
import { resourceTypesOf } from '../../src/domain/check.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
type Row = readonly [what: string, properties: object, literal: string, intent: string];

interface Options {
  readonly related?: { readonly [name: string]: readonly unknown[] };
  readonly kind?: string;
}

function judge(type: string, properties: object, interpretation: 'literal' | 'intent', { kind, related }: Options = {}) {
  const facts = { resource: { ...(kind === undefined ? {} : { kind }), properties } };
  return judgeOne(check, interpretation, facts, { subject: resourceOf(type), ...(related === undefined ? {} : { related }) });
}

function verdictsOf(type: string, properties: object, options: Options = {}): readonly string[] {
  return (['literal', 'intent'] as const).map((interpretation) => verdictOf(judge(type, properties, interpretation, options)));
}

const tables: { readonly [type: string]: readonly Row[] } = {
  'Microsoft.Storage/storageAccounts': [
    ['secure transfer and TLS 1.2', { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_2' }, 'pass', 'pass'],
    ['TLS 1.3, which others call a failure', { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_3' }, 'pass', 'pass'],
    ['TLS 1.1', { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_1' }, 'pass', 'fail'],
    ['TLS 1.0', { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_0' }, 'pass', 'fail'],
    ['another casing', { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'tls1_2' }, 'pass', 'pass'],
    ['a version of tomorrow', { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_4' }, 'pass', malformed],
    ['no minimum, for which the default is 1.0', { supportsHttpsTrafficOnly: true }, 'pass', 'fail'],
    ['minimum null', { supportsHttpsTrafficOnly: true, minimumTlsVersion: null }, 'pass', 'fail'],
    ['plaintext', { supportsHttpsTrafficOnly: false, minimumTlsVersion: 'TLS1_2' }, 'fail', 'fail'],
    ['nothing of plaintext', { minimumTlsVersion: 'TLS1_2' }, unsupported, unsupported],
    ['plaintext null', { supportsHttpsTrafficOnly: null, minimumTlsVersion: 'TLS1_2' }, unsupported, unsupported],
    ['nothing at all', {}, unsupported, 'fail'],
  ],
  'Microsoft.Cache/Redis': [
    ['no plaintext port and TLS 1.2', { enableNonSslPort: false, minimumTlsVersion: '1.2' }, 'pass', 'pass'],
    ['TLS 1.3', { enableNonSslPort: false, minimumTlsVersion: '1.3' }, 'pass', 'pass'],
    ['TLS 1.1', { enableNonSslPort: false, minimumTlsVersion: '1.1' }, 'pass', 'fail'],
    ['no minimum, as a recorded one', { enableNonSslPort: false }, 'pass', 'fail'],
    ['a plaintext port', { enableNonSslPort: true, minimumTlsVersion: '1.2' }, 'fail', 'fail'],
    ['nothing of the port: the default is good and proves nothing', { minimumTlsVersion: '1.2' }, unsupported, unsupported],
    ['the port null', { enableNonSslPort: null, minimumTlsVersion: '1.2' }, unsupported, unsupported],
  ],
  ...Object.fromEntries(
    ['Microsoft.Sql/servers', 'Microsoft.Sql/managedInstances'].map((type): [string, readonly Row[]] => [
      type,
      [
        ['TLS 1.2', { minimalTlsVersion: '1.2' }, 'pass', 'pass'],
        ['TLS 1.3', { minimalTlsVersion: '1.3' }, 'pass', 'pass'],
        ['TLS 1.1', { minimalTlsVersion: '1.1' }, 'pass', 'fail'],
        ['TLS 1.0', { minimalTlsVersion: '1.0' }, 'pass', 'fail'],
        ['None, which takes plaintext too', { minimalTlsVersion: 'None' }, 'fail', 'fail'],
        ['none in another casing', { minimalTlsVersion: 'NONE' }, 'fail', 'fail'],
        ['absent', {}, 'fail', 'fail'],
        ['null', { minimalTlsVersion: null }, 'fail', 'fail'],
        ['a version of tomorrow', { minimalTlsVersion: '2.0' }, malformed, malformed],
      ],
    ]),
  ),
  'Microsoft.DocumentDB/databaseAccounts': [
    ['TLS 1.2', { minimalTlsVersion: 'Tls12' }, 'pass', 'pass'],
    ['TLS 1.3', { minimalTlsVersion: 'Tls13' }, 'pass', 'pass'],
    ['TLS 1.1', { minimalTlsVersion: 'Tls11' }, 'pass', 'fail'],
    ['TLS 1.0', { minimalTlsVersion: 'Tls' }, 'pass', 'fail'],
    ['absent: the default was 1.0 and is 1.2 today', {}, 'pass', unsupported],
    ['a version of tomorrow', { minimalTlsVersion: 'Tls14' }, 'pass', malformed],
  ],
  ...Object.fromEntries(
    ['Microsoft.EventHub/namespaces', 'Microsoft.ServiceBus/namespaces'].map((type): [string, readonly Row[]] => [
      type,
      [
        ['TLS 1.2', { minimumTlsVersion: '1.2' }, 'pass', 'pass'],
        ['TLS 1.3', { minimumTlsVersion: '1.3' }, 'pass', 'pass'],
        ['TLS 1.1', { minimumTlsVersion: '1.1' }, 'pass', 'fail'],
        ['absent', {}, 'pass', 'fail'],
        ['a version of tomorrow', { minimumTlsVersion: '1.4' }, 'pass', malformed],
      ],
    ]),
  ),
  'Microsoft.DBforPostgreSQL/flexibleServers': [['whatever the row says', { minimalTlsVersion: '1.2' }, unsupported, unsupported]],
  'Microsoft.DBforMySQL/flexibleServers': [['whatever the row says', {}, unsupported, unsupported]],
  'Microsoft.Cdn/profiles': [['whatever the row says', {}, unsupported, unsupported]],
  'Microsoft.Cdn/profiles/afdEndpoints': [['whatever the row says', { isHttpAllowed: false }, unsupported, unsupported]],
  'Microsoft.Cdn/profiles/endpoints': [
    ['plain HTTP is refused', { isHttpAllowed: false }, 'pass', unsupported],
    ['plain HTTP is allowed', { isHttpAllowed: true }, 'fail', 'fail'],
    ['absent', {}, 'fail', 'fail'],
    ['allowed, with rules that may redirect it', { isHttpAllowed: true, deliveryPolicy: { rules: [] } }, unsupported, unsupported],
    ['refused, with rules', { isHttpAllowed: false, deliveryPolicy: { rules: [] } }, 'pass', unsupported],
  ],
  'Microsoft.ApiManagement/service': [
    ['nothing of the protocols', {}, unsupported, unsupported],
    ['TLS 1.0 on', { customProperties: { [apiProtocol('Tls10')]: 'True' } }, unsupported, 'fail'],
    ['SSL 3 on', { customProperties: { [apiProtocol('Ssl30')]: 'true' } }, unsupported, 'fail'],
    [
      'all old ones off',
      { customProperties: { [apiProtocol('Ssl30')]: 'False', [apiProtocol('Tls10')]: 'false', [apiProtocol('Tls11')]: 'False' } },
      unsupported,
      unsupported,
    ],
  ],
  'Microsoft.Network/applicationGateways': [
    ['no listener', { httpListeners: [] }, 'unknown none-seen', 'unknown none-seen'],
    ['nothing at all', {}, 'unknown none-seen', 'unknown none-seen'],
  ],
};

function apiProtocol(name: string): string {
  return `Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.${name}`;
}

describe.each(Object.entries(tables))('https-services: %s', (type, rows) => {
  test.each(rows)('%s', (_what, properties, literal, intent) => {
    expect(verdictsOf(type, properties)).toEqual([literal, intent]);
  });
});

describe('https-services: sites', () => {
  const site = 'Microsoft.Web/sites';
  const webOf = (properties: object, path = 'config/web') => ({ id: `${resourceOf(site).id}/${path}`, properties });
  const good = { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'FtpsOnly' };
  const configured = (...rows: readonly unknown[]) => ({ related: { configurations: rows } });

  test.each([
    ['all of it', good, 'pass'],
    ['TLS 1.3', { ...good, minTlsVersion: '1.3' }, 'pass'],
    ['no FTP', { ...good, ftpsState: 'Disabled' }, 'pass'],
    ['FTP in another casing', { ...good, ftpsState: 'FTPSONLY' }, 'pass'],
    ['TLS 1.1', { ...good, minTlsVersion: '1.1' }, 'fail'],
    ['TLS 1.0 for those who deploy', { ...good, scmMinTlsVersion: '1.0' }, 'fail'],
    ['plain FTP', { ...good, ftpsState: 'AllAllowed' }, 'fail'],
    ['a minimum of null, which others pass', { ...good, minTlsVersion: null }, unsupported],
    ['no minimum for those who deploy', { ...good, scmMinTlsVersion: undefined }, unsupported],
    ['nothing of FTP', { ...good, ftpsState: null }, unsupported],
    ['FTP of tomorrow', { ...good, ftpsState: 'SftpOnly' }, malformed],
    ['a version of tomorrow', { ...good, minTlsVersion: '1.4' }, malformed],
    ['nothing of it', {}, unsupported],
  ] as const)('config/web: %s', (_what, properties, intent) => {
    expect(verdictsOf(site, { httpsOnly: true }, configured(webOf(properties)))).toEqual(['pass', intent]);
  });

  test.each([
    ['plain HTTP', { httpsOnly: false }, ['fail', 'fail']],
    ['nothing of it', {}, ['fail', 'fail']],
    ['null', { httpsOnly: null }, ['fail', 'fail']],
    ['HTTPS', { httpsOnly: true }, ['pass', 'pass']],
  ] as const)('%s', (_what, properties, verdicts) => {
    expect(verdictsOf(site, properties, configured(webOf(good)))).toEqual(verdicts);
  });

  test('a site whose configuration was not listed is not known', () => {
    expect(verdictsOf(site, { httpsOnly: true })).toEqual(['pass', 'unknown partial']);
    expect(verdictsOf(site, { httpsOnly: true }, configured(webOf({}, 'config/logs')))).toEqual(['pass', 'unknown partial']);
    expect(verdictsOf(site, { httpsOnly: false })).toEqual(['fail', 'fail']);
  });

  test('a function app and a slot are asked the same', () => {
    const id = `${resourceOf('Microsoft.Web/sites/slots').id}/CONFIG/Web`;
    const related = { slotConfigurations: [{ id, properties: good }] };
    expect(verdictsOf('Microsoft.Web/sites/slots', { httpsOnly: true }, { related })).toEqual(['pass', 'pass']);
    expect(verdictsOf(site, { httpsOnly: true }, { ...configured(webOf({ ...good, minTlsVersion: '1.0' })), kind: 'functionapp' })).toEqual(
      ['pass', 'fail'],
    );
  });
});

describe('https-services', () => {
  test('every type that it serves has a table', () => {
    const tested = [...Object.keys(tables), 'Microsoft.Web/sites', 'Microsoft.Web/sites/slots'].map((type) => type.toLowerCase());
    const related = ['microsoft.web/sites/config', 'microsoft.web/sites/slots/config'];
    expect([...resourceTypesOf(check)].sort()).toEqual([...tested, ...related].sort());
  });

  test('a type that it was not made for is not known', () => {
    expect(verdictsOf('Microsoft.Moon/landers', {})).toEqual(['unknown none-seen', 'unknown none-seen']);
  });

  test.each([
    { supportsHttpsTrafficOnly: 'true' },
    { minimumTlsVersion: 1.2 },
    { minimalTlsVersion: ['1.2'] },
    { httpsOnly: 1 },
    { enableNonSslPort: 'False' },
    { httpListeners: {} },
    { sslPolicy: 'AppGwSslPolicy20220101' },
  ])('what has another shape is refused: %j', (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  });

  test('says the absent property, its default and where the expectation comes from', () => {
    const judgement = judge('Microsoft.Storage/storageAccounts', { supportsHttpsTrafficOnly: true }, 'intent');
    expect(judgement.observed).toBe('properties.minimumTlsVersion is absent, for which the default of the service is TLS1_0');
    expect(judgement.rule).toBe('properties.minimumTlsVersion (built-in policy fe83a0eb)');
  });

  test('where the row cannot say it, says what would have to be read', () => {
    expect(judge('Microsoft.DBforPostgreSQL/flexibleServers', {}, 'literal')).toMatchObject({
      observed: 'the row does not say it: the server parameter require_secure_transport would have to be read',
      rule: 'configurations/require_secure_transport (built-in policy c29c38cb)',
    });
  });

  test('repeats what the row lacks too', () => {
    const server = resourceOf('Microsoft.DBforPostgreSQL/flexibleServers');
    expect(check.repeat(server)).toContain(`'${server.id}/configurations/ssl_min_protocol_version'`);
    const site = resourceOf('Microsoft.Web/sites');
    expect(check.repeat(site)).toBe(
      `az resource show --ids '${site.id}' --query "properties.httpsOnly"; az resource show --ids '${site.id}/config/web' --query "properties"`,
    );
  });
});
