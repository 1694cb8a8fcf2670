import { parseArgs } from 'node:util';
import { tellDemo } from './demo-telling.ts';
import { makeScreen } from './screen.ts';

const usage = `npm run demo             starts endpoints on loopback and the daemon on them, breaks one, heals it, stays up
npm run demo -- --once   the same, then ends: exit code 0 when alert and resolve arrived, else 1`;

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });

if (values.help) {
  process.stdout.write(`${usage}\n`);
} else {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
  }
  process.exitCode = await tellDemo({ isOnce: values.once, interrupted: interrupted.signal, screen: makeScreen(process.stdout) });
}
