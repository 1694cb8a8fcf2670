import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/commands/make-folder.ts';
import { UsageError } from '../../src/commands/roof.ts';

describe('makeFolder', () => {
  it('makes a folder with its parents, and is content with one that stands', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'claimwatch-')), 'a', 'b', 'c');
    await makeFolder(path);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it.skipIf(!existsSync('/proc/self'))('ends with a remedy where the file system refuses for ever', async () => {
    await expect(makeFolder('/proc/nope/state')).rejects.toThrow(UsageError);
  });

  it('ends with a remedy where a file stands in the way', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'claimwatch-')), 'file');
    await writeFile(file, '');
    await expect(makeFolder(join(file, 'state'))).rejects.toThrow('cannot be made (ENOTDIR)');
  });
});
