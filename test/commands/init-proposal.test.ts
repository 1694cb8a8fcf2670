import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createSurveyor } from '../../src/commands/estate-survey.ts';
import { proposalToJson, showProposal } from '../../src/commands/init-report.ts';
import { leastRole } from '../../src/commands/least-role.ts';
import type { Proposal } from '../../src/commands/proposal.ts';
import { proposeSettings } from '../../src/commands/proposed-settings.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import type { WrittenType } from '../../src/config/resource-types.ts';
import type { Fault } from '../../src/domain/fault.ts';
import type { Json } from '../../src/domain/json.ts';
import type { Observation } from '../../src/domain/look.ts';
import { resourceFromId, subscriptionResource } from '../../src/domain/resource-id.ts';
import { azureSettingsSchema } from '../../src/sources/azure/azure-settings.ts';

const packaged = await readFile(new URL('../../config/claimwatch.yaml', import.meta.url), 'utf8');
const { checks } = await openRooms();

const [shop, lab] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const storage = 'microsoft.storage/storageaccounts';
const vaults = 'microsoft.recoveryservices/vaults';
const backupVaults = 'microsoft.dataprotection/backupvaults';
const denied: Fault = { code: 'denied', message: 'no', about: 'Microsoft.Storage/storageAccounts/read' };

function written(name: string, holds: WrittenType['holds']): readonly [string, WrittenType] {
  return [name.toLowerCase(), { name, holds, apiVersion: '2024-01-01', table: 'resources' }];
}
const sorting = new Map([
  written('Microsoft.Storage/storageAccounts', ['data']),
  written('Microsoft.Sql/servers/databases', ['data']),
  written('Microsoft.Network/virtualNetworks', []),
]);

function row(type: string, location: string, more: { readonly [name: string]: Json } = {}, subscription = shop): Observation {
  const subject = resourceFromId(`/subscriptions/${subscription}/resourcegroups/rg/providers/${type}/${JSON.stringify(more).length}`);
  if (subject === null) throw new Error(`${type} gives no id`);
  return { subject, seen: { resource: { fact: { location, ...more } } } };
}

function scope(subscription: string, seen: Observation['seen']): Observation {
  return { subject: subscriptionResource(subscription), seen };
}

const census = (types: { readonly [type: string]: number }): Observation['seen'] => ({
  census: { fact: { types: Object.entries(types).map(([type, resources]) => ({ type, resources })) } },
});
const list = (type: string, listed: number | Fault): Observation['seen'] => ({
  [`list:${type}`]: typeof listed === 'number' ? { fact: { listed } } : { fault: listed },
});
function endpoint(host: string): Observation {
  const subject = { kind: 'endpoint', id: `${host}:443`, host, port: 443, httpPort: 80, httpPaths: ['/'] } as const;
  return { subject, seen: { discovered: { fact: { from: [] } } } };
}

function proposalOf(observations: readonly Observation[], changes: Partial<Proposal> = {}): Proposal {
  const surveyor = createSurveyor();
  for (const observation of observations) surveyor.see(observation);
  return {
    settings: azureSettingsSchema.parse({ identity: { kind: 'managed-identity' }, subscriptions: [shop, lab] }),
    subscriptions: [
      { id: lab, name: 'lab', state: 'Warned' },
      { id: shop, name: 'shop', state: 'Enabled' },
    ],
    survey: surveyor.survey(),
    sorting,
    checks,
    serviceTags: { text: '{}', ranges: 3 },
    role: leastRole([], [shop, lab]),
    today: '2026-11-24',
    ...changes,
  };
}

const parameters = z.object({
  checks: z.object({
    'hosting-regions': z.object({
      parameters: z.object({ allowed: z.array(z.string()), pairedRegions: z.record(z.string(), z.string()).default({}) }),
    }),
    'hosting-inventory': z.object({ parameters: z.object({ expected: z.array(z.string()) }) }),
  }),
});
const propose = (observations: readonly Observation[], changes?: Partial<Proposal>) =>
  proposeSettings(packaged, proposalOf(observations, changes));
const regionsOf = (text: string) => parameters.parse(parse(text)).checks['hosting-regions'].parameters;
const expectedOf = (text: string) => parameters.parse(parse(text)).checks['hosting-inventory'].parameters.expected;

