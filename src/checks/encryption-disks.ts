import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isOneOf, judgeProperties, judgeProperty } from '../domain/judge-properties.ts';
import { isSelected } from '../domain/resource-selector.ts';

const row = z.object({ properties: z.object({ encryption: z.object({ type: z.string().nullish() }).nullish() }) });
/** Whose disks are promised to be encrypted with keys of the customer: names or ids, `*` for any text. */
const parameters = z.strictObject({ customerManagedKeys: z.array(z.string()).default([]) });

const platformKey = 'EncryptionAtRestWithPlatformKey';
const ownKeys = ['EncryptionAtRestWithCustomerKey', 'EncryptionAtRestWithPlatformAndCustomerKeys'];
const path = 'properties.encryption.type';
/** Azure says that it encrypts every managed disk since 2017, but a row without the property may as well be one that was cut short. */
const otherwise = 'read the disk from Azure Resource Manager';

export const check = defineCheck({
  title: 'Disks and snapshots are encrypted',
  claims: [{ claim: 'encrypted-at-rest', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters,
  subjects: { resources: ['microsoft.compute/disks', 'microsoft.compute/snapshots'] },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: (subject, { resource }, { parameters }) => {
    const type = resource.properties.encryption?.type;
    const wantsOwnKey = isSelected(parameters.customerManagedKeys, subject);
    const isEncrypted = { path, otherwise, isGood: isOneOf([platformKey, ...ownKeys], []) };
    const hasOwnKey = { path, otherwise, isGood: isOneOf(ownKeys, [platformKey]) };
    return [
      judgeProperties(
        { interpretation: 'literal', expected: 'encryption at rest, with the key of the platform or of the customer', rule: path },
        [judgeProperty(isEncrypted, type)],
      ),
      judgeProperties(
        {
          interpretation: 'intent',
          expected: wantsOwnKey ? 'encryption at rest with the key of the customer that was promised' : 'encryption at rest',
          rule: wantsOwnKey ? `${path} (built-in policy ca91455f)` : path,
        },
        [judgeProperty(wantsOwnKey ? hasOwnKey : isEncrypted, type)],
      ),
    ];
  },
  repeat: (subject) => showCommand(subject, 'properties.encryption'),
  mend: 'For a promised key: az disk update --ids <id> --encryption-type EncryptionAtRestWithCustomerKey --disk-encryption-set <set>, with the machine deallocated; a snapshot is taken again from such a disk.',
});
