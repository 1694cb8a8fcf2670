import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { FaultError } from '../../domain/fault.ts';

/**
 * The authorities to trust: those of the system and those of the file. Undefined where there is no file: then Node's own rule holds.
 * @throws FaultError `unsupported` where the file cannot be read or holds no certificate.
 */
export async function readTrustedAuthorities(file: string | undefined): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  const text = await readFileOf('certificateAuthority', file);
  const own = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (own.length === 0)
    throw new FaultError('unsupported', `azure.certificateAuthority: ${file} holds no certificate; write there the PEM of the authority`);
  return [...getCACertificates('default'), ...own];
}

/** Of a file that the settings name under `setting`. The text never reaches a message. */
export async function readFileOf(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no reason given';
    throw new FaultError(
      'unsupported',
      `azure: the file of ${setting}, ${file}, cannot be read (${code}); put it there, readable by claimwatch`,
      {
        cause: error,
      },
    );
  }
}
