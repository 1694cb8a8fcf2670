import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeWhole } from '../../src/commands/write-whole.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-write-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const goOn = new AbortController().signal;

it('the file is the new one, whole, and nothing stands beside it', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'a.html'), 'before');
  await writeWhole(join(folder, 'a.html'), 'after', goOn);
  expect([await readdir(folder), await readFile(join(folder, 'a.html'), 'utf8')]).toEqual([['a.html'], 'after']);
});

it.each<[string, AbortSignal, string]>([
  ['given up', AbortSignal.abort(new Error('enough')), 'a.html'],
  ['impossible', goOn, 'folder'],
])('where it is %s the one before stays, and nothing is left beside it', async (_, signal, name) => {
  const folder = await newFolder();
  await writeFile(join(folder, 'a.html'), 'before');
  await mkdir(join(folder, 'folder'));
  await expect(writeWhole(join(folder, name), 'after', signal)).rejects.toThrow();
  expect([await readdir(folder), await readFile(join(folder, 'a.html'), 'utf8')]).toEqual([['a.html', 'folder'], 'before']);
});
