import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PretendAzure } from '../../sandbox/azure/pretend-azure.ts';

export interface StandInAz {
  /** What the program needs in its environment: nothing but this `az` is on its PATH. */
  readonly environment: { readonly PATH: string };
  /** All that it gave out so far. */
  givenTokens(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/**
 * A program called `az` that knows the pretend Azure: it answers the two commands that claimwatch and @azure/identity ask, in the words of the real one,
 * and refuses others. `isLoggedIn: false`: as before `az login`.
 */
export async function makeStandInAz(
  azure: PretendAzure,
  { isLoggedIn = true }: { readonly isLoggedIn?: boolean } = {},
): Promise<StandInAz> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-az-'));
  const file = join(folder, 'az');
  const { origin, tenantId, identityEndpoint, identityHeader } = azure;
  const knows = { origin, tenantId, identityEndpoint, identityHeader, isLoggedIn };
  await writeFile(file, `#!${process.execPath}\nconst knows = ${JSON.stringify(knows)};\n${program}`);
  await chmod(file, 0o755);
  const given = join(folder, 'tokens');
  return {
    environment: { PATH: folder },
    givenTokens: async () => (await readFile(given, 'utf8')).trim().split('\n'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const program = `
const { appendFileSync } = require('node:fs');
const words = process.argv.slice(2).join(' ');
function answer(value) { process.stdout.write(JSON.stringify(value, null, 2) + '\\n'); }
function refuse(text) { process.stderr.write(text + '\\n'); process.exitCode = 1; }

if (words === 'cloud show --output json')
  answer({ name: 'Sandbox', isActive: true, endpoints: { activeDirectory: knows.origin, resourceManager: knows.origin + '/' } });
else if (!words.startsWith('account get-access-token --output json --resource ')) refuse("ERROR: '" + words + "' is misspelled or not recognized by the system.");
else if (!knows.isLoggedIn) refuse("ERROR: Please run 'az login' to setup account.");
else {
  const resource = process.argv[process.argv.indexOf('--resource') + 1].replace(/\\/+$/, '');
  const url = knows.identityEndpoint + '?api-version=2019-08-01&resource=' + encodeURIComponent(resource);
  fetch(url, { headers: { 'x-identity-header': knows.identityHeader } }).then(async (reply) => {
    const token = await reply.json();
    if (!reply.ok) return refuse('ERROR: ' + JSON.stringify(token));
    appendFileSync(__dirname + '/tokens', token.access_token + '\\n');
    const expires_on = Number(token.expires_on);
    answer({ accessToken: token.access_token, expiresOn: new Date(expires_on * 1000).toISOString(), expires_on, tenant: knows.tenantId, tokenType: 'Bearer' });
  });
}
`;
