import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Problem, refuseProblems } from '../config/configuration-error.ts';
import { readConfigurationFile } from '../config/configuration-file.ts';
import { knowAzure } from '../config/know-azure.ts';
import { readResourceTypes, type WrittenType } from '../config/resource-types.ts';
import type { Check } from '../domain/check.ts';
import { fetchServiceTags } from '../sources/azure/service-tags.ts';
import { azureNeeds, packagedResourceTypes } from './azure-needs.ts';
import { chooseSubscriptions, orSayWhy } from './choose-subscriptions.ts';
import { type CommandContext, finish } from './command-context.ts';
import { proposalToJson, showProposal } from './init-report.ts';
import { type IdentityOptions, settingsOfOptions } from './init-settings.ts';
import { leastRole } from './least-role.ts';
import { lookAtEstate } from './look-at-estate.ts';
import { lookedFactsOf, looksWithDefaults } from './looked-facts.ts';
import { neededActions } from './needed-actions.ts';
import { planDefaults } from './plan-for-endpoints.ts';
import { byCount, isWhole, type Proposal } from './proposal.ts';
import { proposeSettings } from './proposed-settings.ts';
import { type ExitCode, exitCodes } from './roof.ts';
import { allSources } from './rooms.ts';
import { refuseExisting, writeProposal } from './write-proposal.ts';

interface InitOptions extends IdentityOptions {
  readonly subscription: readonly string[];
  readonly output?: string;
  readonly config?: string;
  readonly force?: boolean;
}

const packaged = fileURLToPath(new URL('../../config/', import.meta.url));

/** `init`: one look at the estate, and a configuration proposed from it. */
export function addInitCommand(program: Command, context: CommandContext): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  program
    .command('init')
    .description('look once at Azure and propose a configuration for review; exit code 2 where something could not be seen')
    .option('--azure-cli', 'as who is logged in at the Azure command line (unless --identity is given)')
    .option('--identity <kind>', 'managed-identity, workload-identity, client-secret or client-certificate')
    .option('--client-id <id>', 'of the identity')
    .option('--tenant-id <id>', 'of the identity')
    .option('--secret-file <file>', 'where its secret stands')
    .option('--certificate-file <file>', 'where its certificate and key stand (PEM)')
    .option('--token-file <file>', 'where the token of a workload identity stands')
    .option('--cloud <name>', 'public, government, china, or the addresses "<resource manager>,<sign-in>[,<Log Analytics>]"')
    .option('--certificate-authority <file>', 'also trust the certificates in this PEM file')
    .option('-s, --subscription <id>', 'only this subscription (repeatable)', collect, [])
    .option('-o, --output <folder>', 'where to write; the folder of --config unless given')
    .option('--force', 'write over a configuration that is there (never over claims.yaml and waivers.yaml)')
    .action((options: InitOptions) =>
      finish(context, () => initialise(context, { ...options, config: options.config ?? program.opts<{ config: string }>().config })),
    );
}

async function initialise(context: CommandContext, options: InitOptions): Promise<ExitCode> {
  const { roof } = context;
  const folder = resolve(roof.workingDirectory, options.output ?? options.config ?? 'config');
  if (options.force !== true) await refuseExisting(folder);
  const { checks } = await context.rooms();
  const proposal = await orSayWhy(roof.stopRequested, () => makeProposal(context, checks, options));
  const text = proposeSettings(await readFile(`${packaged}claimwatch.yaml`, 'utf8'), proposal);
  const files = await writeProposal(
    { folder, packaged, settings: text, role: proposal.role, serviceTags: proposal.serviceTags },
    roof.stopRequested,
  );
  const code = isWhole(proposal) ? exitCodes.pass : exitCodes.unknown;
  if (context.json()) roof.print(`${JSON.stringify({ exitCode: code, ...proposalToJson(proposal, files) }, null, 2)}\n`);
  else roof.print(`${showProposal(proposal, files, context.paper())}\n`);
  return code;
}

/** @throws FaultError where nothing can be seen at all. */
async function makeProposal(context: CommandContext, checks: ReadonlyMap<string, Check>, options: InitOptions): Promise<Proposal> {
  const { roof } = context;
  const signal = roof.stopRequested;
  const sorting = await readSorting();
  const { checks: plans } = await planDefaults(checks);
  const { resourceTypes } = await knowAzure(plans, checks, azureNeeds);
  const identity = await settingsOfOptions(options, roof.workingDirectory, signal);
  const subscriptions = await chooseSubscriptions(identity, options.subscription, signal);
  const settings = { ...identity, subscriptions: subscriptions.map(({ id }) => id) };
  context.progress(`looking at ${subscriptions.length} subscriptions`);
  const survey = await lookAtEstate(settings, resourceTypes, signal);
  const region = byCount(survey.regions.homes)[0]?.[0] ?? 'westeurope';
  const role = leastRole(
    neededActions({ checks: plans, resourceTypes }, checks, lookedFactsOf(looksWithDefaults(allSources), allSources)).map(
      ({ action }) => action,
    ),
    settings.subscriptions,
  );
  const serviceTags = await fetchServiceTags(settings, region, signal);
  return {
    settings,
    subscriptions,
    survey,
    sorting,
    checks,
    serviceTags,
    role,
    today: new Date(roof.clock.now()).toISOString().slice(0, 10),
  };
}

async function readSorting(): Promise<ReadonlyMap<string, WrittenType>> {
  const problems: Problem[] = [];
  const types = readResourceTypes(await readConfigurationFile(packagedResourceTypes, packaged, problems));
  refuseProblems(problems);
  return types;
}
