import { type Permits, permitsOf, type Role } from './role.ts';

export interface Client {
  readonly clientId: string;
  readonly objectId: string;
}

/** What the one identity of the pretend Azure may do and see. */
export interface Rights {
  readonly client: Client;
  readonly role: Role | null;
  /** Grows with each change. */
  readonly version: number;
  readonly permits: Permits;
  /** Whether anything of a subscription (its id in any casing) can be read at all. */
  canSee(subscription: string): boolean;
}

export interface ChangeableRights {
  current(): Rights;
  setRole(role: Role | null): void;
  /** As if the role's assignment in that subscription was gone. */
  hideSubscription(subscription: string): void;
  showSubscription(subscription: string): void;
}

export function makeRights(client: Client, first: Role | null): ChangeableRights {
  const hidden = new Set<string>();
  let role = first;
  let version = 0;
  let rights = build();
  function build(): Rights {
    const permits = permitsOf(role);
    version += 1;
    const unseen = new Set(hidden);
    return {
      client,
      role,
      version,
      permits,
      canSee: (subscription) => !unseen.has(subscription.toLowerCase()) && role?.Actions.length !== 0,
    };
  }
  return {
    current: () => rights,
    setRole(next) {
      role = next;
      rights = build();
    },
    hideSubscription(subscription) {
      hidden.add(subscription.toLowerCase());
      rights = build();
    },
    showSubscription(subscription) {
      hidden.delete(subscription.toLowerCase());
      rights = build();
    },
  };
}
