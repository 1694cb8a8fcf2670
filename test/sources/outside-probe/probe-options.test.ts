import { expect, test } from 'vitest';
import { durationOf } from '../../../src/sources/duration-option.ts';
import { portsOf, probeOptionsSchema, usualPorts } from '../../../src/sources/outside-probe/probe-options.ts';
import { makeKey } from './probe-world.ts';

const { publicKey } = makeKey();
const file = { kind: 'file', path: '/srv/probe.json', publicKey, vantage: 'outside' };
const url = { kind: 'url', url: 'https://probe.example.com/result.json?sig=1', publicKey, vantage: 'outside' };

test('each option has a default, and nothing is probed by default', () => {
  expect(probeOptionsSchema.parse({})).toEqual({
    addresses: [],
    from: { kind: 'here' },
    ports: [usualPorts],
    connectionsPerSecond: 5,
    timeout: '3s',
    maxResultAge: '3h',
  });
  expect(portsOf([usualPorts])).toHaveLength(34);
});

test('what was validated is validated again to the same', () => {
  for (const from of [file, url, { kind: 'here' }]) {
    const options = probeOptionsSchema.parse({ from, addresses: ['203.0.113.7'], ports: [22, '8000-8100'], timeout: '500ms' });
    expect(probeOptionsSchema.parse(JSON.parse(JSON.stringify(options)))).toEqual(options);
  }
});

test.each<[what: string, options: object, message: RegExp | null]>([
  ['an address', { addresses: ['203.0.113.7', '2001:db8::7'] }, null],
  ['a name', { addresses: ['shop.example.com'] }, /expected an IP address; remedy: .*no name and no range/],
  ['a network', { addresses: ['203.0.113.0/24'] }, /no range/],
  ['an empty text', { addresses: [''] }, /expected an IP address/],
  ['as many addresses as may be', { addresses: Array(1_000).fill('203.0.113.7') }, null],
  ['one more', { addresses: Array(1_001).fill('203.0.113.7') }, /./],
  ['ports and ranges', { ports: [22, '80, 443', '8000-8100'] }, null],
  ['as many ports as may be', { ports: ['1-4096'] }, null],
  ['one more port', { ports: ['1-4097'] }, /at most 4096 ports/],
  ['no ports', { ports: [] }, /./],
  ['port 0', { ports: [0] }, /./],
  ['a port by name', { ports: ['ssh'] }, /./],
  ['one connection a second', { connectionsPerSecond: 1 }, null],
  ['none', { connectionsPerSecond: 0 }, /./],
  ['a hundred', { connectionsPerSecond: 100 }, null],
  ['a hundred and one', { connectionsPerSecond: 101 }, /./],
  ['half a one', { connectionsPerSecond: 0.5 }, /./],
  ['the shortest wait', { timeout: '100ms' }, null],
  ['a shorter one', { timeout: '99ms' }, /from 100ms to 30s/],
  ['the longest wait', { timeout: '30s' }, null],
  ['a longer one', { timeout: '30001ms' }, /from 100ms to 30s/],
  ['a wait without a unit', { timeout: '3' }, /write for example "3s"/],
  ['an age', { maxResultAge: '1m' }, null],
  ['a week', { maxResultAge: '7d' }, null],
  ['eight days', { maxResultAge: '8d' }, /from 1m to 7d/],
  ['a file', { from: file }, null],
  ['a file beside the daemon', { from: { ...file, path: 'probe.json' } }, /expected an absolute path/],
  ['no vantage', { from: { ...file, vantage: ' ' } }, /./],
  ['no key', { from: { ...file, publicKey: '' } }, /public key of the probe .*--generate-key/],
  ['a key by its file name', { from: { ...file, publicKey: 'probe.pub' } }, /\$\{file:probe\.pub\}/],
  ['an address of a result', { from: url }, null],
  ['without encryption', { from: { ...url, url: 'http://probe.example.com/' } }, /expected an https address/],
  ['with a password in it', { from: { ...url, url: 'https://a:b@probe.example.com/' } }, /expected an https address/],
  ['an authority by its file name', { from: { ...url, certificateAuthority: 'ca.pem' } }, /\$\{file:ca\.pem\}/],
  ['a key from here', { from: { kind: 'here', publicKey } }, /./],
  ['a word of tomorrow', { silence: 'closed' }, /./],
])('%s', (_what, options, message) => {
  const issues = probeOptionsSchema.safeParse(options).error?.issues ?? [];
  if (message === null) expect(issues).toEqual([]);
  else expect(issues.map((issue) => issue.message).join()).toMatch(message);
});

test('durations', () => {
  expect(['250ms', '3s', '2m', '3h', '7d', '3', 's', '-3s', '1.5s', '3 s'].map(durationOf)).toEqual([
    250,
    3_000,
    120_000,
    10_800_000,
    604_800_000,
    null,
    null,
    null,
    null,
    null,
  ]);
});
