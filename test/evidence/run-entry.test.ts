import { expect, it } from 'vitest';
import { leafHash } from '../../src/evidence/merkle-log.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { exampleOutcome, sha256 } from '../support/example-run.ts';

const run = { ...exampleOutcome({ looks: { tls: 7 }, previousRun: 2 }), id: 3, entry: 2 };

it('holds what identifies a run, as one canonical text with its leaf hash', () => {
  const entry = sealRun(run);
  expect(entry.index).toBe(2);
  expect(entry.leafHash).toBe(leafHash(Buffer.from(entry.body)));
  expect(entry.body.startsWith('{"check":"tls-versions","codeVersion":"0.1.0","counts":{"intent":{"fail":0')).toBe(true);
  expect(JSON.parse(entry.body)).toEqual({
    v: 1,
    kind: 'run',
    run: 3,
    check: 'tls-versions',
    trigger: 'looked',
    codeVersion: '0.1.0',
    scheduledFor: run.scheduledFor,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    dataAsOf: run.dataAsOf,
    extent: { kind: 'all' },
    previousRun: 2,
    looks: { tls: 7 },
    population: run.population,
    counts: run.counts,
    digests: {
      findings: run.findingsDigest,
      input: run.inputDigest,
      notPass: run.notPassDigest,
      parameters: run.parametersDigest,
      subjects: run.subjectsDigest,
      waivers: run.waiversDigest,
    },
  });
});

it('stays small when a hundred thousand subjects were judged, and still tells which', () => {
  const subjects = Array.from({ length: 100_000 }, (_, index) => `host-${index}.example.com:443`);
  const { body } = sealRun({ ...run, extent: { kind: 'some', subjects, base: 2 } });
  expect(body.length).toBeLessThan(2_000);
  const { extent } = JSON.parse(body) as { readonly extent: unknown };
  expect(extent).toEqual({ kind: 'some', base: 2, count: 100_000, digest: sha256(subjects.toSorted().join('\n')) });
});

it.each(['check', 'trigger', 'codeVersion', 'finishedAt', 'findingsDigest', 'inputDigest', 'waiversDigest'] as const)(
  'a run that differs in %s has another leaf',
  (field) => {
    expect(sealRun({ ...run, [field]: sha256('other') }).leafHash).not.toBe(sealRun(run).leafHash);
  },
);
