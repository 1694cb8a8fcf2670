import { expect, test } from 'vitest';
import { check } from '../../src/checks/network-outside-probe.ts';
import { isUnrefuted } from '../../src/domain/finding.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('microsoft.network/publicipaddresses', 'pip-web');
const owner = '/subscriptions/1/resourcegroups/shop/providers/microsoft.network/loadbalancers/lb-web';

const tcp = (...ports: readonly number[]) => ports.map((port) => ({ port, protocol: 'Tcp' }));
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const seen = (changes: object = {}) => ({
  address: '203.0.113.7',
  vantage: { name: 'outside', egressAddress: '198.51.100.20' },
  probed: '22, 80, 443, 3389',
  missing: '',
  answered: tcp(443),
  refused: [],
  vantageHeard: true,
  ...changes,
});
const opens = (ports: string, protocol = 'Tcp') => ({ protocol, ports, leadsTo: 'vm-web' });
const model = (changes: object = {}) => ({
  address: '203.0.113.7',
  owner,
  isFollowed: true,
  open: [opens('80, 443')],
  unknown: [],
  ...changes,
});

function judge(probe: object, entrance: object) {
  return judgeOne(check, 'intent', { 'outside-probe': probe, entrance }, { subject });
}

const doubt = (ports: string, protocol = 'any', why = 'the rules of nsg-web could not be read') => ({ protocol, ports, why });

const silent = 'unknown not-provable';
test.each<[what: string, probe: object, entrance: object, verdict: string]>([
  ['one answers, as the model says', {}, {}, 'pass'],
  ['all that the model opens answer', { answered: tcp(80, 443) }, {}, 'pass'],
  ['one more than the model opens', { answered: tcp(22, 443) }, {}, 'fail'],
  ['only what the model does not open', { answered: tcp(3389) }, {}, 'fail'],
  ['the port below an open range', { answered: tcp(7_999) }, { open: [opens('8000-8100')] }, 'fail'],
  ['the first of an open range', { answered: tcp(8_000) }, { open: [opens('8000-8100')] }, 'pass'],
  ['the last of an open range', { answered: tcp(8_100) }, { open: [opens('8000-8100')] }, 'pass'],
  ['the port above an open range', { answered: tcp(8_101) }, { open: [opens('8000-8100')] }, 'fail'],
  ['open for every protocol', {}, { open: [opens('443', 'any')] }, 'pass'],
  ['open for UDP alone', {}, { open: [opens('443', 'Udp')] }, 'fail'],
  ['every port is open', { answered: tcp(22, 443) }, { open: [opens('*')] }, 'pass'],
  ['nothing is open', {}, { open: [] }, 'fail'],
  ['nothing stands there', {}, { owner: null, open: [] }, 'fail'],
  ['nothing stands there, and nothing answers', { answered: [] }, { owner: null, open: [] }, silent],
  ['silence where the model opens', { answered: [] }, {}, silent],
  ['silence where the model closes', { answered: [] }, { open: [] }, silent],
  ['silence at every address', { answered: [], vantageHeard: false }, {}, 'unknown unreachable'],
  ['resets at every address', { answered: [], refused: tcp(22), vantageHeard: false }, {}, 'unknown unreachable'],
  ['a reset where the model opens', { refused: tcp(80) }, {}, 'pass'],
  ['a reset where the model closes', { refused: tcp(22) }, {}, silent],
  ['nothing but a reset where the model closes', { answered: [], refused: tcp(22) }, {}, silent],
  ['a reset beside a contradiction', { answered: tcp(22, 443), refused: tcp(3389) }, {}, 'fail'],
  ['ports that could not be asked', { missing: '3389' }, {}, 'unknown partial'],
  ['ports that could not be asked beside a contradiction', { answered: tcp(22), missing: '3389' }, {}, 'fail'],
  ['the model does not follow what stands there', { answered: tcp(22) }, { isFollowed: false, open: [] }, 'unknown unsupported'],
  ['not followed, and nothing answers', { answered: [] }, { isFollowed: false, open: [] }, silent],
  ['the model does not know all', { answered: tcp(22) }, { unknown: [doubt('*')] }, 'unknown partial'],
  ['the model does not know the port that answers', { answered: tcp(22) }, { unknown: [doubt('22', 'Tcp')] }, 'unknown partial'],
  ['the model does not know another port', { answered: tcp(22) }, { unknown: [doubt('23-65535', 'Tcp')] }, 'fail'],
  ['the model does not know another protocol', { answered: tcp(22) }, { unknown: [doubt('*', 'Udp')] }, 'fail'],
  ['the model does not know ports that are no ports', { answered: tcp(22) }, { unknown: [doubt('ssh', 'Tcp')] }, 'unknown partial'],
  ['the model does not know one of two that answer', { answered: tcp(22, 3389) }, { unknown: [doubt('22', 'Tcp')] }, 'fail'],
  ['the model does not know all, and opens what answers', {}, { unknown: [doubt('*')] }, 'pass'],
  ['ten of ten ports answer: a proxy', { probed: '20-29', answered: tcp(...range(20, 29)) }, {}, 'unknown unsupported'],
  ['ten of ten that the model opens', { probed: '20-29', answered: tcp(...range(20, 29)) }, { open: [opens('*')] }, 'unknown unsupported'],
  ['ten of eleven', { probed: '20-30', answered: tcp(...range(20, 29)) }, {}, 'fail'],
  ['nine of nine', { probed: '20-28', answered: tcp(...range(20, 28)) }, {}, 'fail'],
  ['ten of ports that cannot be read', { probed: 'all', answered: tcp(...range(20, 29)) }, {}, 'fail'],
  ['another address by now', { answered: tcp(22) }, { address: '203.0.113.8' }, 'unknown partial'],
  ['no address any more', { answered: tcp(22) }, { address: null }, 'unknown partial'],
  ['an address that is none', { answered: tcp(22) }, { address: '' }, 'unknown partial'],
  ['another spelling of the address', { address: '2001:db8::7' }, { address: '2001:DB8:0::7' }, 'pass'],
  ['ports that are no ports', { answered: tcp(22) }, { open: [opens('ssh')] }, 'unknown malformed'],
  ['an empty text of ports', { answered: tcp(22) }, { open: [opens('')] }, 'unknown malformed'],
  ['ports of UDP that are no ports', { answered: tcp(22) }, { open: [opens('dns', 'Udp')] }, 'fail'],
])('%s', (_what, probe, entrance, verdict) => {
  expect(verdictOf(judge(seen(probe), model(entrance)))).toBe(verdict);
});

