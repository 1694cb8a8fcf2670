import type { NetworkProtocol } from '../domain/exposure.ts';

/** A set of protocols, as bits. */
export type ProtocolBits = number;

/** What has no name in Azure's rules, as GRE. Virtual networks do not carry it (Microsoft Learn, "Azure Virtual Network FAQ": which protocols). */
export const otherProtocols: ProtocolBits = 32;
export const everyProtocol: ProtocolBits = 63;

const named = [
  { protocol: 'Tcp', bits: 1, number: 6 },
  { protocol: 'Udp', bits: 2, number: 17 },
  { protocol: 'Icmp', bits: 4, number: 1 },
  { protocol: 'Esp', bits: 8, number: 50 },
  { protocol: 'Ah', bits: 16, number: 51 },
] as const satisfies readonly { protocol: NetworkProtocol; bits: ProtocolBits; number: number }[];

/** `Icmp` of IPv6 is another number, and the same protocol to the rules. */
const icmpOfIpv6 = 58;

/** The protocols that have a name, each of them one bit. */
export const namedProtocols: readonly { readonly protocol: NetworkProtocol; readonly bits: ProtocolBits }[] = named;

/** Reads `Tcp`, `TCP`, `*`, `Any`, `All`, `6`; null where the text is none. */
export function protocolBitsOf(text: string): ProtocolBits | null {
  const plain = text.trim().toLowerCase();
  if (['*', 'any', 'all'].includes(plain)) return everyProtocol;
  if (/^\d{1,3}$/.test(plain)) return bitsOfNumber(Number(plain));
  return named.find(({ protocol }) => protocol.toLowerCase() === plain)?.bits ?? null;
}

function bitsOfNumber(number: number): ProtocolBits | null {
  if (number > 255) return null;
  return named.find((each) => each.number === (number === icmpOfIpv6 ? 1 : number))?.bits ?? otherProtocols;
}

export function bitsOfProtocol(protocol: NetworkProtocol): ProtocolBits {
  return named.find((each) => each.protocol === protocol)?.bits ?? everyProtocol;
}

/** `any` for all of them, else each by its name. The same list for the same bits: each pair of rules asks. */
export function protocolsOf(bits: ProtocolBits): readonly NetworkProtocol[] {
  return namesOfBits[bits] ?? [];
}

const namesOfBits = Array.from({ length: everyProtocol + 1 }, (_, bits) =>
  bits === everyProtocol ? (['any'] as const) : named.filter((each) => (bits & each.bits) !== 0).map(({ protocol }) => protocol),
);
