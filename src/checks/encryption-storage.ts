import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isFlag, isOneOf, judgeProperties, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';
import { isSelected } from '../domain/resource-selector.ts';

const service = z.object({ enabled: z.boolean().nullish() }).nullish();
const encryption = z.object({
  keySource: z.string().nullish(),
  requireInfrastructureEncryption: z.boolean().nullish(),
  services: z.object({ blob: service, file: service, queue: service, table: service }).nullish(),
});
const row = z.object({ properties: z.object({ encryption: encryption.nullish() }) });
type Encryption = z.infer<typeof encryption>;

/** Azure encrypts with a key of its own unless told otherwise, which is encrypted; a customer's key is asked for only where it was promised. */
const parameters = z.strictObject({
  /** Whose data are promised to be encrypted with keys of the customer: names or ids, `*` for any text. */
  customerManagedKeys: z.array(z.string()).default([]),
  infrastructureEncryption: z.boolean().default(false),
});

export const check = defineCheck({
  title: 'Storage accounts encrypt what they hold',
  claims: [{ claim: 'encrypted-at-rest', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters,
  subjects: { resources: ['microsoft.storage/storageaccounts'] },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: (subject, { resource }, { parameters }) => {
    const seen = resource.properties.encryption;
    const wantsOwnKey = isSelected(parameters.customerManagedKeys, subject);
    const services = judgeServices(seen);
    return [
      judgeProperties(
        { interpretation: 'literal', expected: 'encryption of every service of the account is on', rule: 'properties.encryption.services' },
        services,
      ),
      judgeProperties(
        {
          interpretation: 'intent',
          expected: [
            'encryption of every service of the account is on',
            ...(wantsOwnKey ? ['with the key of the customer that was promised'] : []),
            ...(parameters.infrastructureEncryption ? ['and a second time by the infrastructure'] : []),
          ].join(', '),
          rule: 'properties.encryption',
        },
        [
          ...services,
          ...(wantsOwnKey ? [judgeProperty(ownKey, seen?.keySource)] : []),
          ...(parameters.infrastructureEncryption ? [judgeProperty(twice, seen?.requireInfrastructureEncryption)] : []),
        ],
      ),
    ];
  },
  repeat: (subject) => showCommand(subject, 'properties.encryption'),
  mend: "Storage encryption cannot be switched off today: ask Microsoft's support why the account reports it off. For a promised key: az storage account update --encryption-key-source Microsoft.Keyvault --encryption-key-vault ... --encryption-key-name ...; infrastructure encryption needs a new account.",
});

/** Built-in policy 6fac406b: accounts use a customer-managed key. */
const ownKey = {
  path: 'properties.encryption.keySource',
  isGood: isOneOf(['Microsoft.Keyvault'], ['Microsoft.Storage']),
  byDefault: 'Microsoft.Storage',
  rule: 'properties.encryption.keySource (built-in policy 6fac406b)',
};
/** Built-in policy 4733ea7b: accounts have infrastructure encryption. */
const twice = {
  path: 'properties.encryption.requireInfrastructureEncryption',
  isGood: isFlag(true),
  byDefault: false,
  rule: 'properties.encryption.requireInfrastructureEncryption (built-in policy 4733ea7b)',
};
const keySources = ['Microsoft.Storage', 'Microsoft.Keyvault'];

/** Blobs and files are reported for every account that can keep them; queues and tables only where they have a key of the account. */
function judgeServices(encryption: Encryption | null | undefined): readonly PropertyVerdict[] {
  const { keySource, services } = encryption ?? {};
  const present = (['blob', 'file', 'queue', 'table'] as const).flatMap((name) => {
    const service = services?.[name];
    return service === null || service === undefined
      ? []
      : [{ path: `properties.encryption.services.${name}.enabled`, value: service.enabled }];
  });
  return [
    ...(present.length === 0 ? [noService] : present.map(({ path, value }) => judgeProperty({ path, isGood: isFlag(true) }, value))),
    judgeProperty({ path: 'properties.encryption.keySource', isGood: isOneOf(keySources, []) }, keySource),
  ];
}

const noService: PropertyVerdict = {
  observed:
    'properties.encryption.services names no service, so what the account encrypts is not said: read the account from Azure Resource Manager',
  status: 'unknown',
  reason: 'unsupported',
};
