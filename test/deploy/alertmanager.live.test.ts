import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fileOfProject } from '../support/prometheus-rules.ts';
import { missingPrograms } from '../support/prometheus-server.ts';

const run = promisify(execFile);
const amtool = async (...words: readonly string[]) => (await run('amtool', words, { timeout: 20_000 })).stdout;
const file = fileURLToPath(fileOfProject('deploy/alertmanager.yml'));
const skipped = missingPrograms('amtool');

describe.skipIf(skipped !== null)(`deploy/alertmanager.yml, by amtool ${skipped === null ? '' : `(${skipped})`}`, () => {
  it('is understood', async () => {
    expect(await amtool('check-config', file)).toContain('SUCCESS');
  });

  it.each([
    ['pages', 'alertname=ClaimwatchFail', 'severity=critical'],
    ['tickets', 'alertname=ClaimwatchFail', 'severity=warning'],
    ['reports', 'alertname=ClaimwatchFail', 'severity=info'],
    ['tickets', 'alertname=SomethingElse'],
    ['dead-mans-switch', 'alertname=ClaimwatchWatchdog', 'severity=info'],
  ])('%s gets %s %s', async (receiver, ...labels) => {
    const words = labels.filter((label) => label !== undefined);
    expect((await amtool('config', 'routes', 'test', `--config.file=${file}`, ...words)).trim()).toBe(receiver);
  });
});
