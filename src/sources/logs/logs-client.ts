import type { Timestamp } from '../../domain/time.ts';
import type { LogQuery } from '../../logs/log-query.ts';

/** Asks Log Analytics. Behind it stands the one file that knows Microsoft's package, which is deprecated and has a successor. */
export interface LogsClient {
  /**
   * All rows of a query, in no order. A window whose answer would be cut off is asked for in parts. `workspace`: its customer id, not its ARM id.
   * @throws FaultError: `partial` where the answer is not whole, `denied`, `throttled`, `timeout`, `unreachable`, `malformed`; never a shorter list.
   */
  rows(workspace: string, query: LogQuery, options: LogCallOptions): Promise<readonly LogRow[]>;
}

export interface LogCallOptions {
  readonly signal: AbortSignal;
  /** Total, with its retries and parts, in milliseconds. */
  readonly deadlineMs: number;
}

export interface LogRow {
  /** When it happened. */
  readonly generatedAt: Timestamp;
  /** When it could be asked for. */
  readonly ingestedAt: Timestamp;
  /** The other columns of the query, as text; null where the row has none. */
  readonly columns: { readonly [column: string]: string | null };
}
