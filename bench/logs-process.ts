import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** The daemon's part: a worker with the memory that the daemon gives to its own. */
const withoutWorldMb = process.memoryUsage().rss / 1e6;
const worker = new Worker(new URL('./logs-worker.ts', import.meta.url), {
  workerData: { origin: process.argv[2] },
  resourceLimits: { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 1_024 },
});
const [times] = await once(worker, 'message');
process.send?.({ times, withoutWorldMb });
// Until the memory was looked at.
await once(process, 'message');
process.disconnect();
