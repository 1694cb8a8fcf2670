import type { Json } from '../domain/json.ts';
import type { AddressSet } from './address-set.ts';
import type { PortSet } from './port-set.ts';
import type { ProtocolBits } from './protocols.ts';

/** Whom a rule names at one end. Equal ones are often the same object. */
export interface RuleEnd {
  readonly addresses: AddressSet;
  /** Service tags as written, but `VirtualNetwork`, `Internet` and `AzureLoadBalancer`, which are always spelt so. */
  readonly tags: readonly string[];
  /** Ids of application security groups, and of network groups in admin rules; lower case. */
  readonly groups: readonly string[];
}

/** An inbound rule. */
export interface SecurityRule {
  readonly name: string;
  /** -1: not readable. It then stands before all others. */
  readonly priority: number;
  /** `AlwaysAllow` only in admin rules. `unknown`: not readable. */
  readonly access: 'Allow' | 'Deny' | 'AlwaysAllow' | 'unknown';
  readonly protocols: ProtocolBits;
  readonly ports: PortSet;
  readonly sourcePorts: PortSet;
  readonly sources: RuleEnd;
  readonly destinations: RuleEnd;
  /** What of it cannot be read, for people; it then stands for anything at those fields, and matches nothing for sure. */
  readonly unreadable: string | null;
}

/** The inbound rules of a network security group, defaults included, in the order in which they are asked. */
export interface SecurityGroup {
  /** Lower case. */
  readonly id: string;
  readonly name: string;
  readonly rules: readonly SecurityRule[];
}

/** The inbound admin rules of network managers that apply to one virtual network, in order. */
export interface AdminRules {
  readonly id: string;
  readonly rules: readonly SecurityRule[];
}

/** Of a row `microsoft.network/networksecuritygroups`. */
export function readSecurityGroup(_row: Json): SecurityGroup | { readonly malformed: string } {
  throw new Error('not yet');
}

/** Of a row `microsoft.network/virtualnetworks/effectivesecurityadminrules`, whose `properties.rules` are the elements as the service gives them. */
export function readAdminRules(_row: Json): AdminRules | { readonly malformed: string } {
  throw new Error('not yet');
}
