import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { resourceFromId } from '../../domain/resource-id.ts';
import { type AzureIdentity, identitySchema } from '../azure/azure-settings.ts';
import { durationOption } from '../duration-option.ts';
import { workspaceType } from './asked-workspace.ts';

function mistake(expected: string, remedy: string): string {
  return `${expected}; remedy: ${remedy}`;
}

const workspaceId = z
  .string()
  .transform((text) => text.trim().toLowerCase().replace(/\/+$/, ''))
  .refine(
    (text) => resourceFromId(text)?.type === workspaceType,
    mistake('expected the id of a Log Analytics workspace', 'copy it from `az monitor log-analytics workspace list --query "[].id"`'),
  );

const ownIdentity = identitySchema.refine(
  (identity) => filesOf(identity).every(isAbsolute),
  mistake('expected absolute paths of its files', 'write the whole path, for example "/run/secrets/canary"'),
);

/** Without `resource` nothing is written, and nothing is looked for. */
export const canaryOptionsSchema = z
  .strictObject({
    /** The workspace that gets the tag, and in whose AzureActivity the event must show up. */
    resource: workspaceId.exactOptional(),
    /** As in the section azure, and not the one that is there: it may write tags at the workspace, and nothing else. */
    identity: ownIdentity.exactOptional(),
    /** How often a tag is written. */
    every: durationOption('10m', '1d').default('1h'),
    /** For how long an event may be on its way without being told of. */
    usual: durationOption('1m', '1d').default('30m'),
  })
  .refine(
    ({ resource, identity }) => (resource === undefined) === (identity === undefined),
    mistake('expected resource and identity, or neither', 'name the workspace, and the identity that writes its tag'),
  );

export type CanaryOptions = Readonly<z.output<typeof canaryOptionsSchema>>;

function filesOf(identity: AzureIdentity): readonly string[] {
  switch (identity.kind) {
    case 'client-secret':
      return [identity.secretFile];
    case 'client-certificate':
      return [identity.certificateFile];
    case 'workload-identity':
      return identity.tokenFile === undefined ? [] : [identity.tokenFile];
    case 'managed-identity':
    case 'azure-cli':
      return [];
  }
}

/**
 * What looks must not be able to write. Where only one of two names its application nobody can say; two of a kind that name none are the same.
 * `environment`: where a workload identity is named by its surroundings.
 */
export function isSameIdentity(
  one: AzureIdentity,
  other: AzureIdentity,
  environment: { readonly [name: string]: string | undefined },
): boolean {
  const [ours, theirs] = [one, other].map((identity) => applicationOf(identity, environment));
  return ours === null || theirs === null ? ours === theirs && one.kind === other.kind : ours === theirs;
}

function applicationOf(identity: AzureIdentity, environment: { readonly [name: string]: string | undefined }): string | null {
  if (identity.kind === 'azure-cli') return null;
  if (identity.kind === 'workload-identity') return identity.clientId ?? environment['AZURE_CLIENT_ID']?.toLowerCase() ?? null;
  return identity.clientId ?? null;
}
