import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Interpretation } from '../domain/claim.ts';
import type { Plan } from '../domain/plan.ts';
import type { Status } from '../domain/status.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Numbers } from '../domain/timeline.ts';
import { looksOf } from '../engine/run-input.ts';
import { buildReport } from '../reporters/reports/build-report.ts';
import type { Period, Report } from '../reporters/reports/report.ts';
import { renderReport } from '../reporters/reports/report-page.ts';
import { type CommandContext, finish } from './command-context.ts';
import { findControl } from './find-control.ts';
import { networkView } from './network-drawing.ts';
import { policyName } from './policy-name.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { roomSources } from './room-sources.ts';
import type { Rooms } from './rooms.ts';
import { withState } from './with-state.ts';

/** What `report` asks of its child process, as JSON in one argument. */
export interface ReportRequest extends Period {
  readonly generatedAt: Timestamp;
  readonly control: string | null;
  readonly format: 'html' | 'json';
}

/** What it answers, as JSON on standard output. */
export interface ReportAnswer {
  readonly text: string;
  readonly runs: number;
  readonly claims: readonly ClaimNumbers[];
  /** Claims that no check serves. */
  readonly unchecked: number;
}

interface ClaimNumbers {
  readonly claim: string;
  readonly interpretation: Interpretation;
  readonly status: Status;
  readonly passMs: number;
  readonly measuredMs: number;
  readonly periodMs: number;
}

export const reportWorkCommand = 'report-work';

/** The work of `report`, in a process of its own: what it takes of memory and time is not the caller's. */
export function addReportWorkCommand(program: Command, context: CommandContext): void {
  program
    .command(reportWorkCommand, { hidden: true })
    .argument('<request>')
    .action((request: string) => finish(context, () => work(context, JSON.parse(request) as ReportRequest)));
}

async function work(context: CommandContext, request: ReportRequest): Promise<ExitCode> {
  const { roof } = context;
  try {
    const report = await makeReport(context, request);
    const text = request.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report);
    roof.print(JSON.stringify({ text, ...summaryOf(report) } satisfies ReportAnswer));
    return exitCodes.pass;
  } catch (error) {
    // Whoever asked has gone, and waits for nothing.
    if (roof.stopRequested.aborted) return exitCodes.internal;
    throw error;
  }
}

async function makeReport(context: CommandContext, request: ReportRequest): Promise<Report> {
  const { roof } = context;
  const rooms = await context.rooms();
  const { folder } = await context.openPlan('quiet');
  const policy = await readPolicy(folder);
  return await withState(context, async (state, plan) => {
    const chosen = request.control === null ? null : findControl(plan.register.claims, request.control);
    return await buildReport({
      state,
      plan,
      checks: rooms.checks,
      looksOf: lookNames(plan, rooms),
      network: networkView(state),
      isChosen: (claim) => chosen === null || chosen.isChosen(claim),
      control: chosen?.control ?? null,
      period: { from: request.from, to: request.to },
      generatedAt: request.generatedAt,
      generatedBy: roof.version,
      policy,
      onProgress: (done, of) => roof.printError(`progress ${done} ${of}\n`),
      signal: roof.stopRequested,
    });
  });
}

function lookNames(plan: Plan, rooms: Rooms): (check: string) => readonly string[] {
  const sources = roomSources(plan, rooms);
  return (id) => {
    const check = rooms.checks.get(id);
    return check === undefined ? [] : looksOf(check, sources);
  };
}

/** Beside the configuration, else what came with this program. */
async function readPolicy(folder: string): Promise<Report['policy']> {
  const places = [
    join(folder, 'policy', 'published-policies.txt'),
    fileURLToPath(new URL('../../config/policy/published-policies.txt', import.meta.url)),
  ];
  for (const place of places) {
    const bytes = await readFile(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (bytes !== null) return { name: policyName(bytes.toString('utf8')), sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  throw new UsageError(`the policy itself is missing: expected ${places[0]}`);
}

function summaryOf(report: Report): Omit<ReportAnswer, 'text'> {
  const checked = report.claims.flatMap(({ id, interpretations: own }) =>
    own.flatMap(({ interpretation, statusAtEnd, numbers }) =>
      numbers === null ? [] : [{ claim: id, interpretation, status: statusAtEnd, ...measuredNumbers(numbers) }],
    ),
  );
  const unchecked = report.claims.filter(({ interpretations: own }) => own.every(({ numbers }) => numbers === null)).length;
  return { runs: report.evidence.runs, claims: checked, unchecked };
}

function measuredNumbers({ passMs, periodMs, notMeasuredMs }: Numbers): Pick<ClaimNumbers, 'passMs' | 'measuredMs' | 'periodMs'> {
  return { passMs, periodMs, measuredMs: periodMs - notMeasuredMs };
}
