import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { Json } from '../../domain/json.ts';
import type { LookRequest } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import type { OwnLooksFact } from '../../logs/log-facts.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { workspaceType } from './asked-workspace.ts';

const kind = 'own-looks';

/** Brings the fact `own-looks` of each workspace: how completely this daemon itself looked. It asks nobody outside. */
export const ownLooksSource: SourceKind = {
  name: kind,
  options: z.strictObject({}),
  reads: { [workspaceType]: [] },
  create: createOwnLooksSource,
};

export function createOwnLooksSource(): Source {
  return {
    name: kind,
    brings: [kind],
    tellsOwnLooks: true,
    resources: { types: [workspaceType], chosen: () => true },
    look: (request) => lookAtEachSubject(request, kind, () => Promise.resolve({ fact: factOf(request) })),
  };
}

/** @throws FaultError where nothing is kept: a single check has no looks before it */
function factOf({ ownLooks }: LookRequest): Json {
  if (ownLooks === undefined)
    throw new FaultError('unsupported', 'nothing is kept of our own looks here; the daemon (claimwatch run) keeps them');
  const { from, to, looks } = ownLooks satisfies OwnLooksFact;
  return { from, to, looks: looks.map(({ name, due, done, late }) => ({ name, due, done, late })) };
}
