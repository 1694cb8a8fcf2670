import type { EntryKind } from '../domain/exposure.ts';
import { type AddressSet, everyAddress } from './address-set.ts';
import type { PortSet } from './port-set.ts';
import { everyPort } from './port-set.ts';
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
  };
}

export const anybody = { sure: everyAddress, possible: everyAddress };
