import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { openEstate } from '../../sandbox/azure/estate.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { rolePath } from '../../scripts/build-role.ts';
import type { RoleDefinition } from '../../src/commands/least-role.ts';
import { runProgram } from '../support/check-command.ts';

const role = JSON.parse(await readFile(rolePath, 'utf8')) as RoleDefinition;
const estate = await openEstate();
const [first = '', second = ''] = estate.subscriptions.map(({ id }) => id);
const config = fileURLToPath(new URL('../../config/', import.meta.url));
const without = (action: string): RoleDefinition => ({ ...role, Actions: role.Actions.filter((one) => one !== action) });

let folder: string;
let azure: PretendAzure;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimwatch-permissions-'));
  const authority = await makeAuthority();
  azure = await startPretendAzure({ estate, authority });
  await cp(join(config, 'claims.yaml'), join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(join(folder, 'ca.pem'), authority.certificatePem);
  await writeFile(join(folder, 'secret'), azure.clientSecret);
  const { origin: resourceManager, authorityHost, scope, tenantId, clientId } = azure;
  const settings = {
    azure: {
      cloud: { resourceManager, authority: authorityHost, scope },
      identity: { kind: 'client-secret', tenantId, clientId, secretFile: 'secret' },
      subscriptions: [first, second],
      certificateAuthority: 'ca.pem',
    },
    looks: { azure: { source: 'azure', schedule: '*/15 * * * *' } },
    checks: { 'encryption-disks': { maxAge: '50m' }, 'encryption-storage': { maxAge: '50m' }, 'backup-storage': { maxAge: '50m' } },
  };
  await writeFile(join(folder, 'claimwatch.yaml'), stringify(settings));
});

afterAll(async () => {
  await azure.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  azure.setRole(role);
  azure.showSubscription(second);
  azure.faults.set(null);
});

const ask = (...words: readonly string[]) => runProgram('azure', 'permissions', '--config', folder, ...words);

it('nothing is missing', async () => {
  const { code, output, errors } = await ask();
  expect([code, errors]).toEqual([0, '']);
  expect(output).toBe([first, second].map((id) => `Subscription ${id}\n  ✓ nothing is missing\n`).join('\n'));
});

describe('a missing action', () => {
  const action = 'Microsoft.Storage/storageAccounts/read';

  test('is named with the checks that it blinds, and how to mend it', async () => {
    azure.setRole(without(action));
    const { code, output } = await ask();
    expect(code).toBe(1);
    expect(output).toContain(`  ✗ 1 action is missing\n\n  ${action}\n    unknown:  backup-storage, encryption-storage\n`);
    expect(output).not.toContain('encryption-disks');
    expect(output).toContain('az role definition create --role-definition claimwatch-role.json');
    for (const id of [first, second]) expect(output).toContain(`--scope "/subscriptions/${id}"`);
    expect(output).not.toContain(azure.clientSecret);
  });

  test('stands in the role that is to be defined, which reads as JSON', async () => {
    azure.setRole(without(action));
    const [, text = ''] = /<<'END'\n([\s\S]*?)\nEND\n/.exec((await ask()).output) ?? [];
    const proposed = JSON.parse(text) as RoleDefinition;
    expect(proposed.Actions).toContain(action);
    expect(proposed.AssignableScopes).toEqual([`/subscriptions/${first}`, `/subscriptions/${second}`]);
    azure.setRole(proposed);
    expect((await ask()).code).toBe(0);
  });

  test('of no check says what does not work', async () => {
    azure.setRole(without('Microsoft.ResourceGraph/resourceChanges/read'));
    const { code, output } = await ask();
    expect(code).toBe(1);
    expect(output).toContain('does not work:  alerts say who changed it');
  });

  test('is plain data with --json', async () => {
    azure.setRole(without(action));
    const { code, output } = await ask('--json');
    const { exitCode, subscriptions } = JSON.parse(output);
    expect([code, exitCode]).toEqual([1, 1]);
    const expected = { missing: [{ action, checks: ['backup-storage', 'encryption-storage'], uses: [] }], dangers: [] };
    expect(subscriptions).toEqual([first, second].map((subscription) => ({ subscription, ...expected })));
  });
});

test.each([
  ['everything', ['*'], []],
  ['writing', ['*/read', 'Microsoft.Compute/virtualMachines/write'], []],
  ['keys', ['*/read', 'Microsoft.Storage/storageAccounts/listKeys/action'], []],
])('what is allowed and never needed is warned of: %s', async (_what, Actions, NotActions) => {
  azure.setRole({ Actions, NotActions });
  const { code, output } = await ask();
  expect(code).toBe(0);
  expect(output).toContain('! the identity is allowed what claimwatch never does; take it away:');
  expect(output).toContain(`    ${Actions.at(-1)}\n`);
});

test.each([
  ['the subscription is hidden', true, () => azure.hideSubscription(second)],
  ['its own rights may not be read', false, () => azure.setRole(without('Microsoft.Authorization/permissions/read'))],
  ['Azure answers with something else', false, () => azure.faults.set({ name: 'html', api: 'arm', path: new RegExp(second) })],
])('exit code 2 with the fault where %s', async (_what, isHidden, break_) => {
  break_();
  const { code, output } = await ask();
  expect(code).toBe(2);
  const [, own = ''] = output.split(`Subscription ${second}\n`);
  expect(own).toMatch(/^ {2}\? could not ask \((denied|malformed)\): \S/m);
  expect(own.startsWith('  ✗ cannot be seen at all')).toBe(isHidden);
});

it('without a section azure there is nothing to ask', async () => {
  const { code, errors } = await runProgram('azure', 'permissions');
  expect([code, errors]).toEqual([
    3,
    'no "azure" is configured in claimwatch.yaml; name the folder with --config, or let "claimwatch init" propose one\n',
  ]);
});
