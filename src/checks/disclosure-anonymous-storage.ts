import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isFlag, judgeProperties, judgeProperty } from '../domain/judge-properties.ts';

/** Built-in policy 4fa4b6c0. Accounts that were made before the property existed let containers be opened to everybody. */
const closed = { path: 'properties.allowBlobPublicAccess', isGood: isFlag(false), byDefault: true };

export const check = defineCheck({
  title: 'Nobody reads blobs without signing in',
  claims: [{ claim: 'not-publicized', interpretations: ['intent'] }],
  response: 'page',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.storage/storageaccounts'] },
  needs: { resource: z.object({ properties: z.object({ allowBlobPublicAccess: z.boolean().nullish() }) }) },
  whenNone: 'unknown',
  judge: (_subject, { resource }) => [
    judgeProperties(
      {
        interpretation: 'intent',
        expected: 'no container of the account can be opened for anonymous reading',
        rule: 'properties.allowBlobPublicAccess (built-in policy 4fa4b6c0)',
      },
      [judgeProperty(closed, resource.properties.allowBlobPublicAccess)],
    ),
  ],
  repeat: (subject) => showCommand(subject, 'properties.allowBlobPublicAccess'),
  mend: 'az storage account update --ids <id> --allow-blob-public-access false; what must be public belongs behind a content delivery network with an account of its own.',
});
