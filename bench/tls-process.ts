import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { doTlsJob, type TlsJob } from './tls-jobs.ts';

/** One measuring in a process of its own: in a thread with the memory that the daemon gives to its own (`thread`), or as a command does it (`alone`). */
const [where = 'alone', text = ''] = process.argv.slice(2);
const job: TlsJob = JSON.parse(text);

async function doInThread(): Promise<unknown> {
  const worker = new Worker(new URL('./tls-worker.ts', import.meta.url), {
    workerData: { job },
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 + 1_000 / 16 },
  });
  const [times] = await once(worker, 'message');
  return times;
}

process.send?.(where === 'thread' ? await doInThread() : await doTlsJob(job));
// Until the memory was looked at.
await once(process, 'message');
process.disconnect();
