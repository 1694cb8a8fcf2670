import type { Command } from 'commander';
import { nearestName } from '../config/nearest-name.ts';
import type { Check } from '../domain/check.ts';
import { interpretationsOf } from '../domain/check.ts';
import type { Finding } from '../domain/finding.ts';
import type { Look } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { CheckStatus } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import { looksOf } from '../engine/run-input.ts';
import type { JudgeReply, World } from '../engine/world.ts';
import { startWorldThread } from '../engine/world-thread.ts';
import { showAllFindings } from './all-findings.ts';
import { claimLineJson, claimLines, exitCodeOf, showClaims, statusChecks, summarise } from './claim-report.ts';
import { computeCodeVersion } from './code-version.ts';
import { type CommandContext, finish } from './command-context.ts';
import { planForAzure } from './plan-for-azure.ts';
import { planForEndpoints } from './plan-for-endpoints.ts';
import { type ExitCode, UsageError } from './roof.ts';
import { roomSources } from './room-sources.ts';
import type { Rooms } from './rooms.ts';

interface CheckOptions {
  readonly endpoint: readonly string[];
  readonly azureCli?: boolean;
  readonly subscription: readonly string[];
  readonly root: readonly string[];
}

/** `check`: one look at everything, one judgement, a table and an exit code. No daemon, nothing kept. */
export function addCheckCommand(program: Command, context: CommandContext): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  program
    .command('check')
    .description('look once, judge, print a table; exit code 0 pass, 1 fail, 2 unknown')
    .argument('[claim-or-check]', 'only this claim or this check')
    .option('-e, --endpoint <host:port>', 'look at this endpoint instead of the configured ones (repeatable)', collect, [])
    .option('--azure-cli', 'look at all that who is logged in at the Azure command line can see, without configuration')
    .option('-s, --subscription <id>', 'with --azure-cli: only this subscription (repeatable)', collect, [])
    .option('--root <file>', 'also trust the certificates in this PEM file (repeatable)', collect, [])
    .action((only: string | undefined, options: CheckOptions) => finish(context, () => checkOnce(context, only, options)));
}

async function checkOnce(context: CommandContext, only: string | undefined, options: CheckOptions): Promise<ExitCode> {
  const { roof } = context;
  const rooms = await context.rooms();
  const whole = await choosePlan(context, rooms, options);
  const plan = selectChecks(whole, rooms.checks, only);
  const judged = await lookAndJudge(context, plan);
  const recorded = judged.flatMap((reply) => toStatuses(reply));
  const lines = claimLines(plan, statusChecks(plan, rooms.checks), recorded, roof.clock.now());
  const isClaim = plan.register.claims.some((claim) => claim.id === only);
  // The checks of one claim, and one check alone, judge other claims in part.
  const shown = only === undefined ? lines : lines.filter(({ claim }) => claim.id === only);
  const code = exitCodeOf(isClaim ? shown : lines);
  const findings = judged.flatMap((reply) => (reply.findings ?? []).map((finding) => ({ check: reply.outcome.check, finding })));
  if (context.json()) {
    roof.print(`${JSON.stringify(toJson(plan, rooms.checks, findings, shown.map(claimLineJson), code), null, 2)}\n`);
    return code;
  }
  roof.print(`${showAllFindings(findings, rooms.checks, plan, context.paper())}\n`);
  const checked = shown.filter((line) => line.checked);
  if (checked.length > 0) roof.print(`\n${showClaims(checked, context.paper())}\n`);
  if (only === undefined) roof.print(`\n${summarise(lines)}\n`);
  return code;
}

async function choosePlan(context: CommandContext, rooms: Rooms, options: CheckOptions): Promise<Plan> {
  if (options.azureCli === true && options.endpoint.length > 0) throw new UsageError('use either --azure-cli or --endpoint');
  if (options.azureCli !== true && options.subscription.length > 0) throw new UsageError('--subscription goes with --azure-cli');
  if (options.azureCli === true) return await planForAzure(rooms, options, context.roof.stopRequested);
  return options.endpoint.length > 0 ? await planForEndpoints(rooms, options) : (await context.openPlan('quiet')).plan;
}

/** A check's id, or a claim's: then every check that serves it. */
function selectChecks(plan: Plan, checks: ReadonlyMap<string, Check>, only: string | undefined): Plan {
  if (only === undefined) return plan;
  const chosen = plan.checks.filter(({ id }) => id === only || (checks.get(id)?.claims.some((served) => served.claim === only) ?? false));
  if (chosen.length > 0) return { ...plan, checks: chosen };
  const claim = plan.register.claims.find((candidate) => candidate.id === only);
  if (claim?.unchecked !== undefined) throw new UsageError(`claim ${only} has no check yet: ${claim.unchecked}`);
  const names = [...plan.register.claims.map(({ id }) => id), ...plan.checks.map(({ id }) => id)];
  const nearest = nearestName(only, names);
  const remedy = nearest === null ? '"claimwatch claims" lists the claims' : `did you mean "${nearest}"?`;
  throw new UsageError(`no claim and no configured check is called "${only}"; ${remedy}`);
}

