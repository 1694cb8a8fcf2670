import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readActiveCloud } from '../sources/azure/azure-cli.ts';
import { type AzureSettings, azureSettingsSchema } from '../sources/azure/azure-settings.ts';
import { anySubscription } from './choose-subscriptions.ts';
import { UsageError } from './roof.ts';

/** Who looks, and at which Azure, as words of a command line. */
export interface IdentityOptions {
  readonly azureCli?: boolean;
  readonly identity?: string;
  readonly clientId?: string;
  readonly tenantId?: string;
  readonly secretFile?: string;
  readonly certificateFile?: string;
  readonly tokenFile?: string;
  readonly cloud?: string;
  readonly certificateAuthority?: string;
}

/** The section `azure` without its subscriptions, which are not known yet. @throws FaultError, UsageError */
export async function settingsOfOptions(options: IdentityOptions, workingDirectory: string, signal: AbortSignal): Promise<AzureSettings> {
  const isCommandLine = options.identity === undefined || options.identity === 'azure-cli';
  if (options.azureCli === true && !isCommandLine) throw new UsageError('use either --azure-cli or --identity');
  const files = await absoluteFiles(options, workingDirectory);
  const parsed = azureSettingsSchema.safeParse({
    cloud: options.cloud === undefined && isCommandLine ? await readActiveCloud(signal) : cloudOf(options.cloud ?? 'public'),
    identity: withoutAbsent({
      kind: isCommandLine ? 'azure-cli' : options.identity,
      clientId: options.clientId,
      tenantId: options.tenantId,
      secretFile: files.secretFile,
      certificateFile: files.certificateFile,
      tokenFile: files.tokenFile,
    }),
    subscriptions: [anySubscription],
    ...withoutAbsent({ certificateAuthority: files.certificateAuthority }),
  });
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => `  azure.${path.join('.')}: ${message}`);
  throw new UsageError(`the identity cannot be used:\n${mistakes.join('\n')}`);
}

/** `public`, `government`, `china`, or the addresses of resource manager, sign-in and, for logs, Log Analytics, with commas between. */
function cloudOf(text: string): unknown {
  const [resourceManager = '', authority, logAnalytics] = text.split(',').map((part) => part.trim().replace(/\/+$/, ''));
  if (authority === undefined) return resourceManager;
  return { resourceManager, authority, scope: `${resourceManager}/.default`, ...withoutAbsent({ logAnalytics }) };
}

const fileOptions = {
  secretFile: '--secret-file',
  certificateFile: '--certificate-file',
  tokenFile: '--token-file',
  certificateAuthority: '--certificate-authority',
} as const;
type FileOption = keyof typeof fileOptions;

/** Absolute, since the proposal is read from another folder; refused now where they cannot be read then. */
async function absoluteFiles(options: IdentityOptions, workingDirectory: string): Promise<Pick<IdentityOptions, FileOption>> {
  const found: { [key in FileOption]?: string } = {};
  for (const [key, word] of Object.entries(fileOptions) as [FileOption, string][]) {
    const named = options[key];
    if (named === undefined) continue;
    const path = resolve(workingDirectory, named);
    await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`${word} ${named}: the file cannot be read (${error.code})`);
    });
    found[key] = path;
  }
  return found;
}

function withoutAbsent(members: { readonly [name: string]: string | undefined }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
