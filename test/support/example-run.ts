import { createHash } from 'node:crypto';
import type { RunOutcome } from '../../src/domain/run.ts';
import { type Timestamp, timestamp } from '../../src/domain/time.ts';

/** SHA-256 of the text, lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A minute on 24 November 2026, from 08:00 UTC on. */
export function minute(number: number): Timestamp {
  return timestamp(Date.UTC(2026, 10, 24, 8, number));
}

const noFindings = sha256('[]');

/** One check that looked at one endpoint, which passes. */
export function exampleOutcome(changes: Partial<RunOutcome> = {}): RunOutcome {
  return {
    check: 'tls-versions',
    trigger: 'looked',
    codeVersion: '0.1.0',
    parametersDigest: sha256('parameters'),
    waiversDigest: noFindings,
    scheduledFor: minute(0),
    startedAt: minute(0),
    finishedAt: minute(0),
    dataAsOf: minute(0),
    extent: { kind: 'all' },
    previousRun: null,
    looks: {},
    population: { expected: 1, seen: 1, unread: 0, digest: sha256('shop.example.com:443') },
    subjectsDigest: sha256('subjects'),
    counts: { literal: { pass: 1, fail: 0, unknown: 0, waived: 0 }, intent: { pass: 1, fail: 0, unknown: 0, waived: 0 } },
    findingsDigest: sha256('findings'),
    notPassDigest: noFindings,
    inputDigest: sha256('input'),
    ...changes,
  };
}