async function lookAndJudge(context: CommandContext, plan: Plan): Promise<readonly JudgeReply[]> {
  const { roof } = context;
  const rooms = await context.rooms();
  const sources = roomSources(plan, rooms);
  const codeVersion = await computeCodeVersion(roof.version.version);
  const world = startWorldThread({
    plan,
    spawn: () => roof.spawnWorld({ plan: { ...plan, receivers: [] }, statePath: null, codeVersion }),
    clock: roof.clock,
    ranMs: roof.clock.monotonic,
    log: roof.commandLog,
    onRestart: () => undefined,
  });
  try {
    const needed = new Set(plan.checks.flatMap(({ id }) => looksOf(checkOf(rooms.checks, id), sources)));
    const made = await lookInOrder(plan, rooms, needed, (name, id) => lookOnce(context, world, name, id));
    const looks = new Map(made.map((look) => [look.name, look]));
    const replies: JudgeReply[] = [];
    for (const { id } of plan.checks)
      replies.push(await judgeConfirmed(context, world, id, { looks, own: looksOf(checkOf(rooms.checks, id), sources) }));
    return replies;
  } finally {
    await world.close();
  }
}

/** What discovers looks first: whom it finds, the others look at. */
async function lookInOrder(
  plan: Plan,
  rooms: Rooms,
  needed: ReadonlySet<string>,
  look: (name: string, id: number) => Promise<Look>,
): Promise<readonly Look[]> {
  const discovers = (source: string): boolean => rooms.sources.get(source)?.create().discovers === true;
  const endpointsAreLookedAt = plan.looks.some(({ name, source }) => needed.has(name) && !discovers(source));
  const first = plan.looks.filter(
    ({ name, source }) => discovers(source) && (needed.has(name) || (endpointsAreLookedAt && plan.azure !== null)),
  );
  const found: Look[] = [];
  for (const [index, { name }] of first.entries()) found.push(await look(name, index + 1));
  const others = plan.looks.filter(({ name, source }) => !discovers(source) && needed.has(name));
  return [...found, ...(await Promise.all(others.map(({ name }, index) => look(name, found.length + index + 1))))];
}

function checkOf(checks: ReadonlyMap<string, Check>, id: string): Check {
  const check = checks.get(id);
  if (check === undefined) throw new Error(`check ${id} has no file`);
  return check;
}

async function lookOnce(context: CommandContext, world: World, name: string, id: number): Promise<Look> {
  const { roof } = context;
  const reply = await world.look({ name, extent: { kind: 'all' }, scheduledFor: timestamp(roof.clock.now()) });
  const look = { ...reply.look, id };
  await world.adoptLook(reply.token, look);
  const seconds = (Date.parse(look.finishedAt) - Date.parse(look.startedAt)) / 1000;
  context.progress(`${name}: ${look.seen} of ${look.expected} seen in ${seconds.toFixed(1)} s`);
  for (const defect of reply.defects) roof.commandLog.error({ look: name, defect }, 'a source failed');
  return look;
}

interface LooksOfCheck {
  /** By name; one that the origin was asked about replaces the one before. */
  readonly looks: Map<string, Look>;
  /** Names of those that the check needs. */
  readonly own: readonly string[];
}

/** What an index that may lag says is new is asked at the origin first, as the daemon does. */
async function judgeConfirmed(context: CommandContext, world: World, check: string, { looks, own }: LooksOfCheck): Promise<JudgeReply> {
  const ofCheck = () => Object.fromEntries([...looks].filter(([name]) => own.includes(name)));
  const reply = await judgeOnce(context, world, check, ofCheck());
  const base = reply.toConfirm === null ? undefined : looks.get(reply.toConfirm.look);
  if (reply.toConfirm === null || base === undefined) return reply;
  const { look: name, subjects } = reply.toConfirm;
  const asked = await world.look({ name, extent: { kind: 'some', subjects, base }, scheduledFor: timestamp(context.roof.clock.now()) });
  const confirmed = { ...asked.look, id: Math.max(...[...looks.values()].map(({ id }) => id)) + 1 };
  await world.adoptLook(asked.token, confirmed);
  looks.set(name, confirmed);
  for (const defect of asked.defects) context.roof.commandLog.error({ look: name, defect }, 'a source failed');
  return await judgeOnce(context, world, check, ofCheck());
}

async function judgeOnce(
  context: CommandContext,
  world: World,
  check: string,
  looks: { readonly [name: string]: Look },
): Promise<JudgeReply> {
  const nowMs = context.roof.clock.now();
  await world.prepare({ check, looks });
  const reply = await world.judge({
    check,
    trigger: 'looked',
    extent: { kind: 'all' },
    scheduledFor: timestamp(nowMs),
    nowMs,
    looks,
    previous: null,
    declaredDigest: '',
    hungInput: null,
    withFindings: true,
  });
  for (const defect of reply.defects) context.roof.commandLog.error({ check, ...defect }, 'a judgement failed; its subject is unknown');
  return reply;
}

function toStatuses(reply: JudgeReply): readonly CheckStatus[] {
  const { outcome } = reply;
  return (['literal', 'intent'] as const).flatMap((interpretation): readonly CheckStatus[] => {
    const counts = outcome.counts[interpretation];
    if (counts === undefined) return [];
    const { check, trigger, dataAsOf, finishedAt } = outcome;
    return [{ check, interpretation, counts, since: dataAsOf, run: 0, trigger, dataAsOf, finishedAt }];
  });
}

function toJson(
  plan: Plan,
  checks: ReadonlyMap<string, Check>,
  findings: readonly { readonly check: string; readonly finding: Finding }[],
  claims: readonly object[],
  exitCode: ExitCode,
): object {
  return {
    exitCode,
    checks: plan.checks.map(({ id }) => ({ id, title: checks.get(id)?.title, interpretations: interpretationsOf(checkOf(checks, id)) })),
    findings: findings.map(({ check, finding }) => ({ check, ...finding })),
    claims,
  };
}
