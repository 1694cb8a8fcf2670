import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { timestamp } from '../domain/time.ts';
import { percentText } from '../reporters/reports/percent.ts';
import { durationBetween } from '../reporters/reports/readable-time.ts';
import { type CommandContext, finish } from './command-context.ts';
import { findControl } from './find-control.ts';
import { clearProgressBar, progressBar } from './progress-bar.ts';
import { readReportPeriod, refuseBeforeFirstRun, type WantedPeriod } from './report-period.ts';
import { type ReportAnswer, type ReportRequest, reportWorkCommand } from './report-work.ts';
import { type ExitCode, exitCodes, SelfFailedError, UsageError } from './roof.ts';
import { alignRows, paint, showStatus } from './text.ts';
import { withState } from './with-state.ts';
import { refuseUnwritable, writeWhole } from './write-whole.ts';

interface ReportOptions extends WantedPeriod {
  readonly control?: string;
  readonly output?: string;
  readonly format?: ReportRequest['format'];
}

/** `report`: what was true over a period, how much of it was measured, with what proof. */
export function addReportCommand(program: Command, context: CommandContext): void {
  program
    .command('report')
    .description('what was true over a period, and how much of it was measured: one page for auditors')
    .requiredOption('--from <time>', 'first moment of the period: a date or a time, in UTC')
    .option('--to <time>', 'its end, which is not part of it; now unless given')
    .option('--control <id>', 'only claims that are mapped to this control (CC6.7, A.8.24, "PCI 4.2.1")')
    .option('--output <file>', 'where the report is written; a file named after the period unless given')
    .addOption(new Option('--format <format>', 'html unless the name of the output ends in .json').choices(['html', 'json']))
    .action((options: ReportOptions) => finish(context, () => report(context, options)));
}

async function report(context: CommandContext, options: ReportOptions): Promise<ExitCode> {
  const { roof } = context;
  const nowMs = roof.clock.now();
  const request = await readRequest(context, options, nowMs);
  if (context.json()) {
    if (options.output !== undefined) throw new UsageError('--json prints the report itself; with --output say --format json');
    const answer = await runWork(context, { ...request, format: 'json' });
    if (typeof answer === 'number') return answer;
    roof.print(answer.text);
    return exitCodes.pass;
  }
  const output = resolve(roof.workingDirectory, options.output ?? defaultName(request));
  await refuseUnwritable(output);
  const answer = await runWork(context, request);
  if (typeof answer === 'number') return answer;
  if (!(await keep(context, output, answer.text))) return exitCodes.internal;
  roof.print(summarise(context, request, answer, output));
  return exitCodes.pass;
}

/** Every mistake is told before the work begins. */
async function readRequest(context: CommandContext, options: ReportOptions, nowMs: number): Promise<ReportRequest> {
  const period = readReportPeriod(options, nowMs);
  return await withState(context, async (state, plan) => {
    const control = options.control === undefined ? null : findControl(plan.register.claims, options.control).control;
    const [first] = await state.runsFrom({ first: 0, limit: 1 });
    refuseBeforeFirstRun(period.to, first?.finishedAt);
    const format = options.format ?? (options.output?.endsWith('.json') === true ? 'json' : 'html');
    return { ...period, generatedAt: timestamp(nowMs), control, format };
  });
}

/** `claimwatch-report_2026-11-01_2026-12-01.html`; with times where they are no whole days. */
function defaultName({ from, to, control, format }: ReportRequest): string {
  const [start, end] = [from, to].map((at) => (at.endsWith('T00:00:00.000Z') ? at.slice(0, 10) : at.slice(0, 19).replaceAll(':', '-')));
  const only = control === null ? '' : `_${control.replaceAll(/[^\w.-]/g, '-')}`;
  return `claimwatch-report_${start}_${end}${only}.${format}`;
}

const stopped = 'stopped; no report was made\n';

/** An exit code: nothing was made, since the person who waits gave up, or since it could not be; why has been told by then. */
async function runWork(context: CommandContext, request: ReportRequest): Promise<ReportAnswer | ExitCode> {
  const { roof } = context;
  const { folder } = await context.openPlan('quiet');
  try {
    const words = [reportWorkCommand, JSON.stringify(request), '--config', folder];
    const { output } = await roof.runSelf(words, roof.stopRequested, (line) => tell(context, line)).finally(() => clearBar(context));
    return JSON.parse(output) as ReportAnswer;
  } catch (error) {
    if (roof.stopRequested.aborted) roof.printError(stopped);
    else if (error instanceof SelfFailedError) roof.printError('no report was made\n');
    else throw error;
    return error instanceof SelfFailedError ? error.exitCode : exitCodes.internal;
  }
}

/** False where the person who waits gave up: told, and nothing new stands there. */
async function keep({ roof }: CommandContext, output: string, text: string): Promise<boolean> {
  try {
    await writeWhole(output, text, roof.stopRequested);
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    roof.printError(stopped);
    return false;
  }
}

function clearBar({ roof }: CommandContext): void {
  if (roof.terminal.isTerminal) roof.printError(clearProgressBar);
}

function tell(context: CommandContext, line: string): void {
  const { roof } = context;
  const [, done, of] = /^progress (\d+) (\d+)$/.exec(line) ?? [];
  if (done === undefined || of === undefined) {
    clearBar(context);
    roof.printError(`${line}\n`);
  } else if (roof.terminal.isTerminal) roof.printError(progressBar(Number(done), Number(of)));
}

function summarise(context: CommandContext, { from, to }: ReportRequest, answer: ReportAnswer, output: string): string {
  const paper = context.paper();
  const head = ['claim', '', 'at the end', 'strict', 'measured', 'coverage'].map((title) => paint(title, 'dim', paper));
  const rows = answer.claims.map(({ claim, interpretation, status, passMs, measuredMs, periodMs }) => [
    claim,
    interpretation,
    showStatus(status, paper),
    ...[percentText(passMs, periodMs), percentText(passMs, measuredMs), percentText(measuredMs, periodMs)].map((text) => text ?? 'n/a'),
  ]);
  const open = answer.unchecked === 0 ? '' : ` ${answer.unchecked} more claims have no check, and nothing is known of them.`;
  return `${alignRows([head, ...rows])}\n\n${answer.runs} runs from ${from} to ${to} (${durationBetween(from, to)}).${open}\nThe report: ${output}\n`;
}
