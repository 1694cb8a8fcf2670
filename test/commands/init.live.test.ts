import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Estate, openEstate } from '../../sandbox/azure/estate.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { rolePath } from '../../scripts/build-role.ts';
import type { RoleDefinition } from '../../src/commands/least-role.ts';
import { type Ended, runProgramWith } from '../support/check-command.ts';
import { makeStandInAz, type StandInAz } from '../support/stand-in-az.ts';
import { until } from '../support/until.ts';

const everything = { Name: 'Reader', Actions: ['*/read'], NotActions: [] };
const production = '11111111-1111-4111-8111-111111111111';

let folder: string;
let estate: Estate;
let azure: PretendAzure;
let az: StandInAz;
/** What `init --azure-cli` did with the whole estate. */
let proposed: { readonly ended: Ended; readonly folder: string; readonly text: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimwatch-init-'));
  const authority = await makeAuthority();
  await writeFile(join(folder, 'ca.pem'), authority.certificatePem);
  estate = await openEstate();
  azure = await startPretendAzure({ estate, authority });
  az = await makeStandInAz(azure);
  const own = join(folder, 'proposed');
  const ended = await runAs(az, 'init', '--azure-cli', '--output', own);
  proposed = { ended, folder: own, text: await readFile(join(own, 'claimwatch.yaml'), 'utf8') };
});

afterAll(async () => {
  await Promise.all([azure.close(), az.remove()]);
  await rm(folder, { recursive: true });
});

function runAs({ environment }: Pick<StandInAz, 'environment'>, ...words: readonly string[]): Promise<Ended> {
  return runProgramWith({ environment: { ...environment, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } }, ...words);
}

async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(folder, 'one-')), 'config');
}

async function textsIn(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
  return (await Promise.all(files)).join('\n');
}

const settings = z.object({
  mode: z.string(),
  azure: z.object({ identity: z.object({ kind: z.string() }), subscriptions: z.array(z.string()), serviceTags: z.string().optional() }),
  checks: z.object({
    'hosting-regions': z.object({
      parameters: z.object({ allowed: z.array(z.string()), pairedRegions: z.record(z.string(), z.string()).optional() }),
    }),
    'hosting-inventory': z.object({ parameters: z.object({ expected: z.array(z.string()) }) }),
  }),
});
const readSettings = (text: string) => settings.parse(parse(text));

describe('what init --azure-cli proposes', () => {
  it('is told in full, with exit code 0', () => {
    const { ended } = proposed;
    expect([ended.code, ended.errors]).toEqual([0, '']);
    expect(ended.output).toMatch(/shopstoresync-production +11111111-1111-4111-8111-111111111111 +\d+/);
    expect(ended.output).toMatch(/regions +2: westeurope \d+, northeurope \d+/);
    expect(ended.output).toContain('www.shopstoresync.example');
    expect(ended.output).not.toContain('Could not be seen');
    expect(ended.output).toContain(`claimwatch config check --config ${proposed.folder}`);
  });

  it('observes, and names subscriptions, regions, pairs and what every subscription holds', () => {
    const read = readSettings(proposed.text);
    expect(read.mode).toBe('observe');
    expect(read.azure.identity.kind).toBe('azure-cli');
    expect([...read.azure.subscriptions].sort()).toEqual(estate.subscriptions.map(({ id }) => id).sort());
    const regions = read.checks['hosting-regions'].parameters;
    expect(regions).toEqual({
      allowed: ['westeurope', 'northeurope'],
      pairedRegions: { westeurope: 'northeurope', northeurope: 'westeurope' },
    });
    const { expected } = read.checks['hosting-inventory'].parameters;
    expect(expected).toContain('Microsoft.Storage/storageAccounts');
    expect(expected).not.toContain('Microsoft.Sql/servers/databases');
    expect(proposed.text).toMatch(
      /# - Microsoft\.Sql\/servers\/databases +# 10 resources in shopstoresync-production, shopstoresync-staging/,
    );
  });

  it('keeps the words of the packaged settings, and proposes what looks at every check that they name', async () => {
    const packaged = await readFile(new URL('../../config/claimwatch.yaml', import.meta.url), 'utf8');
    const own = new Set(proposed.text.split('\n'));
    const lost = packaged.split('\n').filter((line) => !own.has(line));
    expect(lost.length).toBeLessThan(15);
    const sections = z.object({ looks: z.looseObject({}), checks: z.looseObject({}) });
    const [before, after] = [sections.parse(parse(packaged)), sections.parse(parse(proposed.text))];
    expect(after.looks).toEqual(before.looks);
    expect(Object.keys(after.checks)).toEqual(Object.keys(before.checks));
  });

  it('lists the endpoints that were found in a comment, since they are looked at by themselves', () => {
    expect(proposed.text).toContain('\n#   www.shopstoresync.example\n');
    expect(parse(proposed.text)).toMatchObject({ endpoints: [] });
  });

  it('holds no token and no secret', async () => {
    const texts = await textsIn(proposed.folder);
    expect(texts).not.toContain(azure.identityHeader);
    expect(texts).not.toContain(azure.clientSecret);
    const tokens = await az.givenTokens();
    expect(tokens.length).toBeGreaterThan(0);
    for (const token of tokens) expect(texts + proposed.ended.output).not.toContain(token);
  });

  it('passes config check', async () => {
    const { code, output, errors } = await runAs(az, 'config', 'check', '--config', proposed.folder);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('mode observe');
    expect(output).not.toContain('No endpoint is configured');
  });

  it('is what check and azure permissions run with', async () => {
    const { code, output } = await runAs(az, 'check', 'hosting-regions', '--config', proposed.folder);
    expect([code, output]).toEqual([0, expect.stringMatching(/hosting-regions +✓ pass \d+/)]);
    const rights = await runAs(az, 'azure', 'permissions', '--config', proposed.folder);
    expect([rights.code, rights.output]).toEqual([0, expect.stringContaining('nothing is missing')]);
  });

  it('brings Azure’s own addresses and the least role for these subscriptions', async () => {
    const tags = await readFile(join(proposed.folder, 'azure/service-tags.json'), 'utf8');
    expect(tags).toContain('198.51.100.0/24');
    const role = z
      .object({ AssignableScopes: z.array(z.string()), Actions: z.array(z.string()) })
      .parse(JSON.parse(await readFile(join(proposed.folder, 'azure/role.json'), 'utf8')));
    const least = JSON.parse(await readFile(rolePath, 'utf8')) as RoleDefinition;
    expect(role.Actions).toEqual(least.Actions);
    expect(role.AssignableScopes).toContain(`/subscriptions/${production}`);
  });
});

