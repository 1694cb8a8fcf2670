import { within } from './deadline.ts';
import { fetchMetrics } from './demo-status.ts';
import type { DemoWorld } from './demo-world.ts';
import { poll } from './poll.ts';

/** A check that only Azure feeds. */
const watched = 'disclosure-anonymous-storage';
const cyclesSeconds = 45;

/** Until so many looks at Azure that began after this moment have been judged. */
export async function waitForAzureCycles(world: DemoWorld, { sinceMs, count }: { sinceMs: number; count: number }, over: AbortSignal) {
  const seen = new Set<number>();
  await within(cyclesSeconds, `${count} looks at Azure`, over, (signal) =>
    poll(signal, async () => {
      const samples = await fetchMetrics(world.daemonUrl, signal);
      const judged = samples.find(({ name, labels }) => name === 'claimwatch_check_data_timestamp_seconds' && labels['check'] === watched);
      if (judged !== undefined && judged.value * 1000 > sinceMs) seen.add(judged.value);
      return seen.size >= count;
    }),
  );
}
