import { describe, expect, test } from 'vitest';
import { bitsOfProtocol, everyProtocol, otherProtocols, protocolBitsOf, protocolsOf } from '../../src/network/protocols.ts';

describe('reading', () => {
  test.each([
    ['Tcp', 'Tcp'],
    ['TCP', 'Tcp'],
    ['tcp', 'Tcp'],
    [' Tcp ', 'Tcp'],
    ['6', 'Tcp'],
    ['UDP', 'Udp'],
    ['17', 'Udp'],
    ['Icmp', 'Icmp'],
    ['ICMP', 'Icmp'],
    ['1', 'Icmp'],
    ['58', 'Icmp'],
    ['Esp', 'Esp'],
    ['50', 'Esp'],
    ['AH', 'Ah'],
    ['51', 'Ah'],
    ['*', 'any'],
    ['Any', 'any'],
    ['All', 'any'],
    ['ALL', 'any'],
  ] as const)('%s is %s', (text, protocol) => expect(protocolBitsOf(text)).toBe(bitsOfProtocol(protocol)));

  test.each(['0', '47', '255'])('%s is one of the others', (text) => expect(protocolBitsOf(text)).toBe(otherProtocols));
  test.each(['', '256', '-1', 'Sctp', 'Tcp,Udp', '6.0', 'null'])('%j is none', (text) => expect(protocolBitsOf(text)).toBeNull());
});

describe('naming', () => {
  test('each by its name', () => expect(protocolsOf(bitsOfProtocol('Ah') | bitsOfProtocol('Tcp'))).toEqual(['Tcp', 'Ah']));
  test('all of them are any', () => expect(protocolsOf(everyProtocol)).toEqual(['any']));
  test('all but the others are named one by one', () =>
    expect(protocolsOf(everyProtocol & ~otherProtocols)).toEqual(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah']));
  test('the others have no name', () => expect(protocolsOf(otherProtocols)).toEqual([]));
});
