import type { ExposureOutcome } from './exposure.ts';

/** What a picture of a network shows: only what is exposed, and how much is not. All lists are in a fixed order. */
export interface NetworkPicture {
  readonly entries: readonly PicturedEntry[];
  readonly subnets: readonly PicturedSubnet[];
  readonly arrows: readonly PicturedArrow[];
  /** Interfaces that are not drawn, by outcome. */
  readonly notDrawn: { readonly [Outcome in ExposureOutcome]: number };
}

export interface PicturedEntry {
  /** Id of the resource that lets in. */
  readonly id: string;
  /** `public-ip`, `load-balancer`, `nat-rule`, `application-gateway`, `firewall-dnat` */
  readonly kind: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface PicturedSubnet {
  readonly id: string;
  /** `vnet-prod / web` */
  readonly name: string;
  readonly servers: readonly { readonly id: string; readonly name: string }[];
  /** Interfaces in it that are not drawn. */
  readonly others: number;
}

/** From an entry to a server. */
export interface PicturedArrow {
  readonly entry: string;
  readonly server: string;
  readonly outcome: 'exposed' | 'narrow' | 'unknown';
  /** `Tcp 443 -> 8443` */
  readonly ports: string;
  /** `Internet`, or how much of it. */
  readonly sources: string;
  /** The allow-list covers it. */
  readonly isAllowed: boolean;
}
