import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { group, idOf, network, networkInterface, publicAddress, row, rule } from '../network/estate-rows.ts';
import { askProgram, makeNetworkState } from '../support/network-state.ts';

const place = network([{ group: 'web' }]);
const web = group('web', [rule({ name: 'https', port: '443' }), rule({ name: 'office', from: '203.0.113.0/24', priority: 110 })]);
const nic = networkInterface({ name: 'web-nic', publicAddress: 'web-ip', machine: 'web-1' });
const other = networkInterface({ name: 'db-nic', address: '10.0.0.5' });
const rows = [place, web, nic, other, publicAddress('web-ip', '198.51.100.7')];
const nicId = nic.id.toLowerCase();
const openToAll = [place, group('web', [rule({ name: 'https', port: '443' }), rule({ priority: 110 })]), ...rows.slice(2)];

/** Read by many tests, written by none. */
let shared = '';
beforeAll(async () => {
  let remove = (): Promise<void> => Promise.resolve();
  shared = await makeNetworkState([{ rows }], '', (removeFolder) => {
    remove = removeFolder;
  });
  return () => remove();
});

describe('network explain', () => {
  it('tells the verdict, the way and the chain of rules', async () => {
    const { code, output, errors } = await askProgram(shared, 'network', 'explain', 'web-1', '--port', '22');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toBe(`allowed: somebody on the Internet can reach Tcp 22 of virtualmachines/web-1
  asked about  ${idOf('virtualMachines', 'web-1', 'rg', 'Microsoft.Compute').toLowerCase()}
  data as of   2026-11-24T08:00:00.000Z (30 min ago)

networkinterfaces/web-nic, machine virtualmachines/web-1, 10.0.0.4
  through publicipaddresses/web-ip at 198.51.100.7 to 10.0.0.4
    allowed  Tcp 22 from 203.0.113.0/24
        subnet     Allow  web/office (priority 110)
        interface  -      no network security group on the network interface
    denied  Tcp 22 from everybody else
        subnet  Deny  web/DenyAllInBound (priority 65500)
`);
  });

  it.each<readonly [string, readonly string[], number, string]>([
    ['by its id, in any casing', [nic.id, '--port', '443'], 0, 'allowed: somebody on the Internet can reach Tcp 443 of'],
    ['by the end of its id', ['networkInterfaces/web-nic', '--port', '443'], 0, 'allowed: somebody'],
    [
      'by its private address',
      ['10.0.0.4', '--port', '80'],
      0,
      'denied: nobody on the Internet can reach Tcp 80 of networkinterfaces/web-nic',
    ],
    [
      'by its public address',
      ['198.51.100.7', '--port', '443'],
      0,
      'allowed: somebody on the Internet can reach Tcp 443 of publicipaddresses/web-ip',
    ],
    [
      'by a public address, closed',
      ['198.51.100.7', '--port', '80'],
      0,
      'denied: nobody on the Internet can reach Tcp 80 of publicipaddresses/web-ip',
    ],
    [
      'by the name of the public address',
      ['web-ip', '--port', '22', '--from', '203.0.113.9'],
      0,
      'allowed: 203.0.113.9 can reach Tcp 22 of',
    ],
    ['from the next address', ['web-ip', '--port', '22', '--from', '203.0.114.0'], 0, 'denied: 203.0.114.0 cannot reach Tcp 22 of'],
    ['from its own network', ['web-nic', '--port', '5432', '--from', '10.0.0.5'], 0, 'allowed: 10.0.0.5 can reach Tcp 5432 of'],
    ['over another protocol', ['web-nic', '--port', '443', '--protocol', 'udp'], 0, 'denied: nobody on the Internet can reach Udp 443 of'],
    ['all that is open', ['web-nic'], 0, 'allowed: somebody on the Internet can reach something of networkinterfaces/web-nic'],
    [
      'nothing that is open, and a rule without a way',
      ['db-nic'],
      0,
      'denied: nobody on the Internet can reach anything of networkinterfaces/db-nic',
    ],
  ])('%s', async (_what, words, code, said) => {
    const ended = await askProgram(shared, 'network', 'explain', ...words);
    expect([ended.code, ended.errors, ended.output.split('\n')[0]]).toEqual([code, '', expect.stringContaining(said)]);
  });

  it.each<readonly [string, readonly string[], string]>([
    ['nothing of that name', ['web-nik'], 'nothing in the network is called "web-nik"; did you mean "web-nic"?\n'],
    ['an address that is nowhere', ['192.0.2.1'], 'nothing that was seen in the network has the address 192.0.2.1\n'],
    ['no port', ['web-nic', '--port', '65536'], '--port 65536: expected a number from 0 to 65535\n'],
    ['no address', ['web-nic', '--from', '10.0.0.256'], '--from 10.0.0.256: expected an address, 203.0.113.7\n'],
    ['no protocol', ['web-nic', '--protocol', 'gre'], "error: option '--protocol <protocol>' argument 'gre' is invalid."],
  ])('%s is refused', async (_what, words, said) => {
    const { code, output, errors } = await askProgram(shared, 'network', 'explain', ...words);
    expect([code, output]).toEqual([3, '']);
    expect(errors).toContain(said);
  });

  it('a name that several have is refused, with all of them', async () => {
    const twin = { ...other, id: idOf('networkInterfaces', 'web-nic', 'rg2') };
    const { code, errors } = await askProgram(await makeNetworkState([{ rows: [...rows, twin] }]), 'network', 'explain', 'web-nic');
    expect(code).toBe(3);
    expect(errors).toBe(`"web-nic" stands for 2 things; name one of them:\n  ${nicId}\n  ${twin.id.toLowerCase()}\n`);
  });

  it.each<readonly [string, Parameters<typeof makeNetworkState>[0][number], readonly string[], string]>([
    [
      'a group that could not be read',
      { rows: rows.filter((one) => one !== web), unread: [web.id.toLowerCase()] },
      ['web-nic', '--port', '22'],
      'not allowed',
    ],
    [
      'an interface that could not be read',
      { rows: rows.filter((one) => one !== nic), unread: [nicId] },
      ['web-nic', '--port', '22'],
      'its row cannot be read',
    ],
    [
      'behind a public address, where an interface could not be read',
      { rows: rows.filter((one) => one !== nic), unread: [nicId] },
      ['198.51.100.7', '--port', '22'],
      'more may be concerned',
    ],
    [
      'a public address that could not be read',
      { rows: rows.slice(0, 4), unread: [idOf('publicIPAddresses', 'web-ip').toLowerCase()] },
      ['web-ip', '--port', '80'],
      'the row of the public address cannot be read',
    ],
    [
      'a machine without an interface that was seen',
      { rows: [...rows, row('virtualMachines', 'lonely', {})] },
      ['lonely', '--port', '22'],
      'no interface of it was seen',
    ],
    [
      'an interface whose row does not say where it stands',
      { rows: [...rows.filter((one) => one !== other), networkInterface({ name: 'db-nic', configuration: { subnet: null } })] },
      ['db-nic', '--port', '22'],
      'names no subnet',
    ],
    [
      'a public address, asked from inside',
      { rows },
      ['web-ip', '--port', '22', '--from', '10.0.0.5'],
      'who is inside comes to it in other ways',
    ],
    [
      'balancers that may not all be listed',
      { rows, brokenLists: ['microsoft.network/loadbalancers'] },
      ['db-nic', '--port', '443'],
      'the loadbalancers of subscription',
    ],
  ])('%s is unknown, exit code 2', async (_what, network_, words, said) => {
    const { code, output } = await askProgram(await makeNetworkState([network_]), 'network', 'explain', ...words);
    expect([code, output.split(':')[0]]).toEqual([2, 'unknown']);
    expect(output.replace(/\s+/g, ' ')).toContain(said);
  });

  it('of a balancer, only its ways count', async () => {
    const balancer = idOf('loadBalancers', 'lb');
    const front = { id: `${balancer}/frontendIPConfigurations/front` };
    const natRule = {
      id: `${balancer}/inboundNatRules/ssh`,
      name: 'ssh',
      properties: { frontendIPConfiguration: front, protocol: 'Tcp', frontendPort: 50001, backendPort: 22 },
    };
    const frontend = { ...front, name: 'front', properties: { publicIPAddress: { id: idOf('publicIPAddresses', 'lb-ip') } } };
    const both = networkInterface({
      name: 'web-nic',
      publicAddress: 'web-ip',
      configuration: { loadBalancerInboundNatRules: [{ id: natRule.id }] },
    });
    const folder = await makeNetworkState([
      {
        rows: [
          ...rows.filter((one) => one !== nic),
          both,
          publicAddress('lb-ip', '198.51.100.8'),
          row('loadBalancers', 'lb', { frontendIPConfigurations: [frontend], inboundNatRules: [natRule] }, { sku: { name: 'Standard' } }),
        ],
      },
    ]);
    const ask = async (...words: readonly string[]) => (await askProgram(folder, 'network', 'explain', ...words)).output.split('\n')[0];
    expect(await ask('lb', '--port', '50001')).toMatch(/^allowed: .* Tcp 50001 of loadbalancers\/lb$/);
    expect(await ask('lb', '--port', '443')).toMatch(/^denied: /);
    expect(await ask('lb-ip', '--port', '50001')).toMatch(/^allowed: /);
    expect(await ask('lb-ip', '--port', '443')).toMatch(/^denied: /);
    expect(await ask('web-ip', '--port', '443')).toMatch(/^allowed: /);
    expect(await ask('web-ip', '--port', '50001')).toMatch(/^denied: /);
    expect(await ask('lb', '--port', '50001', '--from', '10.0.0.5')).toMatch(/^unknown: /);
  });

  it('tells programs the same', async () => {
    const { code, output } = await askProgram(
      await makeNetworkState([{ rows }]),
      'network',
      'explain',
      'web-nic',
      '--port',
      '22',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      verdict: 'allowed',
      dataAsOf: '2026-11-24T08:00:00.000Z',
      question: { port: 22, protocol: 'Tcp', from: null },
      interfaces: [
        {
          id: nicId,
          ways: [
            {
              parts: [
                { verdict: 'allowed', sources: ['203.0.113.0/24'], rules: [{ rule: 'office', priority: 110 }, { rule: null }] },
                { verdict: 'denied' },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('network propose', () => {
  it('writes a list that is refused until a person fills it in, and then makes the rest pass', async () => {
    const folder = await makeNetworkState([{ rows: openToAll }]);
    const { code, output } = await askProgram(folder, 'network', 'propose', '--output', 'list.yaml');
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/list\.yaml: 1 entry to sign, 0 entries from the list .* 1 thing not proposed\./),
    ]);
    const list = await readFile(join(folder, 'list.yaml'), 'utf8');
    expect(list).toContain(`#   networkinterfaces/web-nic: Internet to Tcp 22 through publicipaddresses/web-ip at 198.51.100.7\n`);
    const settings = await readFile(join(folder, 'claimwatch.yaml'), 'utf8');
    const placed = settings.replace(/checks:[\s\S]*/, list);
    await writeFile(join(folder, 'claimwatch.yaml'), placed);
    const refused = await askProgram(folder, 'config', 'check');
    expect(refused.code).toBe(3);
    expect(refused.errors).toMatch(/allow\[0\]\.owner.*\n.*allow\[0\]\.reason/);
    await writeFile(
      join(folder, 'claimwatch.yaml'),
      placed.replace('owner: ""', 'owner: "Jane Doe"').replace('reason: ""', 'reason: "the shop"'),
    );
    expect(await askProgram(folder, 'config', 'check')).toMatchObject({ code: 0 });
    const again = await askProgram(folder, 'network', 'propose');
    expect(again.output).toContain('# stands in the list already\n');
    expect(again.output).not.toContain('TODO');
  });

  it('keeps what is there already, and says what nothing uses', async () => {
    const entry = `{ from: [Internet], to: { name: nobody }, ports: "80", protocol: Tcp, owner: Jane Doe, reason: "old: shop" }`;
    const folder = await makeNetworkState([{ rows }], `, parameters: { allow: [${entry}] }`);
    const { output } = await askProgram(folder, 'network', 'propose');
    expect(output).toMatch(
      /nothing comes in by it now: cross it out\?\n +- from: \["Internet"\]\n +to: \{ name: "nobody" \}\n[\s\S]*reason: "old: shop"\n/,
    );
  });

  it('writes over nothing', async () => {
    const folder = await makeNetworkState([{ rows }]);
    const { code, errors } = await askProgram(folder, 'network', 'propose', '--output', 'claims.yaml');
    expect([code, errors]).toEqual([3, expect.stringContaining('claims.yaml is there already; name another file with --output')]);
  });
});

describe('network diff', () => {
  it('compares the last run with the one before it of which something else could be reached', async () => {
    const unrelated = row('loadBalancers', 'unrelated', {}, { sku: { name: 'Standard' } });
    const looks = [{ rows }, { rows: [...rows, unrelated] }, { rows: openToAll }, { rows: [...openToAll, unrelated] }];
    const { code, output } = await askProgram(await makeNetworkState(looks), 'network', 'diff');
    expect(code).toBe(0);
    expect(output).toBe(`run 2, data as of 2026-11-24T08:01:00.000Z, against run 4, data as of 2026-11-24T08:03:00.000Z
2 of 2 interfaces and scale sets: 1 wider, 1 latent

wider  networkinterfaces/web-nic, machine virtualmachines/web-1
  open now  Internet but for 203.0.113.0/24 to Tcp 22 through publicipaddresses/web-ip at
            198.51.100.7, by web/allow-ssh (priority 110), no network security group on the network
            interface

latent  networkinterfaces/db-nic
  latent    Tcp 22 is open to Internet but for 203.0.113.0/24, and no way in leads there:
            web/allow-ssh (priority 110), no network security group on the network interface
`);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    [
      'two runs by number, whatever their order',
      ['2', '1'],
      /^run 1, [\s\S]* against run 2, [\s\S]*\nwent {2}networkinterfaces\/db-nic, which nothing from the Internet reaches\n$/,
    ],
    ['a run with itself', ['1', '1'], /is the same\n$/],
  ])('%s', async (_what, words, said) => {
    const folder = await makeNetworkState([
      { rows: rows.map((one) => (one === web ? group('web', []) : one)) },
      { rows: rows.map((one) => (one === web ? group('web', []) : one)).filter((one) => one !== other) },
    ]);
    expect(await askProgram(folder, 'network', 'diff', ...words)).toMatchObject({ code: 0, output: expect.stringMatching(said) as string });
  });

  it('never calls closed what could not be read', async () => {
    const folder = await makeNetworkState([{ rows }, { rows: rows.filter((one) => one !== nic), unread: [nicId] }]);
    const { output } = await askProgram(folder, 'network', 'diff');
    expect(output).toMatch(/^not known now {2}networkinterfaces\/web-nic/m);
    expect(output).toMatch(/^ {2}unknown {3}Internet to Tcp 443 through/m);
    expect(output).not.toMatch(/^ {2}closed/m);
  });

  it('says it where nothing changed, and refuses what is no run', async () => {
    const folder = await makeNetworkState([{ rows }, { rows }, { rows, run: { check: 'tls-versions', looks: {} } }]);
    expect((await askProgram(folder, 'network', 'diff')).output).toBe(
      'In the runs of network-exposure before run 2 the same could be reached, as far as was looked back.\n',
    );
    expect(await askProgram(folder, 'network', 'diff', '1')).toMatchObject({ code: 3, errors: 'say the numbers of two runs, or none\n' });
    expect((await askProgram(folder, 'network', 'diff', '1', '9')).errors).toContain('there is no run 9');
    expect((await askProgram(folder, 'network', 'diff', '1', '3')).errors).toContain('run 3 (tls-versions) judged no resources of Azure');
  });
});

test('where no look has been recorded yet, it says so', async () => {
  const folder = await makeNetworkState([]);
  const { code, errors } = await askProgram(folder, 'network', 'explain', 'web-nic');
  expect([code, errors]).toEqual([3, 'no look azure has been recorded yet; "claimwatch run" looks on schedule\n']);
  expect(await askProgram(folder, 'network', 'diff')).toMatchObject({
    code: 0,
    output: 'No run of network-exposure has been recorded yet.\n',
  });
});
