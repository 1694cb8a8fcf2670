/** UTC, ISO 8601 with milliseconds and `Z` (`2026-11-24T08:00:00.000Z`): sorts as text, reads without a calculator. */
export type Timestamp = string;

/** Milliseconds since the Unix epoch to a Timestamp. */
export function timestamp(epochMs: number): Timestamp {
  return new Date(epochMs).toISOString();
}

/** A Timestamp to milliseconds since the Unix epoch. */
export function epochMs(at: Timestamp): number {
  return Date.parse(at);
}
