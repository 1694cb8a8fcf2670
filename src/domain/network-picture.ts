import type { ExposureOutcome } from './exposure.ts';

/** What a picture of a network shows: only what is exposed or cannot be known, and how much is neither. All lists are in a fixed order, gravest first. */
export interface NetworkPicture {
  readonly entries: readonly PicturedEntry[];
  readonly subnets: readonly PicturedSubnet[];
  readonly arrows: readonly PicturedArrow[];
  /** Interfaces and scale sets that the picture is about, drawn or not. */
  readonly interfaces: number;
  /** Those that are not drawn, by outcome. Other than `latent` and `closed` only where there is more than a picture can hold. */
  readonly notDrawn: { readonly [Outcome in ExposureOutcome]: number };
  /** Where interfaces may be missing that nobody listed: `subscription 1111...: the list may not be complete`. */
  readonly unlisted: readonly string[];
}

/** `unknown`: no way in is known, and none can be ruled out. `own-addresses`: several public addresses that lead to servers alike. */
export type PicturedEntryKind =
  | 'public-ip'
  | 'own-addresses'
  | 'load-balancer'
  | 'nat-rule'
  | 'application-gateway'
  | 'firewall-dnat'
  | 'unknown';

export interface PicturedEntry {
  /** Unique in the picture. Of one resource that lets in: its id. */
  readonly id: string;
  readonly kind: PicturedEntryKind;
  /** Of what cannot be known: what is missing. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** A web application firewall in prevention mode stands before all that it lets in. */
  readonly isProtected: boolean;
}

export interface PicturedSubnet {
  /** Ids of its subnets, joined, where its servers stand in several. */
  readonly id: string;
  /** `vnet-prod / web` */
  readonly name: string;
  readonly groups: readonly PicturedServers[];
  /** Interfaces in it that are not drawn. */
  readonly others: number;
}

/** Servers of one subnet that are reached alike: the same way, at the same ports, from the same sources. */
export interface PicturedServers {
  /** Unique in the picture. */
  readonly id: string;
  /** `interface`: nobody knows of a machine behind it. */
  readonly kind: 'machine' | 'scale-set' | 'interface';
  /** Ids are those of the interfaces, or of the scale set. */
  readonly members: readonly { readonly id: string; readonly name: string }[];
}

/** From an entry to servers that are alike. */
export interface PicturedArrow {
  readonly entry: string;
  /** Id of the servers. */
  readonly servers: string;
  readonly outcome: 'exposed' | 'narrow' | 'unknown';
  /** `Tcp 443 → 8443; Udp 53` */
  readonly ports: string;
  /** `Internet`, `Internet but for 203.0.113.0/24`, `AzureCloud`; nothing of what cannot be known. */
  readonly sources: string;
  /** The allow-list covers it. */
  readonly isAllowed: boolean;
  /** Entries of the allow-list that cover it; else the rules that let it in. Those of the servers together. */
  readonly because: readonly string[];
}
