import { accessMutations } from './access-mutations.ts';
import { backupMutations } from './backup-mutations.ts';
import { encryptionMutations } from './encryption-mutations.ts';
import { exposureMutations } from './exposure-mutations.ts';
import { hostingMutations } from './hosting-mutations.ts';
import { logArmMutations } from './log-arm-mutations.ts';
import { logMutations } from './log-mutations.ts';
import type { Mutation } from './mutation.ts';
import { networkMutations } from './network-mutations.ts';

/** By name. No two of them touch the same resource, so that any of them can be done and undone in any order. */
export const mutations: { readonly [name: string]: Mutation } = {
  ...accessMutations,
  ...encryptionMutations,
  ...backupMutations,
  ...hostingMutations,
  ...exposureMutations,
  ...networkMutations,
  ...logMutations,
  ...logArmMutations,
};
