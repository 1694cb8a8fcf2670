import type { NetworkProtocol } from '../domain/exposure.ts';
import type { AddressSet } from './address-set.ts';
import type { PortSet } from './port-set.ts';
import type { AdminRules, SecurityGroup } from './security-rules.ts';

/** What a packet has to pass, outermost first. Null: there is none, which lets everything on. `unknown`: there may be, and what it says was not seen. */
export interface Layers {
  readonly admin: AdminRules | null | 'unknown';
  readonly subnet: SecurityGroup | null | 'unknown';
  readonly networkInterface: SecurityGroup | null | 'unknown';
}

/** One IP configuration of an interface, or of a scale set's model. */
export interface Destination {
  /** Where more than one: it is one of these, and not known which. None: nothing is known. */
  readonly addresses: AddressSet;
  /** Ids of its application security groups, lower case. */
  readonly groups: ReadonlySet<string>;
  /** What the tag `VirtualNetwork` means there. Give the same object for the same network: it is what results are remembered by. */
  readonly virtualNetwork: AddressSet;
}

/** What rules refer to. Null: not known. Give the same object for the same answer. */
export interface Knowledge {
  /** Of a service tag as the rule spells it; never asked for `VirtualNetwork`, `Internet`, `AzureLoadBalancer`. */
  addressesOf(tag: string): AddressSet | null;
  /** Of an application security group or a network group, id in lower case. */
  membersOf(group: string): AddressSet | null;
}

export type LayerName = 'admin' | 'subnet' | 'network-interface';

export interface DecidingRule {
  readonly layer: LayerName;
  /** Id of the group or of the admin rules; null: there is none (or, of admin rules, none matched), so it goes on. */
  readonly group: string | null;
  /** Name of the group; null as above. */
  readonly groupName: string | null;
  readonly rule: string | null;
  readonly priority: number | null;
  readonly access: 'Allow' | 'Deny' | 'AlwaysAllow' | 'unknown';
}

export interface Passage {
  readonly protocol: NetworkProtocol;
  /** At the interface. */
  readonly ports: PortSet;
  readonly sources: AddressSet;
  /** One per layer that let it in, outermost first. Admin rules only where one matched. */
  readonly rules: readonly DecidingRule[];
  /** Service tags in the sources of these rules. */
  readonly tags: readonly string[];
}

/** Passages of one list never overlap. */
export interface Inbound {
  readonly sure: readonly Passage[];
  /** The same object as `sure` where all is known. */
  readonly possible: readonly Passage[];
  /** What is missing, where `possible` is more than `sure`. */
  readonly why: readonly string[];
}

/** What comes in from the sources of `universe`. */
export function inboundOf(_layers: Layers, _destination: Destination, _universe: AddressSet, _knowledge: Knowledge): Inbound {
  throw new Error('not yet');
}

export interface Packet {
  /** An address. */
  readonly source: string;
  /** Absent: the sender chooses it. */
  readonly sourcePort?: number;
  readonly protocol: NetworkProtocol;
  readonly port: number;
}

export interface InboundExplanation {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  /** Of each layer that was asked, outermost first; the last one ended it. */
  readonly rules: readonly DecidingRule[];
  readonly why: readonly string[];
}

/** Null where the source is no address. */
export function explainInbound(
  _layers: Layers,
  _destination: Destination,
  _packet: Packet,
  _knowledge: Knowledge,
): InboundExplanation | null {
  throw new Error('not yet');
}

/** `nsg-web/allow-ssh (priority 100)`, `no network security group on the subnet` */
export function describeRule(_rule: DecidingRule): string {
  throw new Error('not yet');
}

/** What of the passages is at these ports of this protocol (`any`: at each). */
export function passagesAt(_passages: readonly Passage[], _protocol: NetworkProtocol, _ports: PortSet): readonly Passage[] {
  throw new Error('not yet');
}

/** What of the passages comes from these addresses. */
export function passagesFrom(_passages: readonly Passage[], _sources: AddressSet): readonly Passage[] {
  throw new Error('not yet');
}

/** What of `from` is not in `taken`: `subtractPassages(possible, sure)` is what cannot be known. */
export function subtractPassages(_from: readonly Passage[], _taken: readonly Passage[]): readonly Passage[] {
  throw new Error('not yet');
}
