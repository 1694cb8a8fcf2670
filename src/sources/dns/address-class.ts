import { BlockList, isIPv6 } from 'node:net';

/** From where an address can be reached at all: this machine, its link, a private network (RFC 1918, RFC 4193, RFC 6598), anywhere. */
export type AddressClass = 'loopback' | 'private' | 'link-local' | 'public';

export function classifyAddress(address: string): AddressClass {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const withoutZone = address.replace(/%.*$/, '');
  return classes.find((entry) => entry.block.check(withoutZone, family))?.addressClass ?? 'public';
}

const classes = [
  // A connection to the unspecified address reaches this machine.
  {
    addressClass: 'loopback',
    block: blockOf([
      ['127.0.0.0', 8],
      ['0.0.0.0', 8],
      ['::1', 128],
      ['::', 128],
    ]),
  },
  {
    addressClass: 'link-local',
    block: blockOf([
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ]),
  },
  {
    addressClass: 'private',
    block: blockOf([
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
      ['fc00::', 7],
    ]),
  },
] as const;

function blockOf(ranges: readonly (readonly [network: string, prefixBits: number])[]): BlockList {
  const block = new BlockList();
  for (const [network, prefixBits] of ranges) block.addSubnet(network, prefixBits, isIPv6(network) ? 'ipv6' : 'ipv4');
  return block;
}
