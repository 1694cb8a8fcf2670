import { describe, expect, it } from 'vitest';
import { azureClouds, azureSettingsSchema, logAnalyticsScope } from '../../../src/sources/azure/azure-settings.ts';

const subscription = '11111111-0000-4000-8000-000000000001';
const clientId = '88888888-0000-4000-8000-000000000008';
const manySubscriptions = (count: number) =>
  Array.from({ length: count }, (_, index) => `11111111-0000-4000-8000-${String(index).padStart(12, '0')}`);
const least = { identity: { kind: 'managed-identity' }, subscriptions: [subscription] };

describe('the section azure', () => {
  it('needs an identity and a subscription, and has a default for the rest', () => {
    expect(azureSettingsSchema.parse(least)).toEqual({
      ...least,
      cloud: azureClouds.public,
      limits: {
        resourceGraphPer5Seconds: 15,
        storageListsPer5Minutes: 100,
        cdnReadsPer5Minutes: 50,
        activityLogPer30Seconds: 50,
        readsAtOnce: 250,
        readsPerSecond: 25,
      },
    });
  });

  it('takes ids in any casing and an origin with a slash', () => {
    const own = {
      resourceManager: 'https://localhost:8443/',
      authority: 'https://localhost:8444',
      scope: 'https://localhost:8443/.default',
    };
    const read = azureSettingsSchema.parse({ ...least, cloud: own, subscriptions: [` ${subscription.toUpperCase()} `] });
    expect(read.cloud).toEqual({ ...own, resourceManager: 'https://localhost:8443' });
    expect(read.subscriptions).toEqual([subscription]);
  });

  it.each(['public', 'government', 'china'] as const)('knows the cloud %s', (name) => {
    expect(azureSettingsSchema.parse({ ...least, cloud: name }).cloud).toEqual(azureClouds[name]);
    expect(logAnalyticsScope(azureClouds[name])).toBe(`${azureClouds[name].logAnalytics}/.default`);
  });

  it('may know where the logs of a cloud of its own are asked for', () => {
    const own = { resourceManager: 'https://localhost:1', authority: 'https://localhost:2', scope: 'https://localhost:1/.default' };
    const read = azureSettingsSchema.parse({ ...least, cloud: { ...own, logAnalytics: 'https://LocalHost:3/' } }).cloud;
    expect(read).toEqual({ ...own, logAnalytics: 'https://localhost:3' });
    expect(logAnalyticsScope(read)).toBe('https://localhost:3/.default');
    expect(logAnalyticsScope(own)).toBeNull();
  });

  it.each([
    { kind: 'managed-identity', clientId },
    { kind: 'workload-identity' },
    { kind: 'workload-identity', tenantId: 'acme.onmicrosoft.com', clientId, tokenFile: '/t' },
    { kind: 'client-secret', tenantId: subscription, clientId, secretFile: '/s' },
    { kind: 'client-certificate', tenantId: subscription, clientId, certificateFile: '/c' },
    { kind: 'azure-cli' },
  ])('takes the identity %j', (identity) => {
    expect(azureSettingsSchema.parse({ ...least, identity }).identity).toEqual(identity);
  });

  it.each<[string, object, RegExp]>([
    ['no identity', { subscriptions: [subscription] }, /./],
    ['an identity of another kind', { ...least, identity: { kind: 'default' } }, /./],
    [
      'a secret in the settings',
      { ...least, identity: { kind: 'client-secret', tenantId: subscription, clientId, secret: 'x', secretFile: '/s' } },
      /secret/,
    ],
    ['a client id that is none', { ...least, identity: { kind: 'managed-identity', clientId: 'me' } }, /client id.*; remedy: copy/],
    [
      'a tenant that could be an option of a command',
      { ...least, identity: { kind: 'azure-cli', tenantId: '--help' } },
      /tenant.*; remedy: copy/,
    ],
    ['no subscription', { ...least, subscriptions: [] }, /at least one.*; remedy: add/],
    ['more subscriptions than one question may name', { ...least, subscriptions: manySubscriptions(1_001) }, /at most 1,000.*; remedy: /],
    ['a subscription by name', { ...least, subscriptions: ['production'] }, /id of a subscription.*; remedy: copy/],
    ['a subscription twice', { ...least, subscriptions: [subscription, subscription.toUpperCase()] }, /once; remedy: remove/],
    ['a cloud that there is not', { ...least, cloud: 'germany' }, /public, government, china.*; remedy: write/],
    ['a part of a cloud', { ...least, cloud: { resourceManager: 'https://a' } }, /; remedy: write.* all three/],
    ['a cloud without TLS', { ...least, cloud: { ...azureClouds.public, resourceManager: 'http://management.azure.com' } }, /https/],
    [
      'a cloud with a path',
      { ...least, cloud: { ...azureClouds.public, authority: 'https://login.example/tenant' } },
      /without a path; remedy/,
    ],
    [
      'a scope of something else',
      { ...least, cloud: { ...azureClouds.public, scope: 'https://management.azure.com' } },
      /\.default; remedy/,
    ],
    ['logs asked for without TLS', { ...least, cloud: { ...azureClouds.public, logAnalytics: 'http://api.loganalytics.io' } }, /https/],
    ['a limit of none', { ...least, limits: { readsPerSecond: 0 } }, /./],
    ['a key that there is not', { ...least, subscription }, /subscription/],
  ])('refuses %s', (_name, settings, message) => {
    const read = azureSettingsSchema.safeParse(settings);
    expect(read.success).toBe(false);
    expect(JSON.stringify(read.error?.issues)).toMatch(message);
  });
});

it('takes as many subscriptions as one question may name', () => {
  expect(azureSettingsSchema.parse({ ...least, subscriptions: manySubscriptions(1_000) }).subscriptions).toHaveLength(1_000);
});
