import { chmodSync, mkdirSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { canRunAsNobody, runProgram, runProgramWith } from '../support/check-command.ts';
import { sha256 } from '../support/example-run.ts';
import { makeRecordedState } from '../support/recorded-state.ts';

/** Overwrites everything behind the header's page: it opens, and breaks where it is read. */
function breakPages(path: string): void {
  const size = readFileSync(path).length;
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size - 4_096, 0xaa), 0, size - 4_096, 4_096);
}

function makeShort(path: string): void {
  truncateSync(path, 0);
}

function makeGarbage(path: string): void {
  writeFileSync(path, 'garbage '.repeat(1_000));
}

const everyReader = [['claims'], ['findings'], ['runs'], ['runs', '--check', 'tls-versions'], ['reperform', '1'], ['reperform', '--all']];
const someReaders = [['claims'], ['reperform', '--all']];

describe.each([
  ['whose pages are broken', breakPages, everyReader],
  ['that is empty', makeShort, someReaders],
  ['of garbage', makeGarbage, someReaders],
])('a state file %s', (_what, damage, readers) => {
  it.each(readers.map((words) => [words.join(' '), words] as const))('%s says where it is and what to do', async (_name, words) => {
    const { folder, path } = await makeRecordedState();
    damage(path);
    const { code, output, errors } = await runProgram(...words, '--config', folder);
    expect([code, output]).toEqual([4, '']);
    expect(errors).toMatch(new RegExp(`^${path} is damaged \\([^\\n]+\\); [^\\n]*"claimwatch state check"[^\\n]*daemon[^\\n]*\\n$`));
  });

  it('state check says so, with exit code 1', async () => {
    const { folder, path } = await makeRecordedState();
    damage(path);
    const { code, output, errors } = await runProgram('state', 'check', '--config', folder);
    expect([code, errors]).toEqual([1, '']);
    expect(output).toContain(`${path} is damaged:\n`);
  });
});

it('explain needs no state', async () => {
  const { folder, path } = await makeRecordedState();
  makeGarbage(path);
  expect(await runProgram('explain', 'tls-versions', '--config', folder)).toMatchObject({ code: 0, errors: '' });
});

describe('a sound state file', () => {
  it.each([['claims'], ['findings'], ['runs'], ['state check']])('%s reads it', async (command) => {
    const { folder } = await makeRecordedState();
    expect(await runProgram(...command.split(' '), '--config', folder)).toMatchObject({ code: 0, errors: '' });
  });
});

describe('damage inside a row, which SQLite does not see', () => {
  it.each([['runs'], ['reperform 1']])('%s says that it is damaged', async (command) => {
    const { folder, path } = await makeRecordedState();
    const database = new DatabaseSync(path);
    database.exec(`update runs set details = '{"check":'`);
    database.close();
    const { code, output, errors } = await runProgram(...command.split(' '), '--config', folder);
    expect([code, output]).toEqual([4, '']);
    expect(errors).toContain(`${path} is damaged (`);
  });

  it('a run whose parameters are damaged cannot be judged again, and the next one can be asked for', async () => {
    const { folder, path } = await makeRecordedState([{ parametersDigest: sha256('[]') }, {}]);
    const database = new DatabaseSync(path);
    database.exec(`update bodies set deflated = x'00'`);
    database.close();
    const { code, output } = await runProgram('reperform', '--all', '--config', folder);
    expect(code).toBe(2);
    expect(output).toContain(`run 1 (tls-versions): the stored body ${sha256('[]')} is damaged\n`);
    expect(output).toContain('2 runs judged again.\n');
  });

  it('findings whose body is missing are named', async () => {
    const { folder, path } = await makeRecordedState([{ notPassDigest: sha256('other') }]);
    const { code, output, errors } = await runProgram('findings', '--config', folder);
    expect([code, output]).toEqual([4, '']);
    expect(errors).toContain(`${path} is damaged (the stored body ${sha256('other')} is missing)`);
  });
});

describe('what is no state file', () => {
  it.each([['claims'], ['findings'], ['runs'], ['reperform 1'], ['state check'], ['run']])('%s: a folder in its place', async (command) => {
    const { folder, path } = await makeRecordedState();
    rmSync(path);
    mkdirSync(path);
    const { code, output, errors } = await runProgram(...command.split(' '), '--config', folder);
    expect([code, output]).toEqual([3, '']);
    expect(errors).toMatch(new RegExp(`^${path} is a folder, not a state file; [^\\n]+\\n$`));
  });

  it('state check <folder> names the file in it', async () => {
    const { path } = await makeRecordedState();
    const { code, errors } = await runProgram('state', 'check', join(path, '..'));
    expect(code).toBe(3);
    expect(errors).toBe(`${join(path, '..')} is a folder, not a state file; did you mean ${path}?\n`);
  });

  it('state check <a database of another program>', async () => {
    const { folder } = await makeRecordedState();
    const path = join(folder, 'other.sqlite');
    const database = new DatabaseSync(path);
    database.exec('create table a (b)');
    database.close();
    const { code, output, errors } = await runProgram('state', 'check', path);
    expect([code, output]).toEqual([3, '']);
    expect(errors).toContain('was not written by claimwatch');
  });
});

describe.skipIf(!canRunAsNobody)('without the right to read (skipped where a user without rights cannot run node)', () => {
  it.each([
    ['the file', (path: string) => chmodSync(path, 0o000)],
    ['its folder', (path: string) => chmodSync(join(path, '..'), 0o000)],
  ])('%s: every command says who should run it', async (_what, forbid) => {
    const { folder, path } = await makeRecordedState();
    chmodSync(folder, 0o755);
    forbid(path);
    for (const words of [...someReaders, ['state', 'check']]) {
      const { code, output, errors } = await runProgramWith({ asNobody: true }, ...words, '--config', folder);
      expect([code, output]).toEqual([3, '']);
      expect(errors).toMatch(new RegExp(`^${path} cannot be read \\(EACCES\\); [^\\n]+ user [^\\n]+\\n$`));
    }
    chmodSync(join(path, '..'), 0o755);
  });

  it('a daemon that may not write beside it says so', async () => {
    const { folder, path } = await makeRecordedState();
    chmodSync(folder, 0o755);
    chmodSync(path, 0o644);
    chmodSync(join(path, '..'), 0o555);
    const { code, output, errors } = await runProgramWith({ asNobody: true }, 'run', '--config', folder);
    chmodSync(join(path, '..'), 0o755);
    expect([code, output]).toEqual([3, '']);
    expect(errors).toMatch(new RegExp(`^${path} cannot be opened \\([^\\n]+\\); [^\\n]+ right to write [^\\n]+\\n$`));
  });
});
