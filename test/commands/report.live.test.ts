import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stateFileName } from '../../src/commands/command-context.ts';
import { runProgram as runInThisProcess } from '../../src/commands/program.ts';
import { clearProgressBar } from '../../src/commands/progress-bar.ts';
import { timestamp } from '../../src/domain/time.ts';
import type { Report } from '../../src/reporters/reports/report.ts';
import { runProgram } from '../support/check-command.ts';
import { endpoint, minuteMs } from '../support/engine-fixtures.ts';
import { makeFakeRoof } from '../support/fake-roof.ts';
import { hourStartMs, makeReportFolder, recordHour } from '../support/recorded-hour.ts';

const at = (minute: number) => timestamp(hourStartMs + minute * minuteMs);
const period = ['--from', at(0), '--to', at(105)];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-report-output-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('an hour that the engine recorded', () => {
  it('comes to the numbers that it was made of, as data and as a page', { timeout: 60_000 }, async () => {
    const { folder, runs } = await recordHour();
    const ended = await runProgram('report', ...period, '--json', '--config', folder);
    expect([ended.code, ended.errors]).toEqual([0, '']);
    const report = JSON.parse(ended.output) as Report;
    const minutes = (count: number) => count * minuteMs;
    const numbers = {
      periodMs: minutes(105),
      passMs: minutes(37),
      failMs: minutes(5),
      waivedMs: minutes(5),
      notMeasuredMs: minutes(58),
      strict: 37 / 105,
      measured: 37 / 47,
      coverage: 47 / 105,
    };
    const [check] = report.checks;
    for (const own of check?.interpretations ?? []) expect(own.numbers).toEqual(numbers);
    const claim = report.claims.find(({ id }) => id === 'https-everywhere');
    expect(claim?.interpretations.map((own) => [own.numbers, own.statusAtEnd])).toEqual([
      [numbers, 'unknown'],
      [numbers, 'unknown'],
    ]);
    expect(check?.interpretations.map(({ statusAtEnd }) => statusAtEnd)).toEqual(['pass', 'pass']);
    const intent = check?.interpretations.find(({ interpretation }) => interpretation === 'intent');
    expect(intent?.timeline.map(({ from, to, state, gap }) => [from, to, gap?.reason ?? state])).toEqual([
      [at(0), at(10), 'pass'],
      [at(10), at(15), 'fail'],
      [at(15), at(20), 'pass'],
      [at(20), at(23), 'timeout'],
      [at(23), at(30), 'pass'],
      [at(30), at(35), 'waived'],
      [at(35), at(44), 'pass'],
      [at(44), at(99), 'no-run'],
      [at(99), at(105), 'pass'],
    ]);
    expect(intent?.failures).toMatchObject([{ subject: endpoint('a').id, from: at(10), to: at(15), ended: 'passed', beganBefore: false }]);
    const failing = runs.filter((run) => (run.counts.intent?.fail ?? 0) > 0);
    expect(intent?.failures[0]).toMatchObject({ firstRun: failing[0]?.id, lastRun: failing.at(-1)?.id, entry: failing[0]?.entry });
    expect(report.waivers.map(({ id }) => id)).toEqual(['known-c']);
    expect(report.changes.map(({ what, before, after }) => [what, before, after])).toEqual([
      ['waivers', 'none', 'known-c'],
      ['waivers', 'known-c', 'none'],
    ]);
    expect(report.evidence.runs).toBe(runs.length);
    expect(report.limits.join('\n')).not.toContain('before the freshness limit was kept');

    const output = join(await newFolder(), 'report.html');
    const page = await runProgram('report', ...period, '--control', 'soc2 cc6.7', '--output', output, '--config', folder);
    expect([page.code, page.errors]).toEqual([0, '']);
    expect(page.output).toMatch(/https-everywhere +intent +\? unknown +35\.23.% +78\.72.% +44\.76.%/);
    expect(page.output).toContain(`The report: ${output}`);
    const text = await readFile(output, 'utf8');
    expect([text.startsWith('<!DOCTYPE html>'), text.trimEnd().endsWith('</html>')]).toEqual([true, true]);
    const control = JSON.parse(
      (await runProgram('report', ...period, '--control', 'CC6.1', '--json', '--config', folder)).output,
    ) as Report;
    expect([control.control, control.checks, control.claims.every(({ controls }) => controls.soc2.includes('CC6.1'))]).toEqual([
      'CC6.1',
      [],
      true,
    ]);
  });

  it('a mistake is told before the work begins, and nothing is written', { timeout: 60_000 }, async () => {
    const { folder } = await recordHour();
    const output = await newFolder();
    await mkdir(join(output, 'folder.html'));
    const told = async (...words: readonly string[]) => {
      const { roof, printedErrors } = makeFakeRoof(hourStartMs + 120 * minuteMs, { workingDirectory: output });
      const code = await runInThisProcess(['report', '--config', folder, ...words], roof);
      return [code, printedErrors.join('')];
    };
    expect(await told('--from', at(200))).toEqual([3, expect.stringContaining('has not come yet')]);
    expect(await told('--from', at(-60), '--to', at(0))).toEqual([3, expect.stringContaining('before the first run was recorded')]);
    expect(await told(...period, '--control', 'CC6.77')).toEqual([3, expect.stringContaining('near ones: CC6.7')]);
    expect(await told(...period, '--output', 'nowhere/report.html')).toEqual([3, expect.stringContaining('there is no folder')]);
    expect(await told(...period, '--output', 'folder.html')).toEqual([3, expect.stringContaining('is a folder')]);
    expect(await told(...period, '--json', '--output', 'report.json')).toEqual([3, expect.stringContaining('--format json')]);
    expect(await told('--to', at(0))).toEqual([3, expect.stringContaining("required option '--from <time>'")]);
    expect(await readdir(output)).toEqual(['folder.html']);
  });

  it('who waits at a terminal sees how far it is; who gives up finds nothing half made, and the file before untouched', async () => {
    const { folder } = await recordHour();
    const output = await newFolder();
    await writeFile(join(output, 'report.html'), 'the one before');
    const fake = makeFakeRoof(hourStartMs + 120 * minuteMs, {
      workingDirectory: output,
      terminal: { isTerminal: true, columns: 100 },
      runSelf: (_words, signal, onErrorLine) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          onErrorLine?.('progress 50 100');
          onErrorLine?.('something else');
          fake.stop();
        }),
    });
    const code = await runInThisProcess(['report', '--config', folder, ...period, '--output', 'report.html'], fake.roof);
    expect([code, fake.printed]).toEqual([4, []]);
    expect(fake.printedErrors).toEqual([
      `\r[${'#'.repeat(15)}${' '.repeat(15)}] 50 %`,
      clearProgressBar,
      'something else\n',
      clearProgressBar,
      'stopped; no report was made\n',
    ]);
    expect(await readdir(output)).toEqual(['report.html']);
    expect(await readFile(join(output, 'report.html'), 'utf8')).toBe('the one before');
  });

  it('who gives up in the moment of writing is told the same', async () => {
    const { folder } = await recordHour();
    const output = await newFolder();
    await writeFile(join(output, 'report.html'), 'the one before');
    const fake = makeFakeRoof(hourStartMs + 120 * minuteMs, {
      workingDirectory: output,
      runSelf: async () => {
        fake.stop();
        return { output: JSON.stringify({ text: 'new', runs: 1, claims: [], unchecked: 0 }) };
      },
    });
    const code = await runInThisProcess(['report', '--config', folder, ...period, '--output', 'report.html'], fake.roof);
    expect([code, fake.printed, fake.printedErrors]).toEqual([4, [], ['stopped; no report was made\n']]);
    expect([await readdir(output), await readFile(join(output, 'report.html'), 'utf8')]).toEqual([['report.html'], 'the one before']);
  });
});

it('what was recorded and cannot be read any more is told, and no report is made of the rest', { timeout: 60_000 }, async () => {
  const { folder, runs } = await recordHour();
  const output = await newFolder();
  const failing = runs.find((run) => (run.counts.intent?.fail ?? 0) > 0);
  const state = new DatabaseSync(join(folder, 'state', stateFileName));
  state.prepare('delete from bodies where digest = unhex(?)').run(failing?.notPassDigest ?? '');
  state.close();
  const { code, output: printed, errors } = await runProgram('report', ...period, '--output', join(output, 'a.html'), '--config', folder);
  expect([code, printed, await readdir(output)]).toEqual([4, '', []]);
  expect(errors).toContain(`the stored body ${failing?.notPassDigest} is missing`);
  expect(errors).toMatch(/no report was made\n$/);
});

it('where nothing has been recorded it says so', async () => {
  const { code, errors } = await runProgram('report', '--from', '2025-01-06', '--config', await makeReportFolder());
  expect([code, errors]).toEqual([3, expect.stringContaining('nothing has been recorded')]);
});
