import type { Command } from 'commander';
import { claimLineJson, claimLines, showClaims, statusChecks, summarise } from './claim-report.ts';
import { type CommandContext, finish } from './command-context.ts';
import { exitCodes } from './roof.ts';
import { withStateIfAny } from './with-state.ts';

/** `claims`: the register with what is known of each claim now. */
export function addClaimsCommand(program: Command, context: CommandContext): void {
  program
    .command('claims')
    .description('every claim of the policy with its status now, from what the daemon recorded')
    .action(() =>
      finish(context, async () => {
        const { checks } = await context.rooms();
        await withStateIfAny(context, async (state, plan) => {
          const recorded = (await state?.statuses()) ?? [];
          const lines = claimLines(plan, statusChecks(plan, checks), recorded, context.roof.clock.now());
          const notTestable = plan.register.notTestable;
          if (context.json()) {
            context.roof.print(`${JSON.stringify({ claims: lines.map(claimLineJson), notTestable }, null, 2)}\n`);
          } else {
            context.roof.print(`${showClaims(lines, context.paper())}\n\n${summarise(lines)}\n`);
            context.roof.print(
              `${notTestable.length} sentences promise nothing that a machine could test; "claimwatch claims --json" lists them.\n`,
            );
          }
        });
        return exitCodes.pass;
      }),
    );
}
