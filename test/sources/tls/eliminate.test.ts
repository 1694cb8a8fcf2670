import { expect, it } from 'vitest';
import { type AskChoice, type Choice, eliminate, notOffered } from '../../../src/sources/tls/eliminate.ts';

const denied = { code: 'denied', message: 'it says something else' } as const;
const timeout = { code: 'timeout', message: 'no answer in time' } as const;
const unclear = (isInternalError: boolean): Choice => ({ kind: 'unclear', fault: denied, isInternalError });
const all = Array.from({ length: 40 }, (_, index) => index);

/** Accepts some, and does something else about whatever stands beside one of the others. */
function model(accepted: readonly number[], troubles: ReadonlyMap<number, Choice>): AskChoice {
  return async (offered) => {
    const trouble = offered.flatMap((code) => troubles.get(code) ?? [])[0];
    if (trouble !== undefined) return trouble;
    const code = accepted.find((one) => offered.includes(one));
    return code === undefined ? { kind: 'refused' } : { kind: 'took', code };
  };
}

it.each<[title: string, trouble: Choice | null, faults: readonly object[]]>([
  ['nothing else', null, []],
  ['an internal error at one of them, each time: that one it cannot do', unclear(true), []],
  ['another alert at one of them: that one stays unknown', unclear(false), [denied]],
])('what is accepted is found beside %s', async (_title, trouble, faults) => {
  const ask = model([3, 17, 31], trouble === null ? new Map() : new Map([[20, trouble]]));
  const found = await eliminate(all, ask);
  expect({ accepted: found.accepted.toSorted((a, b) => a - b), faults: found.faults }).toEqual({ accepted: [3, 17, 31], faults });
});

it.each<[title: string, answers: readonly Choice[], accepted: readonly number[], faults: readonly object[]]>([
  ['a refusal', [{ kind: 'took', code: 3 }, { kind: 'refused' }], [3], []],
  [
    'silence',
    [
      { kind: 'took', code: 3 },
      { kind: 'fault', fault: timeout },
    ],
    [3],
    [timeout],
  ],
  [
    'something that was not offered',
    [
      { kind: 'took', code: 3 },
      { kind: 'took', code: 99 },
    ],
    [3],
    [notOffered],
  ],
  [
    'the same again',
    [
      { kind: 'took', code: 3 },
      { kind: 'took', code: 3 },
    ],
    [3],
    [notOffered],
  ],
])('what is accepted stays, and what follows is told as it is: %s', async (_title, answers, accepted, faults) => {
  const left = [...answers];
  expect(await eliminate(all, async () => left.shift() ?? { kind: 'refused' })).toEqual({ accepted, faults });
});

it('one that fails once and then is refused, is refused; one that is taken after all, is taken', async () => {
  for (const second of [{ kind: 'refused' }, { kind: 'took', code: 7 }] as const) {
    const left: Choice[] = [unclear(true), second];
    const accepted = second.kind === 'took' ? [7] : [];
    expect(await eliminate([7], async () => left.shift() ?? { kind: 'refused' })).toEqual({ accepted, faults: [] });
  }
});

it('a peer that fails at everything is not taken apart for ever, and what is left is unknown', async () => {
  let questions = 0;
  const found = await eliminate(all, async () => {
    questions += 1;
    return unclear(true);
  });
  expect(questions).toBeLessThan(100);
  expect(found.accepted).toEqual([]);
  expect(found.faults).toContainEqual(denied);
});
