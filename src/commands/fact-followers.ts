import type { FactFollower } from '../domain/fact-follower.ts';
import { tlsFollower } from '../transport/tls-follower.ts';

/** Facts whose changes from look to look are told. */
export const factFollowers: readonly FactFollower[] = [tlsFollower];
