import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** The daemon's part: a main thread that only has to stay quick, and a worker with the memory and the flag that the daemon gives to its own. */
const [origin = '', interfaces = '0'] = process.argv.slice(2);
const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();
setFlagsFromString('--no-allocation-site-pretenuring');
const worker = new Worker(new URL('./network-worker.ts', import.meta.url), {
  workerData: { origin, interfaces: Number(interfaces) },
  resourceLimits: { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 1_024 },
});
const [times] = await once(worker, 'message');
delays.disable();
process.send?.({ times, delayMs: delays.percentile(99) / 1e6 });
// Until the memory was looked at.
await once(process, 'message');
process.disconnect();
