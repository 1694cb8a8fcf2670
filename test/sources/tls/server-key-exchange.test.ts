import { describe, expect, it } from 'vitest';
import { answerTo, expectMalformed } from '../../support/flight-answer.ts';
import { certificateMessage, curveParams, doneMessage, flight, helloMessage, keyExchangeMessage } from '../../support/flight-bytes.ts';

const leaf = Buffer.from('leaf');

describe('a ServerKeyExchange', () => {
  const prime = (hex: string): string => `${(hex.length / 2).toString(16).padStart(4, '0')}${hex}00010200020304`;
  const certificate = [certificateMessage(leaf)];

  it.each<readonly [title: string, suite: number, version: number, message: Buffer, hasCertificate: boolean, expected: object]>([
    ['a named curve', 0xc02f, 0x0303, keyExchangeMessage(curveParams), true, { group: 0x001d, signatureScheme: 0x0804, dhBits: null }],
    ['a curve that nobody knows', 0xc02b, 0x0303, keyExchangeMessage('03fafa0101'), true, { group: 0xfafa }],
    ['a curve before TLS 1.2', 0xc013, 0x0301, keyExchangeMessage(curveParams, null), true, { group: 0x001d, signatureScheme: null }],
    ['a curve over a prime', 0xc013, 0x0301, keyExchangeMessage('010101010201030104010501060107', null), true, { group: 0xff01 }],
    ['a curve with three terms', 0xc013, 0x0301, keyExchangeMessage('0200a3010101010201030104010501060107', null), true, { group: 0xff02 }],
    ['a curve with five terms', 0xc013, 0x0301, keyExchangeMessage(`0200a302${'0101'.repeat(9)}`, null), true, { group: 0xff02 }],
    [
      'a curve without a signature',
      0xc018,
      0x0303,
      keyExchangeMessage(curveParams, null, null),
      false,
      { group: 0x001d, certificates: [] },
    ],
    ['a curve after a hint', 0xc035, 0x0303, keyExchangeMessage(`000141${curveParams}`, null, null), false, { group: 0x001d }],
    ['a field', 0x0033, 0x0303, keyExchangeMessage(prime('ff'.repeat(128))), true, { dhBits: 1_024, signatureScheme: 0x0804, group: null }],
    ['a field with leading zeros', 0x0033, 0x0301, keyExchangeMessage(prime(`0000${'01'.repeat(64)}`), null), true, { dhBits: 505 }],
    ['a field of one bit', 0x0033, 0x0301, keyExchangeMessage(prime('01'), null), true, { dhBits: 1 }],
    ['a field in SSL 3.0', 0x0014, 0x0300, keyExchangeMessage(prime('80'.repeat(64)), null), true, { dhBits: 512 }],
    [
      'a field without a signature',
      0x0034,
      0x0303,
      keyExchangeMessage(prime('80'), null, null),
      false,
      { dhBits: 8, signatureScheme: null },
    ],
    ['a field after a hint', 0x0090, 0x0303, keyExchangeMessage(`0000${prime('40')}`, null, null), false, { dhBits: 7 }],
    ['a field after a hint, by another name', 0xc0aa, 0x0303, keyExchangeMessage(`0000${prime('40')}`, null, null), false, { dhBits: 7 }],
    ['a hint alone', 0x008c, 0x0303, keyExchangeMessage('000141', null, null), false, { group: null, dhBits: null }],
    ['a key of an export suite', 0x0003, 0x0301, keyExchangeMessage('0001050001060', null), true, { group: null, dhBits: null }],
    ['what nobody can read of an unknown suite', 0xfafa, 0x0303, keyExchangeMessage('00ff'), false, { group: null, suite: 0xfafa }],
  ])('has %s', (_title, suite, version, message, hasCertificate, expected) => {
    const bytes = flight(helloMessage({ suite, version }), ...(hasCertificate ? certificate : []), message, doneMessage());
    expect(answerTo(bytes)).toMatchObject({ kind: 'hello', suite, ...expected });
  });

  it.each<readonly [title: string, suite: number, message: Buffer, reason: RegExp]>([
    ['a suite that has none', 0x002f, keyExchangeMessage(curveParams), /its suite has none/],
    ['a prime of nought', 0x0033, keyExchangeMessage(prime('0000')), /prime is nought/],
    ['no prime', 0x0033, keyExchangeMessage(prime('')), /prime is nought/],
    ['a curve in another way', 0xc02f, keyExchangeMessage('04001d0101'), /in the way 4/],
    ['a basis in another way', 0xc02f, keyExchangeMessage('0200a303'), /in the way 3/],
    ['an empty key', 0xc02f, keyExchangeMessage('03001d00'), /key is empty/],
    ['no signature', 0xc02f, keyExchangeMessage(curveParams, null, null), /shorter/],
    ['an empty signature', 0xc02f, keyExchangeMessage(curveParams, 0x0804, Buffer.alloc(0)), /signature is empty/],
    ['an old signature', 0xc02f, keyExchangeMessage(curveParams, null), /shorter|longer|signature is empty/],
    ['a signature in a suite without', 0xc018, keyExchangeMessage(curveParams), /longer/],
    ['a field for a curve', 0xc02f, keyExchangeMessage(prime('ff')), /ServerKeyExchange/],
    ['a curve for a field', 0x0033, keyExchangeMessage(curveParams), /ServerKeyExchange/],
  ])('with %s is against the protocol', (_title, suite, message, reason) => {
    const answer = answerTo(flight(helloMessage({ suite }), ...certificate, message, doneMessage()));
    expectMalformed(answer, reason);
    expectMalformed(answer, /^ServerKeyExchange: /);
  });
});
