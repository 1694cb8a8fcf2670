import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import type { Json } from '../../src/domain/json.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { endpoint } from '../support/engine-fixtures.ts';
import { exampleLook } from '../support/example-look.ts';
import { exampleOutcome, minute } from '../support/example-run.ts';
import { askProgram } from '../support/network-state.ts';
import { makeRecordedState } from '../support/recorded-state.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { bodyOf, nothingDecided } from '../support/state-folder.ts';
import { tlsAddress } from '../support/tls-address.ts';

interface RecordedRun {
  readonly check?: string;
  /** Name -> fact `tls`; all of them were judged. */
  readonly seen: { readonly [name: string]: Json };
  readonly failing?: readonly string[];
}

const plain = factOf({});
const spoken = factOf({ plaintext: 'HTTP/1.1 400\u001b[31m' });
const told = 'it answers without TLS now ("HTTP/1.1 400';

function factOf(change: Partial<TlsAddress>): Json {
  return JSON.parse(JSON.stringify({ addresses: [tlsAddress(change)], differences: [] })) as Json;
}

function fail(name: string): Finding {
  const explained = { expected: 'TLS 1.2 or later', observed: `TLS 1.0 offered by ${name}`, rule: 'RFC 8996' };
  return { subject: endpoint(name).id, interpretation: 'intent', status: 'fail', response: 'page', ...explained };
}

/** Each run judged a look of its own. The first number is 2: a run of `old-check` stands before them. */
async function makeRuns(...runs: readonly RecordedRun[]): Promise<string> {
  const { folder, path } = await makeRecordedState([{ check: 'old-check' }]);
  const { store } = await openStore({ path, now: () => Date.parse(minute(0)), log: makeRecordingLog() });
  for (const [index, { check = 'tls-versions', seen, failing = [] }] of runs.entries()) {
    const names = Object.keys(seen);
    const map = bodyOf(Object.fromEntries(names.map((name) => [endpoint(name).id, { tls: { digest: bodyOf(seen[name]).digest } }])));
    const [subjects, notPass] = [bodyOf(names.map(endpoint)), bodyOf(failing.map(fail))];
    await store.putBodies([map, subjects, notPass, ...Object.values(seen).map(bodyOf)]);
    const look = await store.recordLook(exampleLook({ mapDigest: map.digest, dataAsOf: minute(index) }));
    const counts = { intent: { pass: names.length - failing.length, fail: failing.length, unknown: 0, waived: 0 } };
    const digests = { subjectsDigest: subjects.digest, notPassDigest: notPass.digest };
    const outcome = exampleOutcome({ check, dataAsOf: minute(index), looks: { tls: look.id }, counts, ...digests });
    await store.record(outcome, () => nothingDecided, sealRun);
  }
  await store.close();
  return folder;
}

const linesOf = (output: string) => output.trimEnd().split('\n');

describe('runs diff', () => {
  it('says what two runs found otherwise, and what was seen otherwise', async () => {
    const folder = await makeRuns(
      { seen: { a: plain, b: plain, c: plain }, failing: ['c'] },
      { seen: { a: plain, b: spoken, d: plain }, failing: ['b'] },
    );
    const { code, output, errors } = await askProgram(folder, 'runs', 'diff', '3', '2');
    expect([code, errors, linesOf(output)]).toEqual([
      0,
      '',
      [
        `tls-versions: run 2, data as of ${minute(0)}, against run 3, data as of ${minute(1)}`,
        '1 finding changed, 1 subject came, 1 subject went, other was seen at 1 subject',
        '',
        'b.example.com:443 (intent)  ✓ pass -> ✗ fail  TLS 1.0 offered by b',
        '',
        'came  d.example.com:443 (intent)  ✓ pass',
        'went  c.example.com:443 (intent)  was ✗ fail  TLS 1.0 offered by c',
        '',
        'TLS changed at b.example.com:443',
        `  ${told}") (192.0.2.1)`,
      ],
    ]);
    const json: unknown = JSON.parse((await askProgram(folder, 'runs', 'diff', '2', '3', '--json')).output);
    expect(json).toMatchObject({
      before: { run: 2, check: 'tls-versions' },
      after: { run: 3 },
      changed: [{ subject: 'b.example.com:443', before: 'pass', after: 'fail' }],
      came: [{ subject: 'd.example.com:443' }],
      went: [{ subject: 'c.example.com:443' }],
      facts: [{ kind: 'tls', subject: 'b.example.com:443', changes: [{ places: ['192.0.2.1'] }] }],
    });
  });

  it('without numbers, the last run of the check and the last one before it that differs', async () => {
    const folder = await makeRuns(
      { seen: { a: plain } },
      { seen: { a: spoken } },
      { seen: { a: plain }, check: 'other' },
      { seen: { a: spoken } },
    );
    const { code, output } = await askProgram(folder, 'runs', 'diff', '--check', 'tls-versions');
    expect([code, linesOf(output)]).toEqual([
      0,
      [
        `tls-versions: run 2, data as of ${minute(0)}, against run 5, data as of ${minute(3)}`,
        'other was seen at 1 subject',
        '',
        'TLS changed at a.example.com:443',
        `  ${told}") (192.0.2.1)`,
      ],
    ]);
  });

  it('facts of an older shape are no change', async () => {
    const folder = await makeRuns({ seen: { a: { addresses: [{ address: '192.0.2.1' }] } } }, { seen: { a: plain } });
    expect(linesOf((await askProgram(folder, 'runs', 'diff', '2', '3')).output)[1]).toBe('both came to the same');
    expect((await askProgram(folder, 'runs', 'diff', '--check', 'tls-versions')).output).toBe(
      'The runs of tls-versions before run 3 came to the same, as far as was looked back.\n',
    );
  });

  it('where there is nothing to compare with, it says so', async () => {
    const folder = await makeRuns({ seen: { a: plain } });
    expect(await askProgram(folder, 'runs', 'diff', '--check', 'tls-certificate-expiry')).toEqual({
      code: 0,
      output: 'No run of tls-certificate-expiry has been recorded yet.\n',
      errors: '',
    });
    const { output } = await askProgram(folder, 'runs', 'diff', '--check', 'tls-versions', '--json');
    expect(JSON.parse(output)).toMatchObject({ before: null, after: { run: 2 }, changed: [], facts: [] });
    expect((await askProgram(folder, 'runs', 'diff', '--json', '--check', 'old-check')).output).toContain('"run": 1');
  });

  it.each([
    [['2'], 'say the numbers of two runs, or none and --check\n'],
    [[], 'say the numbers of two runs, or a check with --check; "claimwatch runs" lists the runs of all\n'],
    [['2', '3', '--check', 'tls-versions'], 'say the numbers of two runs, or --check, but not both\n'],
    [['2', '9'], 'there is no run 9; "claimwatch runs" lists them\n'],
    [['2', 'x'], 'there is no run x; "claimwatch runs" lists them\n'],
    [['1', '2'], 'run 1 is one of old-check and run 2 of tls-versions; say two of the same check\n'],
    [['--check', 'old-chek'], 'no check is called "old-chek", and no run of one is recorded; did you mean "old-check"?\n'],
  ])('%j is refused', async (words, message) => {
    const folder = await makeRuns({ seen: { a: plain } });
    expect(await askProgram(folder, 'runs', 'diff', ...words)).toEqual({ code: 3, output: '', errors: message });
  });

  it('leaves "runs" as it was', async () => {
    const folder = await makeRuns({ seen: { a: plain } });
    expect(linesOf((await askProgram(folder, 'runs', '--check', 'tls-versions', '--limit', '1')).output)).toHaveLength(2);
  });
});
