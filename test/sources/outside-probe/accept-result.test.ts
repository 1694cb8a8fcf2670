import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { acceptResult } from '../../../src/sources/outside-probe/accept-result.ts';
import { openEnvelope, readPrivateKey, readPublicKey, signText } from '../../../src/sources/outside-probe/signed-result.ts';
import { makeKey, makeResult, readAt, signResult } from './probe-world.ts';

const key = makeKey();
const other = makeKey();
const nowMs = Date.parse(readAt);
const hourMs = 3_600_000;

function accept(envelope: string, changes: { readonly vantage?: string; readonly nowMs?: number; readonly publicKey?: string } = {}) {
  try {
    return acceptResult(envelope, { publicKey: key.publicKey, vantage: 'outside', maxResultAgeMs: hourMs, nowMs, ...changes });
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

const good = signResult(makeResult(), key);
const envelopeOf = (text: string): { payload: string; payloadType: string; signatures: object[] } => JSON.parse(text);
const withPayload = (change: (text: string) => string): string => {
  const envelope = envelopeOf(good);
  const text = change(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  return JSON.stringify({ ...envelope, payload: Buffer.from(text).toString('base64') });
};
const signed = (changes: object): string => signResult({ ...makeResult(), ...changes }, key);
const entry = (changes: object): string =>
  signed({ probed: [{ address: '203.0.113.7', ports: '22, 443', accepted: [443], refused: [22], ...changes }] });

test('a good one is read whole', () => {
  expect(accept(good)).toEqual(makeResult());
});

test.each<[what: string, envelope: string, code: string, message: RegExp]>([
  ['empty', '', 'malformed', /no signed result .* cut off/],
  ['cut off', good.slice(0, -40), 'malformed', /cut off/],
  ['no JSON', 'no result yet', 'malformed', /no signed result/],
  ['JSON of something else', '[]', 'malformed', /no signed result/],
  ['the result without a signature', JSON.stringify(makeResult()), 'malformed', /no signed result/],
  ['no signatures', JSON.stringify({ ...envelopeOf(good), signatures: [] }), 'malformed', /no signed result/],
  ['too many signatures', JSON.stringify({ ...envelopeOf(good), signatures: Array(9).fill({ sig: '' }) }), 'malformed', /no signed result/],
  ['another type', JSON.stringify({ ...envelopeOf(good), payloadType: 'application/vnd.in-toto+json' }), 'malformed', /no signed result/],
  [
    'an empty signature',
    JSON.stringify({ ...envelopeOf(good), signatures: [{ sig: '' }] }),
    'malformed',
    /not signed with the configured key/,
  ],
  ['another key', signResult(makeResult(), other), 'malformed', /not signed with the configured key.*find out who wrote it/],
  [
    'one port taken out after signing',
    withPayload((text) => text.replace('"accepted":[443]', '"accepted":[]')),
    'malformed',
    /not signed with the configured key/,
  ],
  ['a space put in after signing', withPayload((text) => `${text} `), 'malformed', /not signed/],
  ['signed, and no JSON', signText('probed', key.privateKey), 'malformed', /signed, but cannot be read.*same version/],
  ['a version of tomorrow', signed({ version: 2 }), 'malformed', /same version/],
  ['no list of addresses', signed({ probed: null }), 'malformed', /cannot be read/],
  ['an address that is none', entry({ address: 'shop.example.com' }), 'malformed', /cannot be read/],
  ['an answer of a port that was not asked', entry({ accepted: [80] }), 'malformed', /cannot be read/],
  ['a reset of a port that was not asked', entry({ refused: [80] }), 'malformed', /cannot be read/],
  ['a port that did both', entry({ refused: [443] }), 'malformed', /cannot be read/],
  ['no ports asked', entry({ ports: '', accepted: [], refused: [] }), 'malformed', /cannot be read/],
  [
    'a fault of a code of tomorrow',
    signed({ probed: [{ address: '203.0.113.7', fault: { code: 'bored', message: '' } }] }),
    'malformed',
    /cannot/,
  ],
  ['one address twice', signed({ probed: [...makeResult().probed, ...makeResult().probed] }), 'malformed', /cannot be read/],
  [
    'one address twice, spelled differently',
    signed({ probed: ['2001:db8::1', '2001:0DB8::0001'].map((address) => ({ address, ports: '22', accepted: [], refused: [] })) }),
    'malformed',
    /cannot be read/,
  ],
  ['an end before the beginning', signed({ finishedAt: '2026-11-24T10:59:59.999Z' }), 'malformed', /cannot be read/],
  ['a time that is none', signed({ startedAt: 'yesterday' }), 'malformed', /cannot be read/],
  [
    'another vantage',
    signed({ vantage: { name: 'office', egressAddress: null } }),
    'malformed',
    /is from the vantage "office", expected "outside"; run the probe there/,
  ],
  [
    'begun an hour and a millisecond ago',
    signed({ startedAt: '2026-11-24T10:59:59.999Z' }),
    'partial',
    /from 2026-11-24T10:59:59.999Z, .*again/,
  ],
  [
    'ended five minutes and a millisecond from now',
    signed({ finishedAt: '2026-11-24T12:05:00.001Z' }),
    'partial',
    /still to come; set the clock/,
  ],
])('%s', (_what, envelope, code, message) => {
  expect(accept(envelope)).toEqual({ code, message: expect.stringMatching(message) });
});

test('begun just within its age, ended just within what clocks differ', () => {
  expect(accept(signed({ startedAt: '2026-11-24T11:00:00.000Z' }))).toHaveProperty('version');
  expect(accept(signed({ finishedAt: '2026-11-24T12:05:00.000Z' }))).toHaveProperty('version');
});

test('one good signature among others is enough: keys change', () => {
  const [one, two] = [envelopeOf(signResult(makeResult(), other)), envelopeOf(good)];
  expect(accept(JSON.stringify({ ...two, signatures: [...one.signatures, ...two.signatures] }))).toHaveProperty('version');
});

test('a signature over the same bytes as something else counts for nothing', () => {
  const { payload, payloadType } = envelopeOf(good);
  const sig = sign(null, Buffer.from(payload, 'base64'), key.privateKey).toString('base64');
  expect(accept(JSON.stringify({ payload, payloadType, signatures: [{ sig }] }))).toHaveProperty(
    'message',
    expect.stringMatching(/not signed/),
  );
});

describe('keys', () => {
  const pair = generateKeyPairSync('ed25519');
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const x25519 = generateKeyPairSync('x25519');

  test('a public key as PEM, and as its one line', () => {
    const envelope = signText('{}', pair.privateKey);
    const line = pem.split('\n')[1] ?? '';
    for (const text of [pem, line, ` ${line}\n`]) {
      const read = readPublicKey(text);
      expect(read === null ? null : openEnvelope(envelope, read)).toEqual({ kind: 'signed', text: '{}' });
    }
  });

  test('what is no Ed25519 key is none', () => {
    const others = [rsa.publicKey, x25519.publicKey].map((one) => one.export({ type: 'spki', format: 'pem' }).toString());
    const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const text of ['', 'probe.pub', 'MCow', ...others, privatePem]) expect(readPublicKey(text)).toBeNull();
    for (const text of ['', pem, rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()])
      expect(readPrivateKey(text)).toBeNull();
    expect(readPrivateKey(privatePem)).not.toBeNull();
  });
});
