import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { metricsOf, observeSomething, someState } from './metrics-fixtures.ts';

const isInstalled = spawnSync('promtool', ['--version']).status === 0;

async function lint(exposition: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const promtool = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  promtool.stdin.end(exposition);
  const [out, err] = await Promise.all([text(promtool.stdout), text(promtool.stderr), once(promtool, 'close')]);
  return { code: promtool.exitCode, output: `${out}${err}` };
}

describe.skipIf(!isInstalled)(`promtool check metrics${isInstalled ? '' : ' (skipped: promtool is not installed)'}`, () => {
  test('finds nothing to say, process metrics included', async () => {
    const metrics = metricsOf(someState);
    observeSomething(metrics);
    expect(await lint((await metrics.render()).body)).toEqual({ code: 0, output: '' });
  });

  test('would say something of a gauge that is named like a counter', async () => {
    const bad = '# HELP claimwatch_bad_total Bad.\n# TYPE claimwatch_bad_total gauge\nclaimwatch_bad_total 1\n';
    expect((await lint(bad)).code).not.toBe(0);
  });
});
