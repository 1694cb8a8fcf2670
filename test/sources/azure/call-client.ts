import { inspect } from 'node:util';
import { expect } from 'vitest';
import { type Fault, FaultError } from '../../../src/domain/fault.ts';
import { type ArmClient, type CallOptions, createArmClient } from '../../../src/sources/azure/arm-client.ts';
import {
  type Counted,
  createMeter,
  createToldClock,
  type Origin,
  secretText,
  settingsOf,
  subscription,
  type ToldClock,
} from './pretend-origin.ts';

export const listPath = `/subscriptions/${subscription}/providers/Microsoft.Storage/storageAccounts`;

export interface Opened {
  readonly client: ArmClient;
  readonly meter: Counted;
  readonly clock: ToldClock;
}

/** A client of the origin whose waits take no time. */
export function openClient(origin: Origin, changes: object = {}): Opened {
  const meter = createMeter();
  const clock = createToldClock();
  return { client: createArmClient({ settings: settingsOf(origin, changes), meter, clock }), meter, clock };
}

export function within(deadlineMs = 20_000): CallOptions {
  return { signal: new AbortController().signal, deadlineMs };
}

export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

const faultsSeen: string[] = [];

/** The fault that the work ends with; whatever else it throws is thrown on. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => new Error('no fault'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaultError)) throw error;
  faultsSeen.push(inspect(error, { depth: 12, showHidden: true }));
  return error.fault;
}

/** Of all faults of this file, with everything that hangs on them, and of the series. */
export function expectNoSecret(least: number, meter: Counted): void {
  const told = [...faultsSeen, ...meter.series.keys()].join('\n');
  expect(faultsSeen.length).toBeGreaterThan(least);
  expect(told).not.toContain('never-to-be-seen');
  expect(told).not.toContain(secretText);
  expect(told).not.toMatch(/bearer /i);
}