describe('regions', () => {
  it('are those where what is judged stands, most resources first', () => {
    const rows = [row(storage, 'North Europe'), row(storage, 'westeurope', { a: 1 }), row(storage, 'West Europe', { a: 22 })];
    const text = propose([...rows, row('microsoft.network/virtualnetworks', 'eastus')]);
    expect(regionsOf(text).allowed).toEqual(['westeurope', 'northeurope']);
    expect(text).toMatch(/- westeurope +# 2 resources\n +- northeurope +# 1 resource\n/);
  });

  it('that hold nothing but copies are for a person to allow', () => {
    const text = propose([row(storage, 'westeurope', { properties: { secondaryLocation: 'North Europe' } })]);
    expect(regionsOf(text)).toEqual({ allowed: ['westeurope'], pairedRegions: { westeurope: 'northeurope' } });
    expect(text).toMatch(/Only copies of data lie here.*\n +# - northeurope +# 1 copy\n/);
  });

  it('that hold resources and copies are proposed once', () => {
    const copied = row(storage, 'westeurope', { properties: { secondaryLocation: 'northeurope' } });
    const text = propose([copied, row(storage, 'northeurope')]);
    expect(regionsOf(text).allowed).toEqual(['northeurope', 'westeurope']);
    expect(text).not.toContain('Only copies');
  });

  it('are not paired where rows disagree', () => {
    const second = (secondaryLocation: string) => row(storage, 'westeurope', { properties: { secondaryLocation } });
    const text = propose([second('northeurope'), second('francecentral')]);
    expect(regionsOf(text).pairedRegions).toEqual({});
    expect(text).toContain('# westeurope: rows name northeurope and francecentral');
  });

  it('whose pair nobody names are told', () => {
    const properties = { redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant' } };
    const text = propose([row(vaults, 'swedencentral', { properties })]);
    expect(regionsOf(text).pairedRegions).toEqual({});
    expect(text).toContain('# swedencentral: ?   # 1 geo-redundant copy, and no row says where');
  });

  it('of everywhere are allowed by a person only, and only where data stand in them', () => {
    const text = propose([row(storage, 'global'), row('microsoft.cdn/profiles', 'Global')]);
    expect(regionsOf(text).allowed).toEqual([]);
    expect(text).toMatch(/# - global +# Microsoft\.Storage\/storageAccounts 1: can hold data/);
    expect(text).not.toContain('cdn');
  });

  it('that are no names are never proposed', () => {
    const text = propose([row(storage, '${env:HOME}'), row(storage, 'a: b\n- c')]);
    expect(regionsOf(text).allowed).toEqual([]);
    expect(text).toContain('is no name of a region');
  });
});

describe('what is expected', () => {
  const both = (first: { readonly [type: string]: number }, second: { readonly [type: string]: number }) =>
    propose([scope(shop, census(first)), scope(lab, census(second))]);

  it.each([
    ['every subscription holds it', { [storage]: 1 }, { [storage]: 3 }, ['Microsoft.Storage/storageAccounts']],
    ['one holds none', { [storage]: 1 }, { [storage]: 0 }, []],
    ['one does not name it', { [storage]: 1 }, {}, []],
    ['it holds no data', { 'microsoft.network/virtualnetworks': 1 }, { 'microsoft.network/virtualnetworks': 1 }, []],
    ['nobody sorted it', { 'vendor.odd/things': 1 }, { 'vendor.odd/things': 1 }, []],
  ])('where %s', (_where, first, second, expected) => {
    expect(expectedOf(both(first, second))).toEqual(expected);
  });

  it('is nothing where a subscription could not be counted', () => {
    const text = propose([scope(shop, census({ [storage]: 1 })), scope(lab, { census: { fault: denied } })]);
    expect(expectedOf(text)).toEqual([]);
    expect(text).toContain('# Not counted, so nothing is proposed for all: lab.');
    expect(text).toMatch(new RegExp(`- ${lab} +# lab, Warned, could not be counted`));
    expect(text).toContain('after one look at 2 subscriptions. Read it');
  });
});

describe('what is not there', () => {
  const sign =
    /backup-vaults:\n {4}maxAge: 50m\n {4}# nothing found; sign to make it not applicable\n {4}# noneExpected: .*2026-11-24 \}\n/;
  const unseen = /backup-vaults:\n {4}maxAge: 50m\n {4}# could not be seen everywhere, so nobody can say that there is none\n/;
  const inBoth = (first: number | Fault, second: number | Fault) => [
    scope(shop, { ...list(vaults, first), ...list(backupVaults, 0) }),
    scope(lab, { ...list(vaults, second), ...list(backupVaults, 0) }),
  ];

  it.each([
    ['nothing in all lists can be signed for', inBoth(0, 0), sign],
    ['one resource leaves the check as it was', inBoth(0, 1), / {2}backup-vaults: \{ maxAge: 50m \}\n/],
    ['one list that is not complete says nothing', inBoth(0, denied), unseen],
    ['a type that was never listed says nothing', [scope(shop, list(vaults, 0))], unseen],
    ['no list says nothing', [], unseen],
  ])('%s', (_what, observations, said) => {
    expect(propose(observations)).toMatch(said);
  });

  it('is never said of endpoints', () => {
    expect(propose([])).toMatch(/ {2}tls-versions: \{ maxAge: 5m \}\n/);
  });
});

test.each([
  [0, 'None was found in Azure', null],
  [1, '#   h000.example\n', null],
  [50, '#   h049.example\n', 'more\nendpoints'],
  [51, '#   and 1 more\nendpoints: []', 'h050.example'],
])('%i endpoints are listed up to fifty', (number, said, unsaid) => {
  const hosts = Array.from({ length: number }, (_, index) => endpoint(`h${String(index).padStart(3, '0')}.example`));
  const text = propose(hosts);
  expect(text).toContain(said);
  if (unsaid !== null) expect(text).not.toContain(unsaid);
});

describe('the section azure', () => {
  const azure = z.object({ azure: z.looseObject({}) });
  const azureOf = (text: string) => azure.parse(parse(text)).azure;

  it('names no cloud where it is the public one, and what else was given', () => {
    expect(azureOf(propose([]))).toEqual({
      identity: { kind: 'managed-identity' },
      subscriptions: [lab, shop],
      endpoints: { port: 443, httpPort: 80 },
      serviceTags: 'azure/service-tags.json',
    });
    const identity = { kind: 'client-secret', tenantId: 'a.example', clientId: shop, secretFile: '/run/a b' };
    const settings = azureSettingsSchema.parse({ cloud: 'china', identity, subscriptions: [shop], certificateAuthority: '/run/ca.pem' });
    expect(azureOf(propose([], { settings }))).toMatchObject({ cloud: 'china', identity, certificateAuthority: '/run/ca.pem' });
  });

  it('says of one cause once where it blinds', () => {
    const text = propose([scope(shop, list(storage, denied)), scope(lab, { ...list(storage, denied), ...list(vaults, denied) })]);
    expect(text.split('Microsoft.Storage/storageAccounts/read')).toHaveLength(2);
    expect(text).toContain(
      '#   denied: the identity may not Microsoft.Storage/storageAccounts/read in lab, shop (microsoft.recoveryservices/vaults, microsoft.storage/storageaccounts)',
    );
  });

  it('names the types that nobody sorted', () => {
    expect(propose([scope(shop, census({ 'vendor.odd/things': 2 }))])).toMatch(/# {3}vendor\.odd\/things +# 2 resources\n/);
  });

  it('leaves addresses of Azure out where they could not be fetched', () => {
    const text = propose([], { serviceTags: { fault: { code: 'timeout', message: 'no answer' } } });
    expect(azureOf(text)['serviceTags']).toBeUndefined();
    expect(text).toContain('Could not be fetched (timeout)');
  });
});

test('no text from outside leaves its comment, or reaches a terminal raw', () => {
  const wicked = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\n', '\r', '\u0085', '\u2028', '\u001b[2J', 'a\nmode: active', '# x', '${file:/etc/passwd}', 'x'.repeat(5_000)),
  );
  const tame = regionsOf(propose([]));
  fc.assert(
    fc.property(wicked, wicked, wicked, wicked, (name, type, message, host) => {
      const observations = [
        scope(shop, { ...census({ [`vendor/${type}`]: 1 }), ...list(`vendor/${type}`, { code: 'malformed', message }) }),
        endpoint(`a${host}`),
        row(storage, `!${name}`),
      ];
      const proposal = proposalOf(observations, { subscriptions: [{ id: shop, name, state: type }] });
      const text = proposeSettings(packaged, proposal);
      const read = z.looseObject({ mode: z.string(), azure: z.looseObject({}) }).parse(parse(text));
      expect([read.mode, read.azure['subscriptions'], regionsOf(text)]).toEqual(['observe', [shop], tame]);
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029]/u);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(2_500);
      const files = { folder: '/tmp/a', written: ['claimwatch.yaml'], kept: [] };
      expect(showProposal(proposal, files, { coloured: false, columns: 100 })).not.toMatch(/[^\P{Cc}\n\t]/u);
      expect(proposalToJson(proposal, files)).toMatchObject({ whole: false });
    }),
  );
});
