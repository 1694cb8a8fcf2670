import { describe, expect, test } from 'vitest';
import type { NetworkProtocol } from '../../src/domain/exposure.ts';
import { partsAt, reachesAt, type WantedPorts } from '../../src/network/ports-within.ts';

const wanted: WantedPorts = [
  { protocol: 'Tcp', ports: '22, 3389' },
  { protocol: 'Udp', ports: '3389' },
];
const texts = (parts: readonly { readonly protocol: NetworkProtocol; readonly ports: string; readonly entryPorts?: string }[]) =>
  parts.map(({ protocol, ports, entryPorts }) => [protocol, ports, ...(entryPorts === undefined ? [] : [`there ${entryPorts}`])].join(' '));

describe('what of a part is at these ports', () => {
  test.each<[NetworkProtocol, ports: string, readonly string[]]>([
    ['any', '*', ['Tcp 22, 3389', 'Udp 3389']],
    ['Tcp', '20-30', ['Tcp 22']],
    ['Tcp', '23-3388', []],
    ['Udp', '22', []],
    ['Udp', '3389-3390', ['Udp 3389']],
    ['Esp', '*', []],
    ['Tcp', '', ['Tcp 22, 3389']],
  ])('%s %s', (protocol, ports, parts) => {
    expect(texts(partsAt({ protocol, ports }, wanted))).toEqual(parts);
  });
});

describe('what of a way in is at these ports', () => {
  test.each<[NetworkProtocol, ports: string, entryPorts: string, readonly string[]]>([
    ['any', '*', '*', ['Tcp 22, 3389 there 22, 3389', 'Udp 3389 there 3389']],
    ['Tcp', '443', '443', []],
    ['Tcp', '22', '50001', ['Tcp 22 there 50001']],
    ['Tcp', '20-30', '50000-50010', ['Tcp 22 there 50000-50010']],
    ['Tcp', '2222', '22', ['Tcp 2222 there 22']],
    ['Tcp', '22, 2222', '80, 3389', ['Tcp 22, 2222 there 80, 3389']],
    ['Udp', '2222', '22', []],
    ['any', '2222', '3389', ['Tcp 2222 there 3389', 'Udp 2222 there 3389']],
    ['Tcp', '8443', '', ['Tcp 8443 there ']],
  ])('%s %s, there %s', (protocol, ports, entryPorts, parts) => {
    expect(texts(reachesAt({ protocol, ports, entryPorts }, wanted))).toEqual(parts);
  });
});
