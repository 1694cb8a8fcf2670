import { parentPort, workerData } from 'node:worker_threads';
import { realClock } from './commands/real-clock.ts';
import type { WorldData } from './commands/roof.ts';
import { wireWorld } from './commands/wire-world.ts';
import { serveWorld } from './engine/serve-world.ts';

// The roof of the worker thread. It writes no log of its own: what went wrong travels with its answers.
if (parentPort === null) throw new Error('world.ts runs as a worker thread of main.ts, not by itself');
serveWorld(await wireWorld(workerData as WorldData, realClock), parentPort);
