import type { Json } from '../domain/json.ts';
import type { Entry } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import { canonicalJson } from './canonical-json.ts';
import { leafHash } from './merkle-log.ts';

/** What a run was, small enough for a log entry; everything large stands behind its SHA-256. */
export function sealRun(run: Run): Entry {
  const body = canonicalJson({
    v: 1,
    kind: 'run',
    run: run.id,
    check: run.check,
    trigger: run.trigger,
    codeVersion: run.codeVersion,
    scheduledFor: run.scheduledFor,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    dataAsOf: run.dataAsOf,
    extent: run.extent.kind === 'all' ? { kind: 'all' } : { kind: 'some', base: run.extent.base, count: run.extent.subjects.length },
    previousRun: run.previousRun,
    looks: run.looks,
    population: { ...run.population },
    counts: Object.fromEntries(
      Object.entries(run.counts).map(([interpretation, counts]): [string, Json] => [interpretation, { ...counts }]),
    ),
    digests: {
      findings: run.findingsDigest,
      input: run.inputDigest,
      notPass: run.notPassDigest,
      parameters: run.parametersDigest,
      subjects: run.subjectsDigest,
      waivers: run.waiversDigest,
    },
  });
  return { index: run.entry, body, leafHash: leafHash(Buffer.from(body, 'utf8')) };
}
