import type { EntryKind } from '../domain/exposure.ts';
import { type AddressSet, everyAddress } from './address-set.ts';
import { countPorts, everyPort, intersectPorts, isEmptyPorts, isSamePorts, type PortSet } from './port-set.ts';
import { everyProtocol, type ProtocolBits } from './protocols.ts';

/** Where the Internet knocks. */
export interface Gate {
  readonly kind: EntryKind;
  readonly id: string;
  readonly rule: string | null;
  readonly addresses: readonly string[];
  readonly isProtected: boolean;
}

/** Traffic from the Internet that was let in somewhere and stands before something: an interface, or what sends it on. */
export interface Arrival {
  readonly gate: Gate;
  readonly protocols: ProtocolBits;
  /** At the gate. */
  readonly entryPorts: PortSet;
  /** Where it stands now. */
  readonly ports: PortSet;
  /** `ports` are those of the gate, each for itself. */
  readonly isSamePort: boolean;
  /** What it shows as its source there: null where still the stranger, else addresses of what sent it on. */
  readonly source: AddressSet | null;
  /** Strangers that came so far. `possible` holds `sure`. */
  readonly strangers: { readonly sure: AddressSet; readonly possible: AddressSet };
  readonly tags: readonly string[];
  /** What let it in, outermost first. */
  readonly rules: readonly string[];
  /** Why it may not stand there at all; none: it does. */
  readonly doubts: readonly string[];
  /** Closed where no network security group is there to open it (Standard addresses and balancers). `unknown`: may be. */
  readonly needsGroup: 'no' | 'yes' | 'unknown';
  /**
   * Where it keeps the address of the frontend as its destination (floating IP), which is then what rules see: that address; none where it is not known.
   * Null: it has the address of the interface, as mostly.
   */
  readonly floatingTo: AddressSet | null;
}

/** All of it, from everywhere. */
export function arrivalAt(gate: Gate): Arrival {
  return {
    gate,
    protocols: everyProtocol,
    entryPorts: everyPort,
    ports: everyPort,
    isSamePort: true,
    source: null,
    strangers: anybody,
    tags: [],
    rules: [],
    doubts: [],
    needsGroup: 'no',
    floatingTo: null,
  };
}

/** One that may be: for the reason. */
export function possibleArrival(gate: Gate, why: string): Arrival {
  return { ...arrivalAt(gate), doubts: [why] };
}

/** What is sent on: the part of an arrival at these ports and protocols, to other ports (null: the same) behind. */
export interface Passing {
  readonly protocols: ProtocolBits;
  readonly ports: PortSet;
  readonly backendPorts: PortSet | null;
}

/** Null: nothing of it. */
export function passOn(arrival: Arrival, { protocols, ports, backendPorts }: Passing): Arrival | null {
  const common = intersectPorts(arrival.ports, ports);
  const bits = arrival.protocols & protocols;
  if (isEmptyPorts(common) || bits === 0) return null;
  return {
    ...arrival,
    protocols: bits,
    entryPorts: arrival.isSamePort ? common : arrival.entryPorts,
    ports: backendPorts ?? common,
    isSamePort: arrival.isSamePort && (backendPorts === null || isSameSinglePort(common, backendPorts)),
  };
}

function isSameSinglePort(left: PortSet, right: PortSet): boolean {
  return countPorts(left) === 1 && isSamePorts(left, right);
}

const anybody = { sure: everyAddress, possible: everyAddress };
