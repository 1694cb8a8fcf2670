import { z } from 'zod';
import type { Interpretation } from '../src/domain/claim.ts';
import { askProgram } from './ask-program.ts';

const stance = z.object({ status: z.string(), because: z.string().nullable(), checked: z.string().nullable() });
const claimsSchema = z.object({
  claims: z.array(z.object({ claim: z.string(), literal: stance, intent: stance, checks: z.array(z.string()) })),
});

/** How a claim stands, as `claimwatch claims --json` says. */
export type ClaimStanding = Readonly<z.infer<typeof claimsSchema>['claims'][number]>;
export type Stance = ClaimStanding['literal'];

export async function readClaims(configFolder: string, signal: AbortSignal): Promise<readonly ClaimStanding[]> {
  return claimsSchema.parse(JSON.parse(await askProgram(['claims', '--json'], configFolder, signal))).claims;
}

/** An interpretation of a claim that stands otherwise than before. */
export interface ClaimMove {
  readonly claim: string;
  readonly interpretation: Interpretation;
  readonly before: Stance;
  readonly after: Stance;
}

/** In the order of the register. A claim counts as moved also where only what its checks say moved. */
export function claimMoves(before: readonly ClaimStanding[], after: readonly ClaimStanding[]): readonly ClaimMove[] {
  const earlier = new Map(before.map((standing) => [standing.claim, standing]));
  return after.flatMap((now) =>
    (['literal', 'intent'] as const).flatMap((interpretation) => {
      const was = earlier.get(now.claim)?.[interpretation];
      const is = now[interpretation];
      if (was === undefined || (was.status === is.status && was.checked === is.checked)) return [];
      return [{ claim: now.claim, interpretation, before: was, after: is }];
    }),
  );
}
