import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { publicKeyText, readPrivateKey } from '../sources/outside-probe/signed-result.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';

/** Makes the pair that signs the results of a vantage: the private key for its owner alone; the public one is printed. */
export async function makeProbeKey(context: CommandContext, file: string): Promise<ExitCode> {
  const { roof } = context;
  const path = resolve(roof.workingDirectory, file);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    await writeFile(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw explainWrite(error, path);
  }
  const shown = publicKeyText(publicKey);
  if (context.json()) roof.print(`${JSON.stringify({ keyFile: path, publicKey: shown })}\n`);
  else {
    roof.print(`${shown}\n`);
    roof.printError(
      `The private key is ${path} and stays at this vantage. The line above is the public key: the daemon's configuration names it.\n`,
    );
  }
  return exitCodes.pass;
}

function explainWrite(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === 'EEXIST') return new UsageError(`${path} is there already, and a key is never written over; name another --key`);
  if (code === '') return error;
  return new UsageError(`${path} cannot be written (${code}); name another --key`);
}

/** @throws UsageError; nothing of the file reaches a message. */
export async function readProbeKey(context: CommandContext, file: string): Promise<KeyObject> {
  const path = resolve(context.roof.workingDirectory, file);
  const key = readPrivateKey(await readKeyFile(path, file));
  if (key === null)
    throw new UsageError(`${path} holds no Ed25519 private key in PEM; "claimwatch probe --generate-key --key <file>" makes one`);
  return key;
}

async function readKeyFile(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    const remedy = code === 'ENOENT' ? `make it: claimwatch probe --generate-key --key ${file}` : 'let this user read it';
    throw new UsageError(`the key ${path} cannot be read (${code}); ${remedy}`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
