import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Check } from '../domain/check.ts';
import type { Plan } from '../domain/plan.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { exclusionOf } from '../engine/population.ts';
import type { AllowEntry } from '../network/allow-entry.ts';
import type { WantedPorts } from '../network/ports-within.ts';
import { proposeAllow, type ReachableSubject } from '../network/propose-allow.ts';
import { type CommandContext, finish } from './command-context.ts';
import { count } from './proposal.ts';
import { type AllowListFacts, writeAllowList } from './proposed-allow-list.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { exposuresOf, type SeenNetwork, seeNetworkNow } from './seen-network.ts';
import { withState } from './with-state.ts';
import { refuseUnwritable, writeWhole } from './write-whole.ts';

const exposureCheck = 'network-exposure';
const portsCheck = 'access-management-ports';

/** `network propose`: the allow-list as it would have to be for what is open now, to be signed entry by entry. */
export function addNetworkProposeCommand(network: Command, context: CommandContext): void {
  network
    .command('propose')
    .description('write the allow-list of network-exposure from what is reachable now, with empty owners and reasons for people to fill in')
    .option('-o, --output <file>', 'write it there instead of printing it')
    .action((options: { readonly output?: string }) => finish(context, () => propose(context, options.output)));
}

async function propose(context: CommandContext, output: string | undefined): Promise<ExitCode> {
  const { roof } = context;
  const path = output === undefined ? null : resolve(roof.workingDirectory, output);
  if (path !== null) await refuseExisting(path);
  const rooms = await context.rooms();
  return await withState(context, async (state, plan) => {
    const seen = await seeNetworkNow(state, plan, rooms);
    const facts = proposalOf(seen, plan, rooms.checks, new Date(roof.clock.now()).toISOString().slice(0, 10));
    const text = writeAllowList(facts);
    if (path !== null) await writeWhole(path, text, roof.stopRequested);
    if (context.json()) roof.print(`${JSON.stringify({ ...facts, written: path }, null, 2)}\n`);
    else roof.print(path === null ? text : `${summarise(facts, path)}\n`);
    return exitCodes.pass;
  });
}

/** @throws UsageError */
async function refuseExisting(path: string): Promise<void> {
  await refuseUnwritable(path);
  const there = await stat(path).catch(() => null);
  if (there !== null) throw new UsageError(`${path} is there already; name another file with --output`);
}

function proposalOf(seen: SeenNetwork, plan: Plan, checks: ReadonlyMap<string, Check>, today: string): AllowListFacts {
  const configured = plan.checks.find(({ id }) => id === exposureCheck);
  const signed = allowOf(configured?.parameters.defaults);
  const isExcluded = exclusionOf(plan.outOfScope);
  const subjects = exposuresOf(seen).flatMap(([id, exposure]): readonly ReachableSubject[] => {
    const subject = resourceFromId(id);
    if (subject === null || isExcluded(id)) return [];
    const own = configured?.parameters.overrides[id];
    return [{ subject, exposure, allow: own === undefined ? signed : allowOf(own) }];
  });
  return {
    proposal: proposeAllow(subjects, signed, managementPorts(plan, checks)),
    signed,
    maxAge: durationText(configured?.maxAgeMs ?? 3_000_000),
    dataAsOf: seen.look.dataAsOf,
    today,
  };
}

function durationText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** They have passed the check's schema. */
function allowOf(parameters: object | undefined): readonly AllowEntry[] {
  const { allow } = (parameters ?? {}) as { readonly allow?: readonly AllowEntry[] };
  return allow ?? [];
}

/** As `access-management-ports` has them, configured or not. */
function managementPorts(plan: Plan, checks: ReadonlyMap<string, Check>): WantedPorts {
  const given = plan.checks.find(({ id }) => id === portsCheck)?.parameters.defaults ?? checks.get(portsCheck)?.parameters.parse({});
  const { tcpPorts, udpPorts } = given as { readonly tcpPorts: string; readonly udpPorts: string };
  return [
    { protocol: 'Tcp', ports: tcpPorts },
    { protocol: 'Udp', ports: udpPorts },
  ];
}

function summarise({ proposal, signed }: AllowListFacts, path: string): string {
  const { proposed, declined, unused } = proposal;
  return [
    `${path}: ${count(proposed.length, 'entry', 'entries')} to sign, ${count(signed.length, 'entry', 'entries')} from the list as it stands (${unused.length} unused), ${count(declined.length, 'thing')} not proposed.`,
    'Read it, fill in owners and reasons, and put it into claimwatch.yaml in the place of network-exposure.',
  ].join('\n');
}
