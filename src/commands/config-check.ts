import type { Command } from 'commander';
import { ConfigurationError } from '../config/configuration-error.ts';
import type { Plan } from '../domain/plan.ts';
import { type CommandContext, finish } from './command-context.ts';
import { type ExitCode, exitCodes } from './roof.ts';

/** `config check`: reads everything that `run` would read, and says what it came to, or every mistake at once. */
export function addConfigCommand(program: Command, context: CommandContext): void {
  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('every mistake at once, with its place and remedy; exit code 3 where there is one')
    .action(() => finish(context, () => checkConfiguration(context)));
}

async function checkConfiguration(context: CommandContext): Promise<ExitCode> {
  const { roof } = context;
  try {
    const { plan, folder } = await context.openPlan('whole');
    const overview = {
      mode: plan.mode.kind,
      endpoints: plan.subjects.length,
      outOfScope: plan.outOfScope.length,
      looks: plan.looks.map((look) => look.name),
      checks: plan.checks.map((check) => check.id),
      waivers: plan.waivers.length,
      receivers: plan.receivers.map((receiver) => receiver.name),
      claims: plan.register.claims.length,
    };
    if (context.json()) roof.print(`${JSON.stringify({ valid: true, ...overview }, null, 2)}\n`);
    else {
      roof.print(`${folder} is valid: mode ${overview.mode}, ${overview.endpoints} endpoints, ${overview.checks.length} checks, `);
      roof.print(
        `${overview.looks.length} looks, ${overview.receivers.length} receivers, ${overview.waivers} waivers, ${overview.claims} claims.\n`,
      );
      for (const warning of warningsFor(plan)) roof.print(`${warning}\n`);
    }
    return exitCodes.pass;
  } catch (error) {
    if (!(error instanceof ConfigurationError) || !context.json()) throw error;
    roof.print(`${JSON.stringify({ valid: false, problems: error.problems }, null, 2)}\n`);
    return exitCodes.usage;
  }
}

/** What is valid, and yet watches nothing. */
function warningsFor({ subjects, azure, looks, checks }: Plan): readonly string[] {
  return [
    ...(subjects.length === 0 && azure === null
      ? ['No endpoint is configured: every check stays unknown until "endpoints" names one, or "azure" says where to look.']
      : []),
    ...(looks.length === 0 ? ['No look is configured: nothing is looked at until "looks" names one.'] : []),
    ...(checks.length === 0 ? ['No check is configured: every claim stays unknown until "checks" names one.'] : []),
  ];
}
