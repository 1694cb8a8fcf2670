/**
 * Limits in seconds under which an answer is filed: a fact that named the time itself would be another one at every look.
 * Steps as monitoring uses them for web requests; the last is longer than any answer is waited for.
 */
export const answerTimes = [0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
export type AnswerTime = (typeof answerTimes)[number];

/** The lowest limit that holds; what took longer than the last is filed under it. */
export function answerTimeOf(seconds: number): AnswerTime {
  return answerTimes.find((limit) => seconds <= limit) ?? 10;
}
