import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FaultError } from '../domain/fault.ts';
import { timestamp } from '../domain/time.ts';
import { canonicalJson } from '../evidence/canonical-json.ts';
import { connectPorts, longestProbeMs } from '../sources/outside-probe/connect-ports.ts';
import { parsePorts, portsText } from '../sources/outside-probe/port-list.ts';
import type { ProbeEntry, ProbeResult } from '../sources/outside-probe/probe-result.ts';
import { signText } from '../sources/outside-probe/signed-result.ts';
import { createStartRate, type StartRate } from '../sources/outside-probe/start-rate.ts';
import { type CommandContext, finish } from './command-context.ts';
import { makeProbeKey, readProbeKey } from './probe-key.ts';
import { type ProbeWords, type ProbeWork, readProbeWork } from './probe-work.ts';
import { type ExitCode, exitCodes } from './roof.ts';
import { alignRows, paint } from './text.ts';
import { refuseUnwritable, writeWhole } from './write-whole.ts';

interface ProbeCommandOptions extends ProbeWords {
  readonly key: string;
  readonly output?: string;
  readonly generateKey?: boolean;
}

const example = `
Once, at a machine outside all networks of yours; the line that it prints is the key that the daemon's configuration names:
  claimwatch probe --generate-key --key probe.key
Then on a schedule there, for example each hour:
  claimwatch probe --addresses 203.0.113.7,203.0.113.8 --key probe.key --vantage outside --egress 198.51.100.20 --output probe.json
The daemon reads the result: looks.outside-probe.options.from: { kind: file, path: /srv/probe.json, publicKey: <that line>, vantage: outside }
(or kind: url, url: https://...). Exit code 0: all addresses were asked; 2: some could not be. What the answers mean, the daemon says.
Only addresses that are named are connected to; name none that is not yours.`;

/** `probe`: at a vantage outside, which ports of our own public addresses answer; what it saw is signed. It has no opinion. */
export function addProbeCommand(program: Command, context: CommandContext): void {
  program
    .command('probe')
    .description('from outside: which ports of our own public addresses answer; the result is signed, for the daemon to read')
    .option(
      '--addresses <list>',
      'our own public addresses ("203.0.113.7, 203.0.113.8"); those of the look outside-probe in --config unless given',
    )
    .option('--ports <list>', 'ports and ranges ("22, 80, 8000-8100"); those of the look, or some 30 that are often attacked, unless given')
    .option('--rate <number>', 'connections per second over all addresses, 1 to 100; those of the look, or 5, unless given')
    .option('--timeout <duration>', 'how long an answer is waited for at each port; that of the look, or 3s, unless given')
    .option('--vantage <name>', 'what this place is called; the daemon names it too')
    .option('--egress <address>', 'the address that others see when this machine connects to them')
    .requiredOption('--key <file>', 'the private key that signs (Ed25519, PEM)')
    .option('--output <file>', 'where the result is written; printed unless given')
    .option('--generate-key', 'make --key instead, and print the public key that belongs to it')
    .addHelpText('after', example)
    .action((options: ProbeCommandOptions) =>
      finish(context, () => (options.generateKey === true ? makeProbeKey(context, options.key) : probe(context, options))),
    );
}

/** Every mistake is told before the first connection. */
async function probe(context: CommandContext, options: ProbeCommandOptions): Promise<ExitCode> {
  const { roof } = context;
  const key = await readProbeKey(context, options.key);
  const work = await readProbeWork(context, options);
  const output = options.output === undefined ? null : resolve(roof.workingDirectory, options.output);
  if (output !== null) await refuseUnwritable(output);
  try {
    const result = await probeAll(context, work);
    const envelope = signText(canonicalJson(result), key);
    if (output === null) roof.print(envelope);
    else {
      await writeWhole(output, envelope, roof.stopRequested);
      roof.print(context.json() ? `${JSON.stringify(result, null, 2)}\n` : `${summarise(context, result)}\nThe result: ${output}\n`);
    }
    return result.probed.some((entry) => 'fault' in entry) ? exitCodes.unknown : exitCodes.pass;
  } catch (error) {
    if (!roof.stopRequested.aborted) throw error;
    roof.printError('stopped; no result was written\n');
    return exitCodes.internal;
  }
}

async function probeAll(context: CommandContext, work: ProbeWork): Promise<ProbeResult> {
  const { clock } = context.roof;
  const rate = createStartRate(work.connectionsPerSecond, {
    now: clock.monotonic,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  const startedAt = timestamp(clock.now());
  const probed: ProbeEntry[] = [];
  for (const [index, address] of work.addresses.entries()) {
    context.progress(`${address} (${index + 1} of ${work.addresses.length})`);
    probed.push(await probeOne(context, address, work, rate));
  }
  return { version: 1, vantage: work.vantage, startedAt, finishedAt: timestamp(clock.now()), probed };
}

async function probeOne({ roof }: CommandContext, address: string, work: ProbeWork, rate: StartRate): Promise<ProbeEntry> {
  const { ports, timeoutMs, connectionsPerSecond } = work;
  // Twice what it can take: only a machine that stands still comes near it.
  const deadlineMs = 2 * longestProbeMs(ports.length, connectionsPerSecond, timeoutMs, 1);
  const signal = AbortSignal.any([roof.stopRequested, AbortSignal.timeout(deadlineMs)]);
  try {
    const { probed, accepted, refused } = await connectPorts(address, ports, { timeoutMs, rate, signal });
    return { address, ports: portsText(probed), accepted: [...accepted], refused: [...refused] };
  } catch (error) {
    if (roof.stopRequested.aborted || !(error instanceof FaultError)) throw error;
    return { address, fault: { code: error.fault.code, message: error.fault.message } };
  }
}

function summarise(context: CommandContext, { probed }: ProbeResult): string {
  const head = ['address', 'accepts', 'refuses', 'silent'].map((title) => paint(title, 'dim', context.paper()));
  const rows = probed.map((entry) => ('fault' in entry ? [entry.address, `not probed: ${entry.fault.message}`] : rowOf(entry)));
  return alignRows([head, ...rows]);
}

function rowOf({ address, ports, accepted, refused }: Exclude<ProbeEntry, { readonly fault: unknown }>): readonly string[] {
  const heard = new Set([...accepted, ...refused]);
  const silent = (parsePorts(ports) ?? []).filter((port) => !heard.has(port));
  return [address, ...[accepted, refused, silent].map((list) => (list.length === 0 ? 'none' : portsText(list)))];
}
