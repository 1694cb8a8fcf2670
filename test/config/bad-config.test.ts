import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { badConfig, goodFiles, load, refusalOf } from '../support/configuration.ts';

/** `test/bad-config/<file>/<mistake>.yaml` stands in for that file of the good set; its last comments say how it is refused. */
const cases = goodFiles.flatMap((file) => {
  const folder = join(badConfig, basename(file, '.yaml'));
  return readdirSync(folder).map((name) => ({ file, mistake: basename(name, '.yaml'), text: readFileSync(join(folder, name), 'utf8') }));
});

const environment = { EMPTY: '', BAD_SECRET: 'correct horse battery staple', GOOD_SECRET: 'whsec_battery' };

test('the good set is accepted', async () => {
  await expect(load({})).resolves.toMatchObject({ mode: { kind: 'active' } });
});

test('there are at least 30 mistakes', () => {
  expect(cases.length).toBeGreaterThanOrEqual(30);
});

test.each(cases)('$file: $mistake', async ({ file, text }) => {
  const expected = [...text.matchAll(/^# refused: (.*)$/gm)].map(([, line]) => line);
  expect(expected).not.toHaveLength(0);
  expect(await refusalOf({ [file]: text }, environment)).toEqual(expected);
});

// Every bad configuration is read anew: seconds where others want the processor too.
test('no message shows a secret, resolved or literal', { timeout: 30_000 }, async () => {
  const messages = await Promise.all(cases.map(({ file, text }) => refusalOf({ [file]: text }, environment)));
  expect(messages.flat().filter((line) => /battery|hunter2/.test(line))).toEqual([]);
});
