import { createHash } from 'node:crypto';
import type { Json } from '../domain/json.ts';
import type { Extent } from '../domain/look.ts';
import type { Entry } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import { canonicalJson } from './canonical-json.ts';
import { leafHash } from './merkle-log.ts';

/** What a run was, small enough for a log entry whatever the population; everything large stands behind its SHA-256. */
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
    extent: sealExtent(run.extent),
    previousRun: run.previousRun,
    looks: run.looks,
    population: { ...run.population },
    counts: sealCounts(run.counts),
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

/** Subjects may be many: their number, and SHA-256 over their sorted ids, one a line. */
function sealExtent(extent: Extent): Json {
  if (extent.kind === 'all') return { kind: 'all' };
  const ids = extent.subjects.toSorted().join('\n');
  return { kind: 'some', base: extent.base, count: extent.subjects.length, digest: createHash('sha256').update(ids).digest('hex') };
}

function sealCounts(counts: Run['counts']): Json {
  return Object.fromEntries(Object.entries(counts).map(([interpretation, own]): [string, Json] => [interpretation, { ...own }]));
}
