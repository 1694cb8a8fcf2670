import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished, test } from 'vitest';
import type { Pseudonym } from '../../src/domain/pseudonym.ts';
import { openStore } from '../../src/store/open-store.ts';
import { lockState } from '../../src/store/state-lock.ts';
import { runProgram } from '../support/check-command.ts';
import { makeRecordedState } from '../support/recorded-state.ts';
import { makeRecordingLog } from '../support/recording-log.ts';

const anna = 'anna.schmidt@contoso.example';
const stranger = 'person-0123456789abcdef';

/** A state that a daemon works on, and the pseudonym of one person. */
async function makeState() {
  const { folder } = await makeRecordedState([{}]);
  const path = join(folder, 'state', 'claimwatch.sqlite');
  const { store, pseudonyms } = await openStore({ path, now: Date.now, log: makeRecordingLog() });
  onTestFinished(() => store.close());
  const pseudonym = (await pseudonyms.pseudonymOf([anna])).get(anna) as Pseudonym;
  const disclose = (...words: readonly string[]) => runProgram('disclose', ...words, '--config', folder);
  return { folder, path, store, pseudonyms, pseudonym, disclose };
}

const listed = async (disclose: (...words: readonly string[]) => Promise<{ readonly output: string }>): Promise<unknown> =>
  JSON.parse((await disclose('--list', '--json')).output);

it('prints the name, and lists who asked when and why', async () => {
  const { pseudonym, disclose, store } = await makeState();
  expect(await disclose(pseudonym, '--reason', ' incident 17 ', '--by', 'Jane Doe')).toMatchObject({
    code: 0,
    output: `${anna}\n`,
    errors: '',
  });
  expect(await disclose(stranger, '--reason', 'incident 18', '--json')).toMatchObject({
    code: 1,
    output: `{"pseudonym":"${stranger}","identifier":null}\n`,
  });
  const { username: user } = userInfo();
  expect(await listed(disclose)).toEqual([
    { action: 'opening', pseudonym: stranger, found: false, at: expect.any(String), user, by: null, reason: 'incident 18', entry: 2 },
    { action: 'opening', pseudonym, found: true, at: expect.any(String), user, by: 'Jane Doe', reason: 'incident 17', entry: 1 },
  ]);
  expect(await store.entryCount()).toBe(3);
  const table = (await disclose('--list', '--limit', '1')).output.split('\n');
  expect(table).toEqual([
    expect.stringMatching(/^at +what +pseudonym +found +account +asked by +why +entry$/),
    expect.stringMatching(new RegExp(`Z +opening +${stranger} +no +${user} +incident 18 +2$`)),
    '',
  ]);
});

it('works while a daemon holds the state, and waits for its writes', async () => {
  const { path, pseudonym, disclose } = await makeState();
  const lock = lockState(path);
  onTestFinished(() => lock.release());
  const writer = new DatabaseSync(path);
  onTestFinished(() => writer.close());
  writer.exec('begin immediate');
  const opening = disclose(pseudonym, '--reason', 'incident 17');
  const list = await disclose('--list');
  expect([list.code, list.output]).toEqual([0, 'None.\n']);
  writer.exec('rollback');
  expect(await opening).toMatchObject({ code: 0, output: `${anna}\n` });
});

it('--forget deletes the person; what was recorded stays', async () => {
  const { path, pseudonym, pseudonyms, disclose } = await makeState();
  const forgotten = await disclose(pseudonym, '--reason', `${anna} asked for it`, '--forget');
  expect(forgotten).toMatchObject({ code: 0, errors: '' });
  expect(forgotten.output).toMatch(/^person-[0-9a-f]{16} is forgotten: nobody can open it any more\. /);
  const again = await disclose(pseudonym, '--reason', 'who was it?');
  expect(again).toMatchObject({ code: 1, output: '' });
  expect(again.errors).toBe(
    `${pseudonym} stands for nobody who is known here, or not any more; that it was asked for has been recorded.\n`,
  );
  expect(await listed(disclose)).toMatchObject([
    { action: 'opening', found: false },
    { action: 'erasure', found: true, reason: `${pseudonym} asked for it` },
  ]);
  const files = readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name), 'latin1'));
  expect(files.some((bytes) => bytes.includes(anna))).toBe(false);
  expect((await pseudonyms.pseudonymOf([anna])).get(anna)).not.toBe(pseudonym);
});

test.each<[string, readonly string[], RegExp]>([
  ['no reason', [stranger], /^--reason is needed/],
  ['an empty reason', [stranger, '--reason', ''], /^--reason is needed/],
  ['a reason of spaces', [stranger, '--reason', ' \t\n', '--forget'], /^--reason is needed/],
  ['a reason that is too long', [stranger, '--reason', 'x'.repeat(501)], /^--reason is 501 characters long; at most 500 are kept\n/],
  ['a name that is too long', [stranger, '--reason', 'x', '--by', 'x'.repeat(101)], /^--by is 101 characters long/],
  ['no pseudonym', ['--reason', 'x'], /^name a pseudonym/],
  ['a name, which is not repeated', [anna, '--reason', 'x'], /^(?!.*anna)name a pseudonym/s],
  ['a list of one', [stranger, '--list'], /^--list shows all of them/],
  ['a list of none', ['--list', '--limit', '0'], /^--limit 0: expected a number/],
])('%s is a mistake, and nothing is recorded', async (_what, words, message) => {
  const { disclose, store } = await makeState();
  const ended = await disclose(...words);
  expect(ended).toMatchObject({ code: 3, output: '' });
  expect(ended.errors).toMatch(message);
  expect(await store.entryCount()).toBe(1);
});

it('where nothing was recorded yet, says so and makes no file', async () => {
  const { folder, path } = await makeRecordedState();
  rmSync(dirname(path), { recursive: true });
  const ended = await runProgram('disclose', stranger, '--reason', 'x', '--config', folder);
  expect(ended).toMatchObject({ code: 3, output: '', errors: expect.stringMatching(/^nothing has been recorded in .* yet/) });
  expect(existsSync(dirname(path))).toBe(false);
});
