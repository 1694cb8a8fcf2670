import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/check-command.ts';
import { makeRecordedState } from '../support/recorded-state.ts';

describe('runs --check', () => {
  it.each([
    ['tls-versoins', 'no check is called "tls-versoins", and no run of one is recorded; did you mean "tls-versions"?\n'],
    ['nosuch', 'no check is called "nosuch", and no run of one is recorded; there are: old-check, tls-certificate-expiry, tls-versions\n'],
    ['old-chek', 'no check is called "old-chek", and no run of one is recorded; did you mean "old-check"?\n'],
    ['', 'no check is called "", and no run of one is recorded; there are: old-check, tls-certificate-expiry, tls-versions\n'],
  ])('"%s" is refused, with what was probably meant', async (check, message) => {
    const { folder } = await makeRecordedState([{}, { check: 'old-check' }]);
    const { code, output, errors } = await runProgram('runs', '--check', check, '--config', folder);
    expect([code, output, errors]).toEqual([3, '', message]);
  });

  it.each([
    [['findings', '--check', 'tls-versoins'], 'no configured check is called "tls-versoins"; did you mean "tls-versions"?\n'],
    [['findings', '--check', 'old-check'], 'no configured check is called "old-check"; there are: tls-certificate-expiry, tls-versions\n'],
    [['explain', 'cipher-265'], 'no claim and no check is called "cipher-265"; did you mean "cipher-256"?\n'],
  ])('%j is refused in the same way', async (words, message) => {
    const { folder } = await makeRecordedState([{}, { check: 'old-check' }]);
    expect(await runProgram(...words, '--config', folder)).toMatchObject({ code: 3, output: '', errors: message });
  });

  it('a configured check that has not run yet says so', async () => {
    const { folder } = await makeRecordedState();
    const { code, output } = await runProgram('runs', '--check', 'tls-certificate-expiry', '--config', folder);
    expect([code, output]).toEqual([0, 'No run of tls-certificate-expiry has been recorded yet.\n']);
    expect(await runProgram('runs', '--check', 'tls-certificate-expiry', '--json', '--config', folder)).toMatchObject({
      code: 0,
      output: '[]\n',
    });
  });

  it('a check that is no longer configured still shows its runs', async () => {
    const { folder } = await makeRecordedState([{}, { check: 'old-check' }]);
    const { code, output } = await runProgram('runs', '--check', 'old-check', '--config', folder);
    expect(code).toBe(0);
    expect(output.split('\n').filter((line) => /^\d/.test(line))).toEqual([expect.stringContaining('old-check')]);
  });

  it('without it, the runs of all', async () => {
    const { folder } = await makeRecordedState([{}, { check: 'old-check' }]);
    const { code, output } = await runProgram('runs', '--config', folder);
    expect(code).toBe(0);
    expect(output).toMatch(/old-check[\s\S]*tls-versions/);
  });
});
