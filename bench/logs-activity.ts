import { timestamp } from '../src/domain/time.ts';
import type { Span } from '../src/logs/covered-time.ts';

const hourMs = 3_600_000;
const longestDelayMs = 6 * hourMs;

/** A busy subscription, the same at each run: events one after the other, with random delays of up to six hours; one in `lostEvery` never arrives. */
export interface Activity {
  readonly startMs: number;
  readonly everyMs: number;
  readonly lostEvery: number;
}

/** The number of the first event at this time or later. */
export function firstFrom({ startMs, everyMs }: Activity, ms: number): number {
  return Math.max(0, Math.ceil((ms - startMs) / everyMs));
}

/** On a whole millisecond, so that the borders of hours are hit. */
export function timeOf({ startMs, everyMs }: Activity, number: number): number {
  return Math.ceil(startMs + number * everyMs);
}

export function isLost({ lostEvery }: Activity, number: number): boolean {
  return number % lostEvery === lostEvery - 1;
}

function delayOf(number: number): number {
  return scramble(number) % longestDelayMs;
}

export function idOf(number: number): string {
  const parts = [1, 2, 3, 4]
    .map((salt) =>
      scramble(number * 4 + salt)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return `${number.toString(16).padStart(8, '0')}-${parts.slice(0, 4)}-4${parts.slice(4, 7)}-8${parts.slice(7, 10)}-${parts.slice(10, 22)}`;
}

/** A number of 32 bits that looks like chance. */
function scramble(number: number): number {
  let value = Math.imul(number ^ (number >>> 16), 0x45d9f3b) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

const subscription = '11111111-0000-4000-8000-000000000001';
const group = `/subscriptions/${subscription}/resourceGroups/rg-shop`;
const operations = ['networkSecurityGroups/write', 'networkInterfaces/join/action', 'publicIPAddresses/delete', 'virtualNetworks/write'];

/** The first page of a span of the activity log as it comes over the wire, newest first; empty where there is none. */
export function activityPage(
  activity: Activity,
  { fromMs, toMs }: Span,
  pageSize: number,
): { readonly text: string; readonly oldestMs: number } {
  const first = firstFrom(activity, fromMs);
  const next = firstFrom(activity, toMs + 1) - 1;
  const last = Math.max(first, next - pageSize + 1);
  const items = Array.from({ length: Math.max(0, next - last + 1) }, (_, index) => itemText(activity, next - index));
  return { text: `[${items.join(',')}]`, oldestMs: timeOf(activity, last) };
}

function itemText(activity: Activity, number: number): string {
  const operation = `Microsoft.Network/${operations[number % operations.length]}`;
  const resource = `${group}-${number % 40}/providers/Microsoft.Network/networkSecurityGroups/nsg-${number % 4_000}`;
  const at = timestamp(timeOf(activity, number)).replace('Z', '1234Z');
  return `{"eventDataId":"${idOf(number)}","eventTimestamp":"${at}","category":{"value":"Administrative","localizedValue":"Administrative"},"operationName":{"value":"${operation}","localizedValue":"Create or change"},"resourceId":"${resource}"}`;
}

/** What arrived within the span, as it comes over the wire; `nowMs`: what is later is not there yet. */
export function arrivedRows(activity: Activity, { fromMs, toMs }: Span, nowMs: number): string {
  const texts: string[] = [];
  const last = firstFrom(activity, Math.min(toMs, nowMs));
  for (let number = firstFrom(activity, fromMs - longestDelayMs); number < last; number += 1) {
    const generatedMs = timeOf(activity, number);
    const ingestedMs = generatedMs + delayOf(number);
    if (isLost(activity, number) || ingestedMs < fromMs || ingestedMs >= toMs || ingestedMs > nowMs) continue;
    const columns = `{"EventDataId":"${idOf(number).toUpperCase()}","SubscriptionId":"${subscription}"}`;
    texts.push(`{"generatedAt":"${timestamp(generatedMs)}","ingestedAt":"${timestamp(ingestedMs)}","columns":${columns}}`);
  }
  return `[${texts.join(',')}]`;
}