describe('files that are there', () => {
  it('are not written over, and nothing is looked at first', async () => {
    const before = azure.requests.recent().length;
    const { code, errors } = await runAs(az, 'init', '--output', proposed.folder);
    expect([code, errors]).toEqual([3, expect.stringMatching(/claimwatch\.yaml is there already; .*--output.*--force/)]);
    expect(azure.requests.recent().length).toBe(before);
    expect(await readFile(join(proposed.folder, 'claimwatch.yaml'), 'utf8')).toBe(proposed.text);
  });

  it('are written over with --force, but never what people wrote', async () => {
    const own = await newFolder();
    expect((await runAs(az, 'init', '--config', own)).code).toBe(0);
    await writeFile(join(own, 'claimwatch.yaml'), 'mine\n');
    await writeFile(join(own, 'waivers.yaml'), 'waivers: [] # mine\n');
    const { code, output } = await runAs(az, 'init', '--force', '--config', own, '--subscription', production.toUpperCase());
    expect([code, output]).toEqual([0, expect.stringContaining('kept as they are: claims.yaml, waivers.yaml')]);
    expect(await readFile(join(own, 'waivers.yaml'), 'utf8')).toBe('waivers: [] # mine\n');
    expect(readSettings(await readFile(join(own, 'claimwatch.yaml'), 'utf8')).azure.subscriptions).toEqual([production]);
  });

  it('are refused where the folder is a file', async () => {
    const { code, errors } = await runAs(az, 'init', '--output', join(folder, 'ca.pem'));
    expect([code, errors]).toEqual([3, expect.stringContaining('is a file')]);
  });
});

