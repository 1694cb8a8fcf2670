import type { NetworkProtocol } from '../domain/exposure.ts';

/** A set of protocols, as bits. */
export type ProtocolBits = number;

/** What has no name in Azure's rules; virtual networks do not carry it, so no passage names it. */
export const otherProtocols: ProtocolBits = 32;
export const everyProtocol: ProtocolBits = 63;

/** Reads `Tcp`, `TCP`, `*`, `Any`, `All`, `6`; null where the text is none. */
export function protocolBitsOf(_text: string): ProtocolBits | null {
  throw new Error('not yet');
}

export function bitsOfProtocol(_protocol: NetworkProtocol): ProtocolBits {
  throw new Error('not yet');
}

/** `any` for all of them, else each by its name. */
export function protocolsOf(_bits: ProtocolBits): readonly NetworkProtocol[] {
  throw new Error('not yet');
}
