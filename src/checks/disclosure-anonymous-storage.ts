import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { isFlag, isSameText, judgeProperties, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

/** Built-in policy 4fa4b6c0. Accounts that were made before the property existed let containers be opened to everybody. */
const closed = { path: 'properties.allowBlobPublicAccess', isGood: isFlag(false), byDefault: true };

/** Microsoft, "Azure Files": such accounts hold file shares and nothing else, so there is no blob to read. */
const noBlobs: PropertyVerdict = { observed: 'an account of the kind FileStorage holds no blobs', rule: 'kind', status: 'pass' };

export const check = defineCheck({
  title: 'Nobody reads blobs without signing in',
  claims: [{ claim: 'not-publicized', interpretations: ['intent'] }],
  response: 'page',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.storage/storageaccounts'] },
  needs: { resource: z.object({ kind: z.string().nullish(), properties: z.object({ allowBlobPublicAccess: z.boolean().nullish() }) }) },
  whenNone: 'unknown',
  judge: (_subject, { resource }) => [
    judgeProperties(
      {
        interpretation: 'intent',
        expected: 'no container of the account can be opened for anonymous reading',
        rule: 'properties.allowBlobPublicAccess (built-in policy 4fa4b6c0)',
      },
      [isSameText(resource.kind ?? '', 'FileStorage') ? noBlobs : judgeProperty(closed, resource.properties.allowBlobPublicAccess)],
    ),
  ],
  repeat: (subject) => showCommand(subject, '[kind, properties.allowBlobPublicAccess]'),
  mend: 'az storage account update --ids <id> --allow-blob-public-access false; what must be public belongs behind a content delivery network with an account of its own.',
});
