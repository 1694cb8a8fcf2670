import { parseArgs } from 'node:util';
import { measureEstate } from './estate.ts';
import { measureFrame } from './frame.ts';
import { measureLogs } from './logs.ts';
import { measureNetwork } from './network.ts';
import { type Bench, reportBench } from './report.ts';
import { measureTls, type TlsBenchOptions } from './tls.ts';

/** `npm run bench -- <name> [--json] [--quick] [--full]`; exit code 1 where a budget is missed. */
const benches: { readonly [name: string]: (options: TlsBenchOptions) => Promise<Bench> } = {
  estate: measureEstate,
  frame: measureFrame,
  logs: measureLogs,
  network: measureNetwork,
  tls: measureTls,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, full: { type: 'boolean' } },
});
const [name] = positionals;
const measure = name === undefined ? undefined : benches[name];
if (measure === undefined) {
  process.stderr.write(`npm run bench -- <name>, with one of: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 3;
} else {
  process.exitCode = reportBench(await measure({ quick: values.quick === true, full: values.full === true }), values.json === true);
}