describe('what cannot be seen', () => {
  it('is told with exit code 2, and nothing is said to be missing that nobody could list', async () => {
    const role = JSON.parse(await readFile(rolePath, 'utf8')) as RoleDefinition;
    azure.setRole({ ...role, Actions: role.Actions.filter((action) => action !== 'Microsoft.Storage/storageAccounts/read') });
    onTestFinished(() => azure.setRole(null));
    const own = await newFolder();
    const { code, output } = await runAs(az, 'init', '--output', own);
    expect(code).toBe(2);
    expect(output).toMatch(/Could not be seen, so nothing is proposed of it[\s\S]+Microsoft\.Storage\/storageAccounts\/read/);
    const text = await readFile(join(own, 'claimwatch.yaml'), 'utf8');
    expect(text).toContain('Not everything could be seen');
    expect(text).toMatch(/# {3}denied: the identity may not Microsoft\.Storage\/storageAccounts\/read in shopstoresync-production, /);
    const storage = text.slice(text.indexOf('\n  encryption-storage:'), text.indexOf('\n  encryption-disks:'));
    expect(storage).toContain('could not be seen everywhere');
    expect(storage).not.toContain('noneExpected');
    expect((await runAs(az, 'config', 'check', '--config', own)).code).toBe(0);
  });

  it('leaves out the addresses of Azure where the identity may not read them', async () => {
    azure.setRole({ ...everything, NotActions: ['Microsoft.Network/locations/serviceTags/read'] });
    onTestFinished(() => azure.setRole(null));
    const own = await newFolder();
    await runAs(az, 'init', '--output', own);
    const text = await readFile(join(own, 'claimwatch.yaml'), 'utf8');
    expect(text).toMatch(/Could not be fetched \(denied\)/);
    expect(readSettings(text).azure.serviceTags).toBeUndefined();
    expect((await runAs(az, 'config', 'check', '--config', own)).code).toBe(0);
  });
});

describe('what is not there', () => {
  it('can be signed for where the look was complete', async () => {
    const ids = [...estate.all()]
      .filter(({ type }) => /recoveryServices\/vaults|dataProtection\/backupVaults/i.test(type))
      .map(({ id }) => id);
    const without = await openEstate();
    for (const id of ids) without.remove(id);
    const authority = await makeAuthority();
    const small = await startPretendAzure({ estate: without, authority });
    const smallAz = await makeStandInAz(small);
    onTestFinished(() => Promise.all([small.close(), smallAz.remove()]).then(() => undefined));
    const own = await newFolder();
    await writeFile(join(folder, 'small.pem'), authority.certificatePem);
    const environment = { ...smallAz.environment, NODE_EXTRA_CA_CERTS: join(folder, 'small.pem') };
    expect((await runProgramWith({ environment }, 'init', '--output', own)).code).toBe(0);
    const text = await readFile(join(own, 'claimwatch.yaml'), 'utf8');
    expect(text).toMatch(
      / {2}backup-vaults:\n {4}maxAge: 50m\n {4}# nothing found; sign to make it not applicable\n {4}# noneExpected: \{ by: "<your name>", on: \d{4}-\d\d-\d\d \}\n/,
    );
    const signed = text.replaceAll('# noneExpected: { by: "<your name>"', 'noneExpected: { by: "Jane Doe"');
    await writeFile(join(own, 'claimwatch.yaml'), signed);
    expect((await runProgramWith({ environment }, 'config', 'check', '--config', own)).code).toBe(0);
  });
});

describe('who looks', () => {
  it('is told what to do where the Azure command line is missing', async () => {
    const nowhere = { environment: { PATH: '/nowhere' } };
    const [init, check] = await Promise.all([
      runAs(nowhere, 'init', '--output', await newFolder()),
      runAs(nowhere, 'check', '--azure-cli'),
    ]);
    const said = expect.stringMatching(/"az" is not on the PATH; install it, and run "az login"\n$/);
    expect([init.code, init.errors, check.code, check.errors]).toEqual([3, said, 3, said]);
  });

  it('is told to log in where nobody is', async () => {
    const nobody = await makeStandInAz(azure, { isLoggedIn: false });
    onTestFinished(() => nobody.remove());
    const own = await newFolder();
    const [init, check] = await Promise.all([runAs(nobody, 'init', '--output', own), runAs(nobody, 'check', '--azure-cli')]);
    const said = expect.stringContaining('az login');
    expect([init.code, init.errors, check.code, check.errors]).toEqual([3, said, 3, said]);
    await expect(readdir(own)).rejects.toThrow('ENOENT');
  });

  it('is told that it cannot see a subscription', async () => {
    const other = '99999999-9999-4999-8999-999999999999';
    const words = ['--azure-cli', '--subscription', other];
    const [init, check] = await Promise.all([runAs(az, 'init', ...words, '--output', await newFolder()), runAs(az, 'check', ...words)]);
    const said = expect.stringMatching(/^--subscription 99999999-\S+: who is logged in cannot see it; "az account list" shows/);
    expect([init.code, init.errors, check.code, check.errors]).toEqual([3, said, 3, said]);
  });

  it('is a secret in a file, which is named and not shown', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, azure.clientSecret);
    const own = await newFolder();
    const { origin, tenantId, clientId } = azure;
    const ids = ['--identity', 'client-secret', '--tenant-id', tenantId, '--client-id', clientId, '--secret-file', file];
    const place = ['--cloud', `${origin},${origin}`, '--certificate-authority', join(folder, 'ca.pem')];
    const { code, output } = await runProgramWith(
      { environment: { PATH: '/nowhere' } },
      'init',
      ...ids,
      ...place,
      '--output',
      own,
      '--json',
    );
    expect(code).toBe(0);
    expect(z.object({ whole: z.boolean(), resources: z.number() }).parse(JSON.parse(output)).whole).toBe(true);
    expect(await textsIn(own)).not.toContain(azure.clientSecret);
    expect(await textsIn(own)).toContain(file);
    const checked = await runProgramWith({}, 'check', 'security-defender-plans', '--config', own);
    expect([checked.code, checked.output]).toEqual([0, expect.stringContaining('✓ pass 3')]);
  });

  it('is the managed identity of the host, and no one else', async () => {
    const environment = { PATH: '/nowhere', IDENTITY_ENDPOINT: azure.identityEndpoint, IDENTITY_HEADER: azure.identityHeader };
    const place = ['--cloud', `${azure.origin},${azure.origin}`, '--certificate-authority', join(folder, 'ca.pem')];
    const own = await newFolder();
    const { code, errors } = await runProgramWith({ environment }, 'init', '--identity', 'managed-identity', ...place, '--output', own);
    expect([code, errors]).toEqual([0, '']);
    expect(readSettings(await readFile(join(own, 'claimwatch.yaml'), 'utf8')).azure.identity).toEqual({ kind: 'managed-identity' });
    expect(await textsIn(own)).not.toContain(azure.identityHeader);
  });

  it.each([
    [['--identity', 'nobody'], /azure\.identity/],
    [
      ['--identity', 'client-secret', '--secret-file', '/nowhere/secret'],
      /--secret-file \/nowhere\/secret: the file cannot be read \(ENOENT\)/,
    ],
    [['--identity', 'managed-identity', '--client-id', 'x'], /azure\.identity\.clientId: expected the client id/],
    [['--identity', 'managed-identity', '--cloud', 'moon'], /azure\.cloud: expected public, government, china/],
    [['--azure-cli', '--identity', 'managed-identity'], /use either --azure-cli or --identity/],
  ])('%j is refused in words', async (words, said) => {
    const { code, errors } = await runAs(az, 'init', ...words, '--output', await newFolder());
    expect([code, errors]).toEqual([3, expect.stringMatching(said)]);
  });
});

