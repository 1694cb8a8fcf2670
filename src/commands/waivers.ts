import type { Command } from 'commander';
import { epochMs } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import { isInForce } from '../domain/waiver.ts';
import { type CommandContext, finish } from './command-context.ts';
import { exitCodes } from './roof.ts';
import { alignRows, paint } from './text.ts';

/** `waivers list`, `waivers expiring`: who accepted which risk, until when. */
export function addWaiversCommand(program: Command, context: CommandContext): void {
  const waivers = program.command('waivers').description('accepted risks');
  waivers
    .command('list')
    .description('all of them, the next to end first')
    .action(() => finish(context, () => showWaivers(context, () => true)));
  waivers
    .command('expiring')
    .description('those that have ended or end within the notice time')
    .action(() =>
      finish(context, async () => {
        const { plan } = await context.openPlan('quiet');
        const limitMs = context.roof.clock.now() + plan.alerting.waiverNoticeMs;
        return await showWaivers(context, (waiver) => epochMs(waiver.until) <= limitMs);
      }),
    );
}

async function showWaivers(context: CommandContext, wanted: (waiver: Waiver) => boolean) {
  const { plan } = await context.openPlan('quiet');
  const nowMs = context.roof.clock.now();
  const chosen = plan.waivers.filter(wanted).toSorted((a, b) => epochMs(a.until) - epochMs(b.until));
  const stateOf = (waiver: Waiver) => (isInForce(waiver, nowMs) ? 'in force' : epochMs(waiver.until) <= nowMs ? 'ended' : 'not yet');
  if (context.json()) {
    context.roof.print(
      `${JSON.stringify(
        chosen.map((waiver) => ({ ...waiver, state: stateOf(waiver) })),
        null,
        2,
      )}\n`,
    );
    return exitCodes.pass;
  }
  if (chosen.length === 0) {
    context.roof.print('None.\n');
    return exitCodes.pass;
  }
  const head = ['until', 'state', 'check', 'subject', 'asked', 'approved', 'why'].map((title) => paint(title, 'dim', context.paper()));
  const rows = chosen.map((waiver) => [
    waiver.until.slice(0, 16).replace('T', ' '),
    stateOf(waiver),
    `${waiver.check} (${waiver.interpretations.join(', ')})`,
    waiver.subject,
    waiver.requestedBy,
    waiver.approvedBy,
    waiver.reason,
  ]);
  context.roof.print(`${alignRows([head, ...rows])}\n`);
  return exitCodes.pass;
}
