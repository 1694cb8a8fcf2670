import type { DeliveryResult } from './ports.ts';
import type { Timestamp } from './time.ts';

export interface Mirroring {
  /** Each gets everything: the members of a cluster, for example. */
  readonly targets: readonly MirrorTarget[];
  /** How far ahead the end of what is open is set, in milliseconds: far enough that our own death is not taken for the end. */
  readonly endsAfterMs: number;
  /** For how long it is told of an alert at least, in milliseconds, from when it first took it: it tells its people of none that ended before. */
  readonly firesAtLeastMs: number;
}

export interface MirrorTarget {
  /** Unique over all receivers, the same after a restart; holds no secret. */
  readonly id: string;
  /** Never throws for what the target does. */
  post(alerts: readonly PostedAlert[], sentAt: Timestamp, signal: AbortSignal): Promise<MirrorResult>;
  /** Which life of it this is, another text after each of its starts: a new one may know nothing of what the last one took. Null where it does not say. */
  incarnation(signal: AbortSignal): Promise<string | null>;
}

/** `bad-alert`: at least one of them is not understood; the others may have been taken. */
export type MirrorResult = DeliveryResult | { readonly kind: 'bad-alert'; readonly error: string };

/** An alert as Alertmanager knows it: its labels are who it is. */
export interface MirroredAlert {
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string };
  readonly startsAt: Timestamp;
}

/** In the past: resolved. */
export interface PostedAlert extends MirroredAlert {
  readonly endsAt: Timestamp;
}

/** What a target may have been told, noted before it was sent. */
export interface MirrorEntry {
  /** SHA-256 of the labels, lower-case hex. */
  readonly fingerprint: string;
  readonly alert: MirroredAlert;
  /** When this life of the target first took it as open. */
  readonly firingAcceptedAt: Timestamp | null;
  /** Which life of the target that was. */
  readonly firingAcceptedBy: string | null;
  /** Null while it is wanted. */
  readonly resolvedAt: Timestamp | null;
  /** When the target first took its end. */
  readonly endAcceptedAt: Timestamp | null;
}
