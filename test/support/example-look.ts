import type { Look } from '../../src/domain/look.ts';
import { minute, sha256 } from './example-run.ts';

/** A whole look that found nobody to look at. */
export function exampleLook(changes: Partial<Look> = {}): Omit<Look, 'id'> {
  return {
    name: 'tls',
    source: 'tls',
    vantage: { name: 'office', external: false, egressAddress: null, resolver: ['system'] },
    extent: { kind: 'all' },
    scheduledFor: minute(0),
    startedAt: minute(0),
    finishedAt: minute(0),
    dataAsOf: minute(0),
    expected: 0,
    seen: 0,
    unread: 0,
    populationDigest: sha256(''),
    mapDigest: sha256('{}'),
    base: null,
    depth: 0,
    ...changes,
  };
}
