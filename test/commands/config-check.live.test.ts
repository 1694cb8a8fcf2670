import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../support/check-command.ts';

const config = fileURLToPath(new URL('../../config/', import.meta.url));
const [endpoints, looks, checks] = [
  'endpoints: [{ host: shop.example.com }]\n',
  'looks: { tls: { source: tls, schedule: "* * * * *" } }\n',
  'checks: { tls-versions: { maxAge: 5m } }\n',
];

it.each([
  ['nothing', endpoints + looks + checks, []],
  ['no endpoint', looks + checks, ['No endpoint is configured']],
  ['no check', `${endpoints}${looks}checks: {}\n`, ['No check is configured']],
  ['no look and no check', `${endpoints}looks: {}\n`, ['No look is configured', 'No check is configured']],
])('a valid configuration is warned of %s', async (_what, text, warnings) => {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(config, 'claims.yaml'), join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(join(folder, 'claimwatch.yaml'), text);
  const { code, output, errors } = await runProgram('config', 'check', '--config', folder);
  expect([code, errors]).toEqual([0, '']);
  expect([...output.matchAll(/^No \w+ is configured/gm)].map(([found]) => found)).toEqual(warnings);
});

it.each(['0', '99999'])('port %s of an endpoint is refused in words', async (port) => {
  const { code, errors } = await runProgram('check', '--endpoint', `a.example:${port}`);
  expect([code, errors]).toEqual([3, `--endpoint a.example:${port}: expected a port from 1 to 65535, got ${port}\n`]);
});
