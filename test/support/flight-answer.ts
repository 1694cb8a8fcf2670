import { expect } from 'vitest';
import type { HelloAnswer, ReadUntil } from '../../src/sources/tls/hello.ts';
import { createFlightReader } from '../../src/sources/tls/server-flight.ts';

/** What stands after these bytes: as they come, and else when no more comes. */
export function answerTo(bytes: Buffer, until: ReadUntil = 'flight'): HelloAnswer | null {
  const reader = createFlightReader(until);
  return reader.push(bytes) ?? reader.end();
}

export function expectMalformed(answer: HelloAnswer | null, reason: RegExp): void {
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'malformed', message: expect.stringMatching(reason) } });
}
