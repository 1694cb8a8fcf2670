import { expect, test } from 'vitest';
import { findShownChains } from '../../src/transport/shown-chains.ts';
import { showing } from '../support/chains-of-address.ts';

interface Facts {
  readonly subject: string;
  readonly fingerprintSha256?: string;
}

const a: Facts = { subject: 'a', fingerprintSha256: 'aaaaaaaaaaaa' };
const b: Facts = { subject: 'b', fingerprintSha256: 'bbbbbbbbbbbb' };
const issuer: Facts = { subject: 'issuer', fingerprintSha256: 'cccccccccccc' };
const problem = (kind: string, index: number): object => ({ path: [0], problems: [{ kind, indexes: [index] }] });

/** `rsa chain: a issuer`, and why there may be more. */
function shownBy(seen: object): readonly string[] {
  const { chains, unseen } = findShownChains<Facts>(seen as Parameters<typeof findShownChains<Facts>>[0]);
  return [
    ...chains.map(({ name, certificates }) => `${name}: ${certificates.map(({ subject }) => subject).join(' ')}`),
    ...unseen.map(({ code }) => code),
  ];
}

test.each<[what: string, seen: object, shown: readonly string[]]>([
  ['one chain has no name', showing([{ certificates: [a, issuer] }]), ['null: a issuer', 'null: a issuer']],
  [
    'two are named after their keys',
    showing([{ certificates: [a] }, { certificates: [b], keyKind: 'ecdsa' }]),
    ['rsa chain: a', 'rsa chain: a', 'ecdsa chain: b'],
  ],
  [
    'two of one kind after their leaves too',
    showing([{ certificates: [a] }, { certificates: [b] }]),
    ['rsa chain aaaaaaaa: a', 'rsa chain aaaaaaaa: a', 'rsa chain bbbbbbbb: b'],
  ],
  [
    'the same leaf with other issuers is one chain',
    showing([{ certificates: [a, issuer] }, { certificates: [a] }]),
    ['null: a issuer', 'null: a issuer', 'null: a'],
  ],
  [
    'what only the handshake showed',
    { ...showing([{ certificates: [a] }]), chain: [b, issuer] },
    ['chain of the handshake: b issuer', 'rsa chain: a'],
  ],
  [
    'leaf not first',
    showing([{ certificates: [issuer, a], order: { leafIndex: 1, path: [1, 0] } }], { chain: [] }),
    ['null: a issuer', 'malformed'],
  ],
  [
    'superfluous ones are left out',
    showing([{ certificates: [a, b], order: problem('superfluous', 1) }], { chain: [a] }),
    ['null: a', 'null: a'],
  ],
  ['a leaf that cannot be read', showing([{ certificates: [null] }], { chain: [a] }), ['null: a', 'malformed']],
  ['one on the path that cannot be read', showing([{ certificates: [a, null] }]), ['null: a', 'null: a', 'malformed']],
  [
    'one that cannot be read may be on the path',
    showing([{ certificates: [a, null], order: problem('unreadable', 1) }]),
    ['null: a', 'null: a', 'malformed'],
  ],
  [
    'not where the path came to its end',
    showing([{ certificates: [a, null], order: { ...problem('unreadable', 1), end: 'self-signed' } }]),
    ['null: a', 'null: a'],
  ],
  [
    'nor where the handshake showed it',
    showing([{ certificates: [a, issuer], order: problem('unreadable', 1) }]),
    ['null: a issuer', 'null: a'],
  ],
  [
    'one beyond those that were looked at',
    showing([{ certificates: [a, b], order: problem('too-many', 1) }], { chain: [a] }),
    ['null: a', 'null: a', 'malformed'],
  ],
  [
    'no order at all',
    showing([{ certificates: [a], order: { leafIndex: null, path: [], end: null } }], { chain: [] }),
    ['malformed', 'malformed'],
  ],
  ['an empty chain', showing([{ certificates: [] }], { chain: [a] }), ['null: a', 'malformed']],
  ['nothing on the wire', showing([], { chain: [a] }), ['null: a', 'partial']],
  ['nothing in the handshake', showing([{ certificates: [a] }], { chain: [] }), ['null: a', 'malformed']],
  [
    'neither',
    showing([], { fault: { code: 'timeout', message: '' }, servedFault: { code: 'denied', message: '' } }),
    ['timeout', 'denied'],
  ],
  ['an older run', { ...showing([], { chain: [a] }), servedLooked: false }, ['null: a']],
])('%s', (_what, seen, shown) => {
  expect(shownBy(seen)).toEqual(shown);
});
