import type { Timestamp } from '../domain/time.ts';

/**
 * What is ever asked of a Log Analytics workspace: rows of one table in one window of time, a few named columns of them, equality filters. Joining and
 * judging belongs to us, so that what is asked can be checked, simulated and repeated by hand.
 */
export interface LogQuery {
  /** In Azure's own spelling: `AzureActivity`. */
  readonly table: string;
  /** Column -> how it is projected: `text` by `tostring()`, which keeps long integers and values of any type; `plain` as it is. */
  readonly columns: { readonly [column: string]: 'plain' | 'text' };
  /** Column -> the one value that is wanted, compared without case. */
  readonly where?: { readonly [column: string]: string };
  readonly window: LogWindow;
}

/** From the first moment on, before the last. */
export interface LogWindow {
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** `generated`: when it happened, TimeGenerated. `ingested`: since when it can be asked for, `ingestion_time()`, by which nothing late is passed over. */
  readonly by: 'generated' | 'ingested';
}

/** The column under which each row says when it could be asked for; it is always projected, beside TimeGenerated. */
export const ingestedColumn = 'IngestedAt';
