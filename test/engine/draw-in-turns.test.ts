import { expect, it } from 'vitest';
import { drawInTurns, type EstateDrawing } from '../../src/engine/estate-facts.ts';
import { thing } from '../support/fake-estate.ts';

function makeDrawing() {
  const seen: string[] = [];
  const drawing: EstateDrawing = {
    kind: 'reach',
    begin: () => ({ add: ({ subject }) => void seen.push(subject.name), end: (unlisted) => `${seen.length} drawn, ${unlisted.join()}` }),
  };
  return { drawing, seen };
}

const factsOf = (count: number) => ({
  facts: Array.from({ length: count }, (_, index) => ({ subject: thing(`t${index}`), fact: null })),
  unlisted: ['a list'],
});

it.each([
  [0, 0],
  [255, 0],
  [256, 1],
  [257, 1],
  [1_000, 3],
])('%i facts let others take their turn %i times', async (count, turns) => {
  let taken = 0;
  const takeTurn = async () => {
    taken += 1;
    return true;
  };
  expect(await drawInTurns(makeDrawing().drawing, factsOf(count), takeTurn)).toBe(`${count} drawn, a list`);
  expect(taken).toBe(turns);
});

it('what is not as it was any more is not drawn to its end', async () => {
  const { drawing, seen } = makeDrawing();
  let turns = 0;
  const takeTurn = async () => {
    turns += 1;
    return turns < 2;
  };
  expect(await drawInTurns(drawing, factsOf(1_000), takeTurn)).toBeNull();
  expect(seen).toHaveLength(512);
});
