/**
 * What can reach a network interface from outside, as `src/network` derives it. All ids are lower case, all lists are in a fixed order, addresses and
 * ports are texts as people write them: `203.0.113.0/24`, `22, 8000-8100`.
 */

/**
 * `exposed`: from much of the Internet (more than 2^24 IPv4 addresses, or more than an IPv6 /32). `narrow`: from some public addresses only.
 * `latent`: a rule is open to public addresses, and no way in leads there. `closed`: neither. `unknown`: a fact is missing.
 */
export type ExposureOutcome = 'exposed' | 'narrow' | 'unknown' | 'latent' | 'closed';

/** The protocols that rules of Azure know; `any` includes those that have no name there. */
export type NetworkProtocol = 'Tcp' | 'Udp' | 'Icmp' | 'Esp' | 'Ah' | 'any';

/** The fact `exposure`: of network interfaces, and of scale sets, whose instances have their interfaces from one model. */
export interface Exposure {
  /** The gravest of the parts below. */
  readonly outcome: ExposureOutcome;
  /** Id of the machine behind it; null where there is none. */
  readonly machine: string | null;
  /** Private addresses; none of a scale set's model. */
  readonly addresses: readonly string[];
  readonly subnets: readonly SubnetPlace[];
  /** Why it may stand in other subnets as well; absent where its row says all of them. */
  readonly unplaced?: readonly string[];
  /** Public addresses of its own. */
  readonly publicAddresses: readonly PublicAddress[];
  /** Ways in from the Internet that end here, whatever the rules let through. */
  readonly entries: readonly Entry[];
  /** What really can come in, each part with its chain of deciding rules. Only `exposed` and `narrow`. */
  readonly reaches: readonly Reach[];
  /** Open to public addresses, without a way in. */
  readonly latent: readonly OpenRule[];
  /** What could be open and cannot be known, with the reason. */
  readonly unknown: readonly UnknownReach[];
  /** Where what it sends to the Internet goes, of each subnet. */
  readonly defaultRoutes: readonly DefaultRoute[];
}

export interface SubnetPlace {
  readonly id: string;
  /** False: no such network is in the subscriptions that we watch. Null: none was found, and the list of networks may not be complete. */
  readonly isOurs: boolean | null;
}

export interface PublicAddress {
  readonly id: string;
  /** Null: not known, or not assigned yet. */
  readonly address: string | null;
}

export type EntryKind = 'public-ip' | 'load-balancer' | 'nat-rule' | 'application-gateway' | 'firewall-dnat';

export interface Entry {
  readonly kind: EntryKind;
  /** The resource that lets in: public address, load balancer, gateway, firewall. */
  readonly id: string;
  /** Its rule, listener or NAT rule by name; null where there is none (a public address of its own). */
  readonly rule: string | null;
  /** The public addresses where the Internet knocks, as far as they are known. */
  readonly addresses: readonly string[];
  readonly protocol: NetworkProtocol;
  /** Where the Internet knocks: `443`. */
  readonly ports: string;
  /** At the interface. */
  readonly backendPorts: string;
  /** Of an application gateway: a web application firewall in prevention mode stands before it. Azure Firewall: true. Others: false. */
  readonly isProtected: boolean;
}

export interface Reach {
  readonly outcome: 'exposed' | 'narrow';
  readonly entry: Entry;
  readonly protocol: NetworkProtocol;
  /** At the interface. */
  readonly ports: string;
  /** At the entry. */
  readonly entryPorts: string;
  /** Where it comes from: `Internet`, or ranges and prefixes, in order. IPv4 before IPv6. */
  readonly sources: readonly string[];
  /** Service tags of the deciding rules; what they stand for is within `sources`. */
  readonly tags: readonly string[];
  /** `nsg-web/allow-ssh (priority 100)`, outermost first: each rule that let it in, or why there is none. */
  readonly rules: readonly string[];
}

export interface OpenRule {
  readonly protocol: NetworkProtocol;
  readonly ports: string;
  readonly sources: readonly string[];
  readonly rules: readonly string[];
}

export interface UnknownReach {
  readonly protocol: NetworkProtocol;
  readonly ports: string;
  /** Service tags whose addresses are not known; none where something else is missing. */
  readonly tags: readonly string[];
  /** What is missing, with the id or name: `the rules of nsg-web could not be read: ...`. */
  readonly why: string;
}

export interface DefaultRoute {
  readonly subnet: string;
  /** As routes spell it: `VirtualAppliance`, `Internet`, `VirtualNetworkGateway`, `None`; `Default` where no route table says anything; `unknown`. */
  readonly nextHop: string;
  readonly address: string | null;
  /** The Azure Firewall that has this address; null where it is none of ours. */
  readonly firewall: string | null;
}

/** The fact `entrance`: of a public address, what the model says about a stranger who knocks there. */
export interface Entrance {
  readonly address: string | null;
  /** What it belongs to; null: to nothing. */
  readonly owner: string | null;
  /** False: something of ours stands there that the model does not follow, so it cannot say closed. */
  readonly isFollowed: boolean;
  /** Ports at which something may answer strangers from anywhere or from somewhere. */
  readonly open: readonly { readonly protocol: NetworkProtocol; readonly ports: string; readonly leadsTo: string }[];
  /** Where something may answer that cannot be known, with the reason. */
  readonly unknown: readonly UnknownEntrance[];
}

export interface UnknownEntrance {
  readonly protocol: NetworkProtocol;
  /** Where the stranger knocks: `443`; `*` for all. */
  readonly ports: string;
  readonly why: string;
}

/** The fact `addressing`: of network interfaces, scale sets and public addresses: what stands on the Internet by an address of its own. */
export interface Addressing {
  readonly kind: 'interface' | 'scale-set' | 'public-address';
  /** Id of the machine behind an interface; of a scale set its own; null where there is none. */
  readonly machine: string | null;
  /** Of an interface or a scale set: public addresses of its own. Of a public address: none. */
  readonly publicAddresses: readonly PublicAddress[];
  /** Of a public address: what it belongs to; null: to nothing. Of the others: null. */
  readonly owner: string | null;
}