test('silence is shown and never told; a vantage that may be cut off is told, and ends no failure', () => {
  expect(isUnrefuted(judge(seen({ answered: [] }), model()))).toBe(true);
  expect(isUnrefuted(judge(seen({ answered: [], vantageHeard: false }), model()))).toBe(false);
  expect(isUnrefuted(judge(seen({ missing: '22' }), model()))).toBe(false);
});

test('a failure shows both proofs', () => {
  const { observed } = judge(seen({ answered: tcp(22, 443, 3389) }), model({ open: [opens('443'), opens('53', 'Udp')] }));
  expect(observed).toBe(
    `seen from outside (198.51.100.20), at 203.0.113.7, connections are accepted at ports 22, 3389; the model says closed (${owner}): open to strangers is only Tcp 443 (vm-web), Udp 53 (vm-web)`,
  );
  const bare = judge(seen({ vantage: { name: 'outside', egressAddress: null } }), model({ owner: null, open: [] }));
  expect(bare.observed).toBe(
    'seen from outside, at 203.0.113.7, connections are accepted at port 443; the model says closed: nothing is open to strangers',
  );
});

test('of two that answer, the failure names the one of which the model is sure, the doubt the one of which it is not', () => {
  const both = seen({ answered: tcp(22, 3389) });
  const told = judge(both, model({ unknown: [doubt('22', 'Tcp')] }));
  expect(told.observed).toContain('accepted at port 3389; the model says closed');
  const doubted = judge(both, model({ unknown: [doubt('22', 'Tcp', 'one'), doubt('3389', 'any', 'two'), doubt('53', 'Udp', 'three')] }));
  expect(doubted.observed).toContain('accepted at ports 22, 3389, which the model does not open; it does not know all: one; two');
  expect(doubted.observed).not.toContain('three');
});

test('a reset where the model closes is told of, and does not fail', () => {
  expect(judge(seen({ refused: tcp(22, 80) }), model()).observed).toMatch(
    /as the model says; resets come from port 22, closed by the model: /,
  );
});
