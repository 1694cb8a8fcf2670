import { FaultError } from '../../../src/domain/fault.ts';
import { azureSettingsSchema } from '../../../src/sources/azure/azure-settings.ts';
import { createIdentity } from '../../../src/sources/azure/identity.ts';

/** Asks for one token as the settings of its argument say, and prints it or the fault: what a process can hold only once needs a process each. */
const settings = azureSettingsSchema.parse(JSON.parse(process.argv[2] ?? ''));
try {
  const token = await createIdentity(settings).getToken(process.argv[3] ?? null, AbortSignal.timeout(20_000));
  process.stdout.write(JSON.stringify({ token: token.text }));
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  process.stdout.write(JSON.stringify({ fault: error.fault }));
}
