import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import { type AzureCloud, azureSettingsSchema } from './azure-settings.ts';

const run = promisify(execFile);
const deadlineMs = 30_000;

const cloudSchema = z.object({
  endpoints: z.object({ resourceManager: z.string(), activeDirectory: z.string(), logAnalyticsResourceId: z.string().nullish() }),
});

/** The Azure that the command line of this user is set to, so that government and other clouds need no configuration. @throws FaultError */
export async function readActiveCloud(signal: AbortSignal): Promise<AzureCloud> {
  const answer = await askCommandLine(['cloud', 'show', '--output', 'json'], signal);
  const parsed = cloudSchema.safeParse(answer);
  if (!parsed.success) throw new FaultError('malformed', '"az cloud show" answered something else than a cloud');
  const { resourceManager, activeDirectory, logAnalyticsResourceId } = parsed.data.endpoints;
  const origin = resourceManager.replace(/\/+$/, '');
  const cloud = azureSettingsSchema.shape.cloud.safeParse({
    resourceManager: origin,
    authority: activeDirectory.replace(/\/+$/, ''),
    scope: `${origin}/.default`,
    ...(logAnalyticsResourceId == null ? {} : { logAnalytics: logAnalyticsResourceId }),
  });
  if (cloud.success) return cloud.data;
  throw new FaultError('malformed', '"az cloud show" names addresses that are no https origins');
}

async function askCommandLine(parameters: readonly string[], signal: AbortSignal): Promise<unknown> {
  try {
    const { stdout } = await run('az', parameters, { signal, timeout: deadlineMs, maxBuffer: 4_194_304 });
    return JSON.parse(stdout);
  } catch (error) {
    if (error instanceof SyntaxError) throw new FaultError('malformed', `"az ${parameters.join(' ')}" answered no JSON`);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new FaultError('unsupported', 'the Azure command line "az" is not on the PATH; install it, and run "az login"');
    throw new FaultError('unsupported', `"az ${parameters.join(' ')}" failed; run "az login", then try again`);
  }
}
