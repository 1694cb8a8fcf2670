import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { loadPlan } from '../config/load-plan.ts';
import { findScheduleError, longestGapMs } from '../engine/schedule.ts';
import { openStoreReader } from '../store/open-store.ts';
import { azureNeeds } from './azure-needs.ts';
import { addAzureCommand } from './azure-permissions.ts';
import { addCheckCommand } from './check.ts';
import { addClaimsCommand } from './claims.ts';
import { type CommandContext, stateFileName } from './command-context.ts';
import { addConfigCommand } from './config-check.ts';
import { addDiscloseCommand } from './disclose.ts';
import { addExplainCommand } from './explain.ts';
import { addFindingsCommand } from './findings.ts';
import { addInitCommand } from './init.ts';
import { addNetworkCommand } from './network.ts';
import { addProbeCommand } from './probe.ts';
import { addReperformCommand } from './reperform.ts';
import { addReportCommand } from './report.ts';
import { addReportWorkCommand } from './report-work.ts';
import { type ExitCode, exitCodes, type Roof } from './roof.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { addRunCommand } from './run.ts';
import { addRunsCommand } from './runs.ts';
import { addStateCommand } from './state.ts';
import { addWaiversCommand } from './waivers.ts';

/** Runs one command line; gives the exit code and never throws for what a person did. */
export async function runProgram(words: readonly string[], roof: Roof): Promise<ExitCode> {
  let code: ExitCode = exitCodes.pass;
  const program = new Command('claimwatch');
  const context = createContext(program, roof, (exit) => {
    code = exit;
  });
  program
    .description('Confirms every sentence of a published security policy against the running system.')
    .version(`${roof.version.version} (${roof.version.revision})`)
    .option('-c, --config <folder>', 'folder with claimwatch.yaml', roof.environment['CLAIMWATCH_CONFIG'] ?? 'config')
    .option('--json', 'machine-readable output')
    .configureOutput({ writeOut: roof.print, writeErr: roof.printError })
    .showHelpAfterError('(claimwatch --help lists the commands)')
    .exitOverride();
  addInitCommand(program, context);
  addRunCommand(program, context);
  addCheckCommand(program, context);
  addClaimsCommand(program, context);
  addFindingsCommand(program, context);
  addExplainCommand(program, context);
  addConfigCommand(program, context);
  addAzureCommand(program, context);
  addNetworkCommand(program, context);
  addProbeCommand(program, context);
  addRunsCommand(program, context);
  addReperformCommand(program, context);
  addReportCommand(program, context);
  addReportWorkCommand(program, context);
  addWaiversCommand(program, context);
  addStateCommand(program, context);
  addDiscloseCommand(program, context);
  inheritOptions(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage;
    throw error;
  }
  return code;
}

/** `--json` and `--config` are understood after the command's name too. */
function inheritOptions(program: Command): void {
  for (const command of program.commands) {
    command.exitOverride().configureOutput(program.configureOutput()).showHelpAfterError('(claimwatch --help lists the commands)');
    command.option('--json', 'machine-readable output').option('-c, --config <folder>', 'folder with claimwatch.yaml');
    inheritOptions(command);
  }
}

function createContext(program: Command, roof: Roof, exitWith: (code: ExitCode) => void): CommandContext {
  const options = (): { readonly json?: boolean; readonly config?: string } => findOptions(program);
  let rooms: Promise<Rooms> | null = null;
  const openOnce = () => (rooms ??= openRooms());
  return {
    roof,
    json: () => options().json === true,
    paper: () => ({ coloured: roof.terminal.isTerminal && roof.environment['NO_COLOR'] === undefined, columns: roof.terminal.columns }),
    rooms: openOnce,
    openPlan: async (use) => {
      const folder = resolve(roof.workingDirectory, options().config ?? 'config');
      const found = await openOnce();
      const plan = await loadPlan({
        path: folder,
        environment: roof.environment,
        checks: found.checks,
        sources: found.sources,
        receivers: use === 'whole' ? found.receivers : null,
        derivations: new Map([...found.derivations].map(([kind, derivation]) => [kind, derivation.from])),
        azure: azureNeeds,
        validateSchedule: findScheduleError,
        longestGapMs,
      });
      return { plan, folder };
    },
    openState: async (plan) => await openStoreReader(join(plan.stateDirectory, stateFileName)),
    progress: (line) => {
      if (roof.terminal.isTerminal) roof.printError(`${line}\n`);
    },
    exitWith,
  };
}

/** The innermost command that was called knows the options that stood behind its name. */
function findOptions(program: Command): { readonly json?: boolean; readonly config?: string } {
  const called = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(called)];
  const merged: { json?: boolean; config?: string } = {};
  for (const command of called(program)) {
    const { json, config } = command.opts<{ json?: boolean; config?: string }>();
    if (json === true) merged.json = json;
    if (config !== undefined) merged.config = config;
  }
  return merged;
}
