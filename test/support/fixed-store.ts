import type { Alert } from '../../src/domain/alert.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Look } from '../../src/domain/look.ts';
import type { CheckStatus, OutboxSummary, StoreReader } from '../../src/domain/ports.ts';
import type { Run } from '../../src/domain/run.ts';

export interface FixedState {
  statuses?: readonly CheckStatus[];
  runs?: readonly Run[];
  findings?: { readonly [run: number]: readonly Finding[] };
  readonly looks?: readonly Look[];
  readonly openAlerts?: readonly Alert[];
  outbox?: readonly OutboxSummary[];
  readonly entries?: number;
}

/** A store that is read only and never changes, but for what the caller does to the state it gave. */
export function fixedStore(state: FixedState): StoreReader {
  const newestFirst = () => (state.runs ?? []).toSorted((a, b) => b.id - a.id);
  return {
    bodies: async () => new Map(),
    look: async (id) => state.looks?.find((look) => look.id === id) ?? null,
    latestLook: async (name) => state.looks?.findLast((look) => look.name === name) ?? null,
    factMap: async () => ({}),
    run: async (id) => state.runs?.find((run) => run.id === id) ?? null,
    latestRun: async (check) => newestFirst().find((run) => run.check === check) ?? null,
    runs: async ({ check, limit }) =>
      newestFirst()
        .filter((run) => check === undefined || run.check === check)
        .slice(0, limit),
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
