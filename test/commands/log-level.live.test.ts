import { expect, it } from 'vitest';
import { runProgramWith } from '../support/check-command.ts';

it.each(['loud', 'INFO', '30', 'constructor'])('CLAIMWATCH_LOG_LEVEL=%s is refused with the levels there are', async (level) => {
  const { code, output, errors } = await runProgramWith({ environment: { CLAIMWATCH_LOG_LEVEL: level } }, 'waivers', 'list');
  const levels = 'trace, debug, info, warn, error, fatal, silent';
  expect([code, output, errors]).toEqual([3, '', `CLAIMWATCH_LOG_LEVEL is "${level}"; the levels are ${levels}\n`]);
});

it.each(['', 'trace', 'info', 'fatal', 'silent'])('CLAIMWATCH_LOG_LEVEL=%s is a level', async (level) => {
  const ended = await runProgramWith({ environment: { CLAIMWATCH_LOG_LEVEL: level } }, '--version');
  expect(ended).toMatchObject({ code: 0, errors: '' });
});
