import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { checkIntegrity } from '../store/check-integrity.ts';
import { refuseForeign } from '../store/state-file.ts';
import { type CommandContext, finish, stateFileName } from './command-context.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { DamagedStateError, explainStateError, findStateFile } from './state-error.ts';

/** `state check`: reads the whole state file; the daemon does it at each start, in a process of its own. */
export function addStateCommand(program: Command, context: CommandContext): void {
  program
    .command('state')
    .description('what the daemon recorded')
    .command('check')
    .description('read the whole state file; exit code 0 sound, 1 damaged')
    .argument('[file]', 'the state file; that of the configuration unless given')
    .action((file: string | undefined) => finish(context, () => checkState(context, file)));
}

async function checkState(context: CommandContext, file: string | undefined): Promise<ExitCode> {
  const path = file ?? join((await context.openPlan('quiet')).plan.stateDirectory, stateFileName);
  refuseFolder(path);
  const problems = findProblems(path);
  if (context.json()) context.roof.print(`${JSON.stringify({ path, problems })}\n`);
  else context.roof.print(problems.length === 0 ? `${path} is sound.\n` : `${path} is damaged:\n${problems.join('\n')}\n`);
  return problems.length === 0 ? exitCodes.pass : exitCodes.fail;
}

function findProblems(path: string): readonly string[] {
  try {
    if (!findStateFile(path)) throw new UsageError(`there is no state file ${path}`);
    const problems = checkIntegrity(path);
    // A sound database of another program says nothing of ours.
    if (problems.length === 0) refuseForeign(path, () => true);
    return problems;
  } catch (error) {
    const explained = explainStateError(error, path);
    if (explained instanceof DamagedStateError) return [explained.reason];
    throw explained;
  }
}

function refuseFolder(path: string): void {
  const inside = join(path, stateFileName);
  if (existsSync(inside) && statSync(path).isDirectory())
    throw new UsageError(`${path} is a folder, not a state file; did you mean ${inside}?`);
}
