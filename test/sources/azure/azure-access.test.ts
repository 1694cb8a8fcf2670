import { expect, it } from 'vitest';
import { createAzureAccess } from '../../../src/sources/azure/azure-access.ts';
import { azureSettingsSchema } from '../../../src/sources/azure/azure-settings.ts';
import { createSteppedClock } from './stepped-clock.ts';

const settings = (subscription = '11111111-0000-4000-8000-000000000001') =>
  azureSettingsSchema.parse({ identity: { kind: 'managed-identity' }, subscriptions: [subscription] });

it('all who ask one Azure share its limits and tokens, also those who come at the same moment', async () => {
  const access = createAzureAccess(createSteppedClock());
  const [one, other] = await Promise.all([access.arm(settings()), access.arm(settings())]);
  expect(other).toBe(one);
  expect(await access.arm(settings())).toBe(one);
  const [log, otherLog] = await Promise.all([access.logs(settings()), access.logs(settings())]);
  expect(otherLog).toBe(log);
  expect(await access.arm(settings('11111111-0000-4000-8000-000000000002'))).not.toBe(one);
});
