import type { Notification } from '../../src/domain/alert.ts';
import type { AttemptResult, OutboxLane, OutboxRow, Store } from '../../src/domain/ports.ts';

interface Row {
  readonly notification: Notification;
  attempts: number;
  mayHaveArrived: boolean;
  sentAs: string;
  nextAttemptAt: string;
  accepted: boolean;
}

/** The outbox part of the store, in memory, with the same meaning. */
export interface MemoryOutbox extends Pick<Store, 'dueNotifications' | 'startAttempt' | 'finishAttempt'> {
  /** Known ids are left alone. */
  add(notifications: readonly Notification[]): void;
  pending(): readonly OutboxRow[];
  /** Every end of an attempt so far. */
  results(): readonly Ended[];
  /** Resolves with the first end, past or coming, that `accepts`. */
  whenEnded(accepts: (ended: Ended, index: number) => boolean): Promise<Ended>;
}

export interface Ended {
  readonly ids: readonly string[];
  readonly result: AttemptResult;
}

export function makeMemoryOutbox(): MemoryOutbox {
  const rows = new Map<string, Row>();
  const ended: Ended[] = [];
  const watching = new Set<() => void>();

  function waiting(): readonly Row[] {
    return [...rows.values()].filter((row) => !row.accepted);
  }

  function rowOf(id: string): Row {
    const row = rows.get(id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  }

  async function dueNotifications(now: string, limit: number): Promise<readonly OutboxLane[]> {
    const lanes = new Map<string, Row[]>();
    for (const row of waiting()) {
      const key = `${row.notification.receiver}\n${row.notification.lane}`;
      lanes.set(key, [...(lanes.get(key) ?? []), row]);
    }
    return [...lanes.values()]
      .map((lane) => lane.toSorted((a, b) => a.notification.sequence - b.notification.sequence))
      .filter(([head]) => head !== undefined && head.nextAttemptAt <= now)
      .slice(0, limit)
      .map((lane) => ({ receiver: lane[0]?.notification.receiver ?? '', lane: lane[0]?.notification.lane ?? '', rows: lane.map(copy) }));
  }

  async function finishAttempt(ids: readonly string[], result: AttemptResult): Promise<void> {
    for (const row of ids.map(rowOf)) {
      if (result.kind === 'accepted') row.accepted = true;
      else {
        row.mayHaveArrived = result.mayHaveArrived;
        row.nextAttemptAt = result.nextAttemptAt;
      }
    }
    ended.push({ ids, result });
    for (const watch of watching) watch();
  }

  return {
    add: (notifications) => {
      for (const notification of notifications) {
        if (rows.has(notification.id)) continue;
        rows.set(notification.id, {
          notification,
          attempts: 0,
          mayHaveArrived: false,
          sentAs: notification.id,
          nextAttemptAt: notification.at,
          accepted: false,
        });
      }
    },
    pending: () => waiting().map(copy),
    results: () => [...ended],
    dueNotifications,
    startAttempt: async (ids) => {
      for (const row of ids.map(rowOf)) {
        row.attempts += 1;
        row.mayHaveArrived = true;
        row.sentAs = ids[0] ?? row.sentAs;
      }
    },
    finishAttempt,
    whenEnded: (accepts) =>
      new Promise((resolve) => {
        function watch(): void {
          const found = ended.find(accepts);
          if (found === undefined) return;
          watching.delete(watch);
          resolve(found);
        }
        watching.add(watch);
        watch();
      }),
  };
}

function copy(row: Row): OutboxRow {
  return { notification: row.notification, attempts: row.attempts, mayHaveArrived: row.mayHaveArrived, sentAs: row.sentAs };
}
