import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isFlag, judgeProperties, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';
import type { Resource } from '../domain/subject.ts';

const securityProfile = z.object({ encryptionAtHost: z.boolean().nullish() }).nullish();
const row = z.object({
  properties: z.object({ securityProfile, virtualMachineProfile: z.object({ securityProfile }).nullish() }),
});
const scaleSet = 'microsoft.compute/virtualmachinescalesets';

/**
 * Temporary disks and caches lie on the host, outside the disks that `encryption-disks` judges. They are no stores, so only the intent of the
 * sentence reaches them.
 */
export const check = defineCheck({
  title: 'Hosts encrypt the temporary disks and caches of machines',
  claims: [{ claim: 'encrypted-at-rest', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.compute/virtualmachines', scaleSet] },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: (subject, { resource }) => [
    judgeProperties(
      {
        interpretation: 'intent',
        expected: 'encryption at the host, which reaches temporary disks and caches',
        rule: `${profileOf(subject)}.encryptionAtHost (built-in policy fc4d8e41)`,
      },
      [judge(subject, resource)],
    ),
  ],
  repeat: (subject) => showCommand(subject, profileOf(subject)),
  mend: 'Deallocate the machine, then: az vm update --ids <id> --set securityProfile.encryptionAtHost=true (scale sets: az vmss update --ids <id> --set virtualMachineProfile.securityProfile.encryptionAtHost=true, and upgrade the instances). The subscription needs the feature EncryptionAtHost of Microsoft.Compute.',
});

function judge(subject: Resource, { properties }: z.infer<typeof row>): PropertyVerdict {
  const wanted = { path: `${profileOf(subject)}.encryptionAtHost`, isGood: isFlag(true), byDefault: false };
  if (subject.type !== scaleSet) return judgeProperty(wanted, properties.securityProfile?.encryptionAtHost);
  const profile = properties.virtualMachineProfile;
  // A flexible scale set can have no profile; its machines are resources of their own.
  if (profile === null || profile === undefined) return noProfile;
  return judgeProperty(wanted, profile.securityProfile?.encryptionAtHost);
}

const noProfile: PropertyVerdict = {
  observed: 'properties.virtualMachineProfile is absent, so that only the machines of the scale set can say it, each for itself',
  status: 'unknown',
  reason: 'unsupported',
};

function profileOf({ type }: Resource): string {
  return type === scaleSet ? 'properties.virtualMachineProfile.securityProfile' : 'properties.securityProfile';
}
