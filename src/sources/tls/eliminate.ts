import type { Fault } from '../../domain/fault.ts';

/** What came of one question with several things to choose from. */
export type Choice =
  | { readonly kind: 'took'; readonly code: number }
  /** None of these. */
  | { readonly kind: 'refused' }
  /** The peer says that something is wrong, but not that it takes none of these: one of them may stand in the way of the others. */
  | { readonly kind: 'unclear'; readonly fault: Fault; readonly isInternalError: boolean }
  | { readonly kind: 'fault'; readonly fault: Fault };

export interface Eliminated {
  readonly accepted: readonly number[];
  /** Why the rest is unknown; empty: all the rest was refused. */
  readonly faults: readonly Fault[];
}

export type AskChoice = (offered: readonly number[]) => Promise<Choice>;

/** After so many in a row the rest is asked for in two halves at once: it costs one more refusal and halves the time. */
const mostInARow = 8;
/** How many unclear answers are taken apart before the rest stays unknown. */
const mostUnclear = 24;

/** Asks with what is left until nothing of it is taken. */
export async function eliminate(offered: readonly number[], ask: AskChoice, first: Choice | null = null): Promise<Eliminated> {
  const patience = { left: mostUnclear };
  return await eliminateRest(offered, ask, first, patience);
}

interface Patience {
  left: number;
}

async function eliminateRest(offered: readonly number[], ask: AskChoice, first: Choice | null, patience: Patience): Promise<Eliminated> {
  const accepted: number[] = [];
  let left = offered;
  for (let choice = first; left.length > 0; choice = null) {
    choice ??= await ask(left);
    if (choice.kind === 'refused') break;
    if (choice.kind === 'fault') return { accepted, faults: [choice.fault] };
    if (choice.kind === 'unclear') return join(accepted, await takeApart(left, ask, choice, patience));
    const { code } = choice;
    if (!left.includes(code)) return { accepted, faults: [notOffered] };
    accepted.push(code);
    left = left.filter((other) => other !== code);
    if (accepted.length >= mostInARow && left.length > 1) return join(accepted, await inHalves(left, ask, patience));
  }
  return { accepted, faults: [] };
}

async function inHalves(left: readonly number[], ask: AskChoice, patience: Patience): Promise<Eliminated> {
  const halves = dealOut(left, 2).map((half) => eliminateRest(half, ask, null, patience));
  return (await Promise.all(halves)).reduce((whole, half) => join(whole.accepted, half, whole.faults));
}

/** A single thing that the peer fails at each time is one that it cannot do. */
async function takeApart(
  left: readonly number[],
  ask: AskChoice,
  { fault, isInternalError }: Extract<Choice, { kind: 'unclear' }>,
  patience: Patience,
): Promise<Eliminated> {
  patience.left -= 1;
  if (patience.left < 0) return { accepted: [], faults: [fault] };
  if (left.length > 1) return await inHalves(left, ask, patience);
  const again = await ask(left);
  if (again.kind === 'unclear') return { accepted: [], faults: isInternalError && again.isInternalError ? [] : [fault] };
  return await eliminateRest(left, ask, again, patience);
}

function join(accepted: readonly number[], { accepted: more, faults }: Eliminated, before: readonly Fault[] = []): Eliminated {
  return { accepted: [...accepted, ...more], faults: [...before, ...faults] };
}

export const notOffered: Fault = { code: 'malformed', message: 'the peer selected what was not offered' };

/** Like cards: neighbours, which are often accepted or refused together, come into different hands. */
export function dealOut(codes: readonly number[], hands: number): readonly (readonly number[])[] {
  const dealt = Array.from({ length: hands }, (_, hand) => codes.filter((_code, index) => index % hands === hand));
  return dealt.filter((hand) => hand.length > 0);
}
