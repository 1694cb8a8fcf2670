/** The headers of an answer, by lower-case name. */
export interface AnswerHeaders {
  get(name: string): string | undefined;
}

/** How long an answer asks us to wait, in milliseconds; null where it does not say, or says it unreadably. `nowMs` is wall-clock time. */
export function readRetryAfter(headers: AnswerHeaders, nowMs: number): number | null {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = wholeNumber(headers.get(name));
    if (ms !== null) return ms;
  }
  const text = headers.get('retry-after')?.trim();
  if (text === undefined) return null;
  const seconds = wholeNumber(text);
  if (seconds !== null) return seconds * 1_000;
  // RFC 9110, 10.2.3: else it is a date, which always names a day of the week.
  const dateMs = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,12}\s*$/.test(text) ? Number(text) : null;
}

/** A time span as Resource Graph writes it, `00:00:05` or `00:00:05.5`, in milliseconds. */
export function readTimeSpan(text: string | undefined): number | null {
  const [, hours, minutes, seconds] = /^\s*(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,7})?)\s*$/.exec(text ?? '') ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined) return null;
  return Math.ceil((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000);
}

/** A count as a quota header writes it. */
export function readQuota(text: string | undefined): number | null {
  return wholeNumber(text);
}
