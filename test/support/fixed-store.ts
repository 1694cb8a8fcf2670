import type { Alert } from '../../src/domain/alert.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Json } from '../../src/domain/json.ts';
import type { Look } from '../../src/domain/look.ts';
import type { CheckStatus, OutboxSummary, StoreReader } from '../../src/domain/ports.ts';
import type { Run } from '../../src/domain/run.ts';
import { storedBody } from '../../src/engine/body.ts';

export interface FixedState {
  statuses?: readonly CheckStatus[];
  runs?: readonly Run[];
  findings?: { readonly [run: number]: readonly Finding[] };
  readonly looks?: readonly Look[];
  readonly openAlerts?: readonly Alert[];
  outbox?: readonly OutboxSummary[];
  readonly entries?: number;
  /** By digest. */
  readonly bodies?: ReadonlyMap<string, Json>;
}

/** A store that is read only and never changes, but for what the caller does to the state it gave. */
export function fixedStore(state: FixedState): StoreReader {
  const newestFirst = () => (state.runs ?? []).toSorted((a, b) => b.id - a.id);
  return {
    bodies: async (digests) =>
      new Map(digests.flatMap((digest) => (state.bodies?.has(digest) ? [[digest, state.bodies.get(digest) ?? null]] : []))),
    bodiesAs: async (digests, keep) =>
      new Map(
        digests.flatMap((digest) =>
          state.bodies?.has(digest)
            ? [[digest, keep({ ...storedBody(state.bodies.get(digest)), text: JSON.stringify(state.bodies.get(digest)) })]]
            : [],
        ),
      ),
    look: async (id) => state.looks?.find((look) => look.id === id) ?? null,
    latestLook: async (name) => state.looks?.findLast((look) => look.name === name) ?? null,
    wholeLooks: async (name, { from, to }) => {
      const whole = (state.looks ?? []).filter((look) => look.name === name && look.extent.kind === 'all');
      const times = whole.map(({ scheduledFor }) => scheduledFor).sort();
      return { since: times[0] ?? null, looks: whole.filter(({ scheduledFor }) => scheduledFor >= from && scheduledFor < to) };
    },
    factMap: async () => ({}),
    followedFacts: async () => new Map(),
    run: async (id) => state.runs?.find((run) => run.id === id) ?? null,
    latestRun: async (check) => newestFirst().find((run) => run.check === check) ?? null,
    runs: async ({ check, limit, before = Number.POSITIVE_INFINITY }) =>
      newestFirst()
        .filter((run) => run.id < before && (check === undefined || run.check === check))
        .slice(0, limit),
    runsFrom: async ({ check, first, limit }) =>
      newestFirst()
        .toReversed()
        .filter((run) => run.id >= first && (check === undefined || run.check === check))
        .slice(0, limit),
    runNumbers: async ({ from, to }) => {
      const ids = newestFirst().flatMap((run) => (run.finishedAt >= from && run.finishedAt < to ? [run.id] : []));
      return ids.length === 0 ? null : { first: Math.min(...ids), last: Math.max(...ids) };
    },
    findings: async (run) => state.findings?.[run.id] ?? [],
    statuses: async () => state.statuses ?? [],
    openAlerts: async () => state.openAlerts ?? [],
    alerts: async () => state.openAlerts ?? [],
    outboxSummary: async () => state.outbox ?? [],
    entry: async () => null,
    entryCount: async () => state.entries ?? 0,
    close: async () => {},
  };
}