it('writes nothing where it is stopped in the middle', async () => {
  const authority = await makeAuthority();
  const slow = await startPretendAzure({ estate, authority, latencyMs: 2_000 });
  const own = await makeStandInAz(slow);
  onTestFinished(() => Promise.all([slow.close(), own.remove()]).then(() => undefined));
  await writeFile(join(folder, 'slow.pem'), authority.certificatePem);
  const target = await newFolder();
  const child = spawn(process.execPath, ['src/main.ts', 'init', '--output', target], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...own.environment, NODE_EXTRA_CA_CERTS: join(folder, 'slow.pem') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'exit'), textOf(child.stderr)]);
  await until('a question to Azure', async () => slow.requests.recent().find(({ path }) => path === '/subscriptions') ?? null);
  child.kill('SIGINT');
  const [[code], errors] = await ended;
  expect([code, errors]).toEqual([3, 'stopped before Azure had answered; nothing was written\n']);
  await expect(readdir(target)).rejects.toThrow('ENOENT');
});

describe('check --azure-cli', () => {
  it('answers for a whole estate without configuration, within a minute', async () => {
    const nameless = await openEstate();
    const names = [...nameless.all()].filter(({ type }) => namesEndpoints.test(type));
    for (const { id } of names) nameless.remove(id);
    const authority = await makeAuthority();
    const silent = await startPretendAzure({ estate: nameless, authority });
    const own = await makeStandInAz(silent);
    onTestFinished(() => Promise.all([silent.close(), own.remove()]).then(() => undefined));
    await writeFile(join(folder, 'silent.pem'), authority.certificatePem);
    const environment = { ...own.environment, NODE_EXTRA_CA_CERTS: join(folder, 'silent.pem') };
    const { code, output, errors, seconds } = await runProgramWith({ environment }, 'check', '--azure-cli');
    // Without the networks that name endpoints its servers stand in none of ours; that was asked at the origin.
    expect([code, errors]).toEqual([1, '']);
    expect(output).toMatch(/network-servers +✗ fail 2/);
    expect(output).toMatch(/disclosure-anonymous-storage +✓ pass 14/);
    expect(output).toMatch(/^encrypted-at-rest /m);
    expect(output).toMatch(/\d+ of 28 claims are checked/);
    expect(seconds).toBeLessThan(60);
  });
});

/** Nobody here answers for public names, so that estate has none. */
const namesEndpoints = /^microsoft\.(network|cdn|web|apimanagement|app)\//i;
