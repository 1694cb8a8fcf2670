import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ruleFiles } from '../support/prometheus-rules.ts';

const isInstalled = spawnSync('promtool', ['--version']).status === 0;

function promtool(...words: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8', cwd: new URL('../..', import.meta.url) });
  return { code: status, output: `${stdout}${stderr}` };
}

describe.skipIf(!isInstalled)(`promtool${isInstalled ? '' : ' (skipped: promtool is not installed)'}`, () => {
  test.each(ruleFiles)('check rules %s', (file) => {
    expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', file)).toMatchObject({ code: 0 });
  });

  test('check config deploy/prometheus.yml', () => {
    expect(promtool('check', 'config', 'deploy/prometheus.yml')).toMatchObject({ code: 0 });
  });

  test.each(['claimwatch', 'claimwatch-claims'])('test rules %s.test.yaml', (name) => {
    const { code, output } = promtool('test', 'rules', `test/prometheus/${name}.test.yaml`);
    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});
