import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { timestamp } from '../../../src/domain/time.ts';
import type { Span } from '../../../src/logs/covered-time.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import { listActivity } from '../../../src/sources/logs/activity-log-api.ts';

const span: Span = { fromMs: 1_000, toMs: 9_000 };

/** Of each page, until when back the span is covered with it; null: that is not known. */
async function coveredAfter(pages: readonly (readonly number[])[], category = 'Administrative'): Promise<readonly (number | null)[]> {
  const client: Pick<ArmClient, 'list'> = {
    async *list() {
      await Promise.resolve();
      for (const page of pages)
        yield page.map((atMs): JsonObject => ({ eventDataId: 'A', eventTimestamp: timestamp(atMs), category: { value: category } }));
    },
  };
  const covered: (number | null)[] = [];
  for await (const page of listActivity(client, 's', span, { signal: new AbortController().signal, deadlineMs: 1 })) {
    if (page.covered !== null) expect(page.covered.toMs).toBe(span.toMs);
    covered.push(page.covered?.fromMs ?? null);
  }
  return covered;
}

it.each<[what: string, pages: readonly (readonly number[])[], covered: readonly (number | null)[]]>([
  [
    'after the last event of a page, since the next page may hold another of the same millisecond',
    [[8_000, 6_000], [6_000]],
    [6_001, 6_001],
  ],
  ['no more by a page without events', [[8_000], []], [8_001, 8_001]],
  ['by no page before one with events', [[], [8_000]], [null, 8_001]],
  ['by no page once a later event came after an earlier one', [[8_000, 6_000], [7_000], [5_000]], [6_001, null, null]],
  ['by no page that is out of order itself', [[6_000, 8_000]], [null]],
  ['within the span', [[500]], [1_000]],
])('a span is covered %s, and whole at the end', async (_what, pages, covered) => {
  expect(await coveredAfter(pages)).toEqual([...covered, span.fromMs]);
});

it('of what is not reconciled nothing is told', async () => {
  expect(await coveredAfter([[8_000]], 'ServiceHealth')).toEqual([null, span.fromMs]);
});
