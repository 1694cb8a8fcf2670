import type { NetworkProtocol } from '../domain/exposure.ts';
import { describePorts, everyPort, intersectPorts, isEmptyPorts, type PortSet, portSetOf } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';

/** Ports that matter, of each protocol. */
export type WantedPorts = readonly { readonly protocol: NetworkProtocol; readonly ports: string }[];

interface Part {
  readonly protocol: NetworkProtocol;
  readonly ports: string;
}

/** What of a part is at these ports, one for each protocol. Ports that cannot be read are all of them. */
export function partsAt<Whole extends Part>(whole: Whole, wanted: WantedPorts): readonly Whole[] {
  return wanted
    .filter(({ protocol }) => hasProtocol(whole, protocol))
    .map(({ protocol, ports }) => ({ protocol, ports: intersectPorts(read(whole.ports), read(ports)) }))
    .filter(({ ports }) => !isEmptyPorts(ports))
    .map(({ protocol, ports }) => ({ ...whole, protocol, ports: describePorts(ports) }));
}

/**
 * What of a way in is at these ports, at the interface or where the Internet knocks: a port that is well known outside is what it is, whatever it is
 * led to. Which of several ports there leads to which at the interface is not said, so it is all of them then.
 */
export function reachesAt<Whole extends Part & { readonly entryPorts: string }>(whole: Whole, wanted: WantedPorts): readonly Whole[] {
  const isDirect = whole.entryPorts === whole.ports;
  if (isDirect) return partsAt(whole, wanted).map((part) => ({ ...part, entryPorts: part.ports }));
  return wanted.flatMap((one) => {
    const isKnownOutside = hasProtocol(whole, one.protocol) && !isEmptyPorts(intersectPorts(read(whole.entryPorts), read(one.ports)));
    return isKnownOutside ? [{ ...whole, protocol: one.protocol }] : partsAt(whole, [one]);
  });
}

/** What cannot be known at these ports, at the interface or where the Internet knocks on a way that surely leads there. */
export function unknownAt<Whole extends Part>(whole: Whole, entries: readonly KnownEntry[], wanted: WantedPorts): readonly Whole[] {
  const outside = entries.flatMap((entry) => {
    const isWanted = wanted.some(
      (one) => hasProtocol(entry, one.protocol) && !isEmptyPorts(intersectPorts(read(entry.ports), read(one.ports))),
    );
    const behind = { protocol: entry.protocol, ports: entry.backendPorts };
    return isWanted && entry.ports !== entry.backendPorts ? partsAt(whole, [behind]) : [];
  });
  const parts = [...partsAt(whole, wanted), ...outside];
  return parts.filter((part, index) => parts.findIndex((other) => isSamePart(other, part)) === index);
}

/** A way in, with its ports outside and at the interface. */
export interface KnownEntry extends Part {
  readonly backendPorts: string;
}

function isSamePart(left: Part, right: Part): boolean {
  return left.protocol === right.protocol && left.ports === right.ports;
}

function hasProtocol({ protocol }: Part, wanted: NetworkProtocol): boolean {
  return (bitsOfProtocol(protocol) & bitsOfProtocol(wanted)) !== 0;
}

function read(ports: string): PortSet {
  return portSetOf([ports]) ?? everyPort;
}
