import type { Check } from '../domain/check.ts';
import type { StoreReader } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import type { PreviousFindings } from './carry.ts';
import type { FactSources } from './fact-sources.ts';
import { resourceKind } from './resource-index.ts';
import { looksOf } from './run-input.ts';

/**
 * When the complete look of the index that a run judged began. Of a run of one look that is its own time; of more it may be any of theirs, and the same
 * look would count for a later one that agrees.
 */
export async function indexAsOf(
  reader: Pick<StoreReader, 'look'> | null,
  check: Check,
  sources: FactSources,
  previous: Pick<Run, 'looks'>,
): Promise<Pick<PreviousFindings, 'indexAsOf'>> {
  const id = previous.looks[sources.lookOfKind.get(resourceKind) ?? ''];
  if (reader === null || id === undefined || check.subjects === 'endpoint' || looksOf(check, sources).length < 2) return {};
  const look = await reader.look(id);
  return look === null ? {} : { indexAsOf: look.dataAsOf };
}
