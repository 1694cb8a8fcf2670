import { parentPort, workerData } from 'node:worker_threads';
import { doTlsJob, type TlsJob } from './tls-jobs.ts';

/** The world's part: a thread that looks. */
const { job }: { readonly job: TlsJob } = workerData;
parentPort?.postMessage(await doTlsJob(job));
