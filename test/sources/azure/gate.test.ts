import { expect, it } from 'vitest';
import { azureSettingsSchema } from '../../../src/sources/azure/azure-settings.ts';
import { createGate } from '../../../src/sources/azure/gate.ts';
import { placeOf } from '../../../src/sources/azure/request-area.ts';
import { createSteppedClock } from './stepped-clock.ts';

const { limits } = azureSettingsSchema.parse({
  identity: { kind: 'managed-identity' },
  subscriptions: ['11111111-0000-4000-8000-000000000001'],
});
const networkOf = (subscription: string) => `/subscriptions/${subscription}/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/x`;

/** How many of these start at once, and how long the last one of them waits. */
async function enterAll(places: readonly ReturnType<typeof placeOf>[]) {
  const clock = createSteppedClock();
  const gate = createGate(limits, { count: () => undefined, set: () => undefined }, clock);
  const waits: number[] = [];
  const entering = places.map(async (place) => {
    const { waitedMs, leave } = await gate.enter(place, Number.POSITIVE_INFINITY, new AbortController().signal);
    waits.push(waitedMs);
    leave();
  });
  await clock.runUntil(Promise.all(entering));
  return { atOnce: waits.filter((waitedMs) => waitedMs === 0).length, lastMs: clock.now() };
}

const repeat = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);

it('actions have a pace of their own, in each subscription, beside the reads', async () => {
  const action = placeOf(networkOf('a'), 'POST');
  expect(await enterAll(repeat(150, action))).toEqual({ atOnce: 150, lastMs: 0 });
  expect(await enterAll(repeat(158, action))).toEqual({ atOnce: 150, lastMs: 1_000 });
  const elsewhere = placeOf(networkOf('b'), 'POST');
  expect(await enterAll([...repeat(150, action), ...repeat(150, elsewhere)])).toEqual({ atOnce: 300, lastMs: 0 });
  expect(await enterAll([...repeat(150, action), ...repeat(250, placeOf(networkOf('a')))])).toEqual({ atOnce: 400, lastMs: 0 });
});

it('the activity log has a pace of its own over all subscriptions, beside the reads', async () => {
  const eventsOf = (subscription: string) =>
    placeOf(`/subscriptions/${subscription}/providers/Microsoft.Insights/EventTypes/management/values`);
  expect(await enterAll(repeat(50, eventsOf('a')))).toEqual({ atOnce: 50, lastMs: 0 });
  expect(await enterAll([...repeat(50, eventsOf('a')), eventsOf('b')])).toEqual({ atOnce: 50, lastMs: 30_000 });
  const settings = placeOf('/subscriptions/a/providers/Microsoft.Insights/diagnosticSettings');
  expect(await enterAll([...repeat(50, eventsOf('a')), ...repeat(200, settings)])).toEqual({ atOnce: 250, lastMs: 0 });
  expect(await enterAll([...repeat(50, eventsOf('a')), ...repeat(201, settings)])).toEqual({ atOnce: 250, lastMs: 40 });
});
