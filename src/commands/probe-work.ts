import { ConfigurationError } from '../config/configuration-error.ts';
import { isPrivateAddress, parseAddress } from '../domain/address-range.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { durationOf } from '../sources/duration-option.ts';
import { type ProbeOptions, portsOf, probeOptionsSchema } from '../sources/outside-probe/probe-options.ts';
import { addressKey, type ProbeResult } from '../sources/outside-probe/probe-result.ts';
import type { CommandContext, OpenedPlan } from './command-context.ts';
import { UsageError } from './roof.ts';

/** As they stand on the command line. */
export interface ProbeWords {
  readonly addresses?: string;
  readonly ports?: string;
  readonly rate?: string;
  readonly timeout?: string;
  readonly vantage?: string;
  readonly egress?: string;
}

export interface ProbeWork {
  /** Each once. */
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  readonly connectionsPerSecond: number;
  readonly timeoutMs: number;
  readonly vantage: ProbeResult['vantage'];
}

/** @throws UsageError for what the words or the configuration leave out or get wrong. */
export async function readProbeWork(context: CommandContext, words: ProbeWords): Promise<ProbeWork> {
  const configured = words.addresses === undefined ? await readConfigured(context) : null;
  const options = validateWords(words, configured?.options ?? {});
  const addresses = [...new Map(options.addresses.map((address) => [addressKey(address), address])).values()];
  if (addresses.length === 0) throw new UsageError('no address is named; name our own public addresses with --addresses');
  const vantage = readVantage(words, configured?.vantage ?? null);
  refuseInside(vantage, addresses);
  return {
    addresses,
    ports: portsOf(options.ports),
    connectionsPerSecond: options.connectionsPerSecond,
    timeoutMs: durationOf(options.timeout) ?? Number.NaN,
    vantage,
  };
}

interface Configured {
  readonly options: JsonObject;
  readonly vantage: ProbeResult['vantage'] | null;
}

async function readConfigured(context: CommandContext): Promise<Configured> {
  const { plan, folder } = await openPlan(context);
  const look = plan.looks.find(({ source }) => source === 'outside-probe');
  if (look === undefined)
    throw new UsageError(`${folder} has no look with "source: outside-probe"; add one, or name our own public addresses with --addresses`);
  const options = probeOptionsSchema.parse(look.options);
  if (options.addresses.length === 0)
    throw new UsageError(`looks.${look.name}.options.addresses in ${folder} names no address; add some, or name them with --addresses`);
  return { options: look.options, vantage: configuredVantage(options, plan) };
}

async function openPlan(context: CommandContext): Promise<OpenedPlan> {
  try {
    return await context.openPlan('quiet');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UsageError(`${error.message}\nOr name our own public addresses with --addresses: then no configuration is read.`);
  }
}

function configuredVantage({ from }: ProbeOptions, { vantage }: Plan): ProbeResult['vantage'] | null {
  if (from.kind !== 'here') return { name: from.vantage, egressAddress: null };
  return vantage.external ? { name: vantage.name, egressAddress: vantage.egressAddress } : null;
}

const flags: { readonly [option: string]: string } = {
  addresses: '--addresses',
  ports: '--ports',
  timeout: '--timeout',
};

/** By the schema that the configuration is read with: what stands there and what stands here mean the same. */
function validateWords({ addresses, ports, rate, timeout }: ProbeWords, configured: JsonObject): ProbeOptions {
  const parsed = probeOptionsSchema.safeParse({
    ...configured,
    ...(addresses === undefined ? {} : { addresses: addresses.split(/[\s,]+/).filter((word) => word !== '') }),
    ...(ports === undefined ? {} : { ports: [ports] }),
    ...(rate === undefined ? {} : { connectionsPerSecond: Number(rate) }),
    ...(timeout === undefined ? {} : { timeout }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = String(issue?.path[0]);
  if (option === 'connectionsPerSecond') throw new UsageError(`--rate ${rate}: expected a whole number from 1 to 100`);
  const word = { addresses, ports, timeout }[option];
  throw new UsageError(`${flags[option] ?? option} ${word ?? ''}: ${issue?.message.replace('; remedy: ', '; ')}`);
}

function readVantage({ vantage, egress }: ProbeWords, configured: ProbeResult['vantage'] | null): ProbeResult['vantage'] {
  const name = (vantage ?? configured?.name ?? '').trim();
  if (name === '' || name.length > 100) throw new UsageError('--vantage is needed: what this place is called, in at most 100 characters');
  if (egress === undefined) return { name, egressAddress: configured?.egressAddress ?? null };
  const address = parseAddress(egress);
  if (address === null || isPrivateAddress(address))
    throw new UsageError(`--egress ${egress}: expected the public address that others see when this machine connects to them`);
  return { name, egressAddress: egress };
}

function refuseInside({ name, egressAddress }: ProbeResult['vantage'], addresses: readonly string[]): void {
  if (egressAddress !== null && addresses.some((address) => addressKey(address) === addressKey(egressAddress)))
    throw new UsageError(`${egressAddress} is one of the addresses to be probed, so ${name} does not stand outside; run this elsewhere`);
}
