import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type CommandContext, stateFileName } from './command-context.ts';
import { type ExitCode, exitCodes, type Roof } from './roof.ts';
import type { Rooms } from './rooms.ts';

type AddCommand = (program: Command, context: CommandContext) => void;

/** In the order of the help. What a command needs is read only where it is called: all of it (Azure's SDK, Fastify, SQLite) takes half a second. */
const commands: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['init', async () => (await import('./init.ts')).addInitCommand],
  ['run', async () => (await import('./run.ts')).addRunCommand],
  ['check', async () => (await import('./check.ts')).addCheckCommand],
  ['tls', async () => (await import('./tls.ts')).addTlsCommand],
  ['claims', async () => (await import('./claims.ts')).addClaimsCommand],
  ['findings', async () => (await import('./findings.ts')).addFindingsCommand],
  ['explain', async () => (await import('./explain.ts')).addExplainCommand],
  ['config', async () => (await import('./config-check.ts')).addConfigCommand],
  ['azure', async () => (await import('./azure-permissions.ts')).addAzureCommand],
  ['network', async () => (await import('./network.ts')).addNetworkCommand],
  ['probe', async () => (await import('./probe.ts')).addProbeCommand],
  ['runs', async () => (await import('./runs.ts')).addRunsCommand],
  ['reperform', async () => (await import('./reperform.ts')).addReperformCommand],
  ['report', async () => (await import('./report.ts')).addReportCommand],
  ['report-work', async () => (await import('./report-work.ts')).addReportWorkCommand],
  ['waivers', async () => (await import('./waivers.ts')).addWaiversCommand],
  ['state', async () => (await import('./state.ts')).addStateCommand],
  ['disclose', async () => (await import('./disclose.ts')).addDiscloseCommand],
]);

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
  await addCommands(program, context, words);
  inheritOptions(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage;
    throw error;
  }
  return code;
}

/** The one that is called, where it stands first; else all, of which help or the parser chooses. */
async function addCommands(program: Command, context: CommandContext, [first = '']: readonly string[]): Promise<void> {
  const called = commands.get(first);
  const loads = called === undefined ? [...commands.values()] : [called];
  for (const add of await Promise.all(loads.map((load) => load()))) add(program, context);
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
  const openOnce = (): Promise<Rooms> => (rooms ??= import('./rooms.ts').then(({ openRooms }) => openRooms()));
  return {
    roof,
    json: () => options().json === true,
    paper: () => ({ coloured: roof.terminal.isTerminal && roof.environment['NO_COLOR'] === undefined, columns: roof.terminal.columns }),
    rooms: openOnce,
    openPlan: async (use) => {
      const folder = resolve(roof.workingDirectory, options().config ?? 'config');
      const [{ loadPlan }, { findScheduleError, longestGapMs }, { azureNeeds }, found] = await Promise.all([
        import('../config/load-plan.ts'),
        import('../engine/schedule.ts'),
        import('./azure-needs.ts'),
        openOnce(),
      ]);
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
    openState: async (plan) => {
      const { openStoreReader } = await import('../store/open-store.ts');
      return await openStoreReader(join(plan.stateDirectory, stateFileName));
    },
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
