import { parseArgs } from 'node:util';
import { mutations } from './azure/mutations.ts';
import { tellDemo } from './demo-telling.ts';
import { makeScreen } from './screen.ts';

const usage = `npm run demo                      a pretend Azure and endpoints on loopback, and the daemon that watches them: breaks and
                                  heals an endpoint, opens and closes a storage account, stays up
npm run demo -- --once            the same, then ends: exit code 0 when every alert and resolve arrived and no other
                                  claim moved, else 1
npm run demo -- --mutate <name>   does this to the pretend Azure instead:
`;

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, mutate: { type: 'string' }, help: { type: 'boolean', default: false } },
});
const { mutate } = values;

if (values.help) {
  process.stdout.write(`${usage}${listMutations()}\n`);
} else if (mutate !== undefined && mutations[mutate] === undefined) {
  process.stderr.write(`there is no mutation ${JSON.stringify(mutate)}; there are:\n${listMutations()}\n`);
  process.exitCode = 2;
} else {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
  }
  process.exitCode = await tellDemo({
    isOnce: values.once,
    azure: { mutation: mutate ?? 'public-blob', withLag: mutate === undefined },
    interrupted: interrupted.signal,
    screen: makeScreen(process.stdout),
  });
}

function listMutations(): string {
  return Object.entries(mutations)
    .map(([name, { title }]) => `  ${name.padEnd(26)}  ${title}`)
    .join('\n');
}
