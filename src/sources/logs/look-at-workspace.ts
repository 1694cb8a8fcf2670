import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json } from '../../domain/json.ts';
import type { LookRequest } from '../../domain/look.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Span } from '../../logs/covered-time.ts';
import type { LogTablesFact, ManagementLock, SignInApplication, TableFact, Told } from '../../logs/log-facts.ts';
import { signInTable } from '../../logs/sign-ins.ts';
import { fiveMinutes } from '../../logs/silences.ts';
import type { ArmClient } from '../azure/arm-client.ts';
import { type Attempted, attempt } from '../azure/attempt.ts';
import type { Clock } from '../azure/clock.ts';
import { type AskedWorkspace, askedWorkspace, missingRight, readAllowed } from './asked-workspace.ts';
import type { LogsQuestion } from './logs-options.ts';
import { callOptionsOf, type ReadUntil } from './read-in-parts.ts';
import { type ReadTableNeeds, readTable, type TableMemory } from './read-table.ts';
import { locksFor, readExports, readTables, type TableRetention } from './read-workspace.ts';

/** What all workspaces of one look share. */
export interface LookNeeds {
  readonly request: LookRequest;
  readonly clock: Clock;
  readonly arm: ArmClient;
  readonly logs: ReadTableNeeds['logs'];
  readonly question: LogsQuestion;
  readonly span: Span;
  readonly memoryOf: (key: string, resolutionMs: number) => TableMemory;
  readonly locksOf: (subscription: string) => Promise<Attempted<readonly ManagementLock[]>>;
}

/** The rest of the time of a subject is left for what follows. */
export const shareForReading = 0.8;

/** The fact `log-tables` of a workspace. @throws FaultError where nothing at all of it could be seen */
export async function lookAtWorkspace(id: string, needs: LookNeeds, signal: AbortSignal): Promise<Json> {
  const { clock, arm, request, question, locksOf } = needs;
  const asked = askedWorkspace(id, request.rows?.get(id));
  if ('fault' in asked) throw errorOf(asked.fault);
  const workspace = asked.value;
  const until = { signal, untilMs: clock.now() + request.subjectDeadlineMs * shareForReading };
  const options = callOptionsOf(clock, until);
  const [allowed, listed, locks, exports] = await Promise.all([
    attempt(async () => await readAllowed(arm, workspace, options)),
    attempt(async () => await readTables(arm, workspace.resource, options)),
    locksOf(workspace.resource.subscription),
    attempt(async () => await readExports(arm, workspace.resource, options)),
  ]);
  const known: KnownWorkspace = { workspace, until, allowed, listed };
  const seen = await Promise.all(question.tables.map(async (table) => [table, await seeTable(table, known, needs)] as const));
  const holding = 'fault' in locks ? locks : { value: locksFor(workspace.resource, locks.value) };
  refuseBlindness([...seen.map(([, { told }]) => told), holding, exports]);
  const fact = {
    ...namesOf(request),
    hours: question.hours,
    resolutionMinutes: question.resolutionMs / 60_000,
    tables: Object.fromEntries(seen.map(([table, { told }]) => [table, told])),
    applications: tellApplications(new Map(seen).get(signInTable)),
    locks: toldOf(holding),
    exports: toldOf(exports),
  } satisfies LogTablesFact;
  return asJson(fact);
}

/** @throws FaultError where nothing at all could be seen: one cause, told as one */
function refuseBlindness(parts: readonly object[]): void {
  const faults = parts.flatMap((part) => ('fault' in part ? [part.fault as Fault] : []));
  const [first] = faults;
  if (first !== undefined && faults.length === parts.length) throw errorOf(first);
}

interface KnownWorkspace {
  readonly workspace: AskedWorkspace;
  readonly until: ReadUntil;
  readonly allowed: Attempted<(action: string) => boolean>;
  readonly listed: Attempted<ReadonlyMap<string, TableRetention>>;
}

interface SeenTable {
  readonly told: Told<TableFact>;
  /** Of the table of sign-ins. */
  readonly applications: readonly SignInApplication[];
}

async function seeTable(table: string, known: KnownWorkspace, needs: LookNeeds): Promise<SeenTable> {
  const { workspace, until, allowed, listed } = known;
  if ('fault' in allowed) return unseen(allowed.fault);
  if ('fault' in listed) return unseen(listed.fault);
  const retention = listed.value.get(table.toLowerCase());
  if (retention === undefined) return { told: { is: absentTable }, applications: [] };
  const missing = missingRight(allowed.value, workspace, [table]);
  if (missing !== null) return unseen(missing);
  const { span, clock, logs, request, question } = needs;
  const memory = needs.memoryOf(`${workspace.resource.id} ${workspace.customerId} ${table}`, question.resolutionMs);
  const tellSlowest = (ms: number): void =>
    request.meter?.set('log_ingestion_delay_seconds', { workspace: workspace.resource.name, table }, ms / 1_000);
  const fault = await readTable(table, memory, span, { logs, clock, workspace, until, tellSlowest });
  if (fault !== null) return unseen(fault);
  const { timeline, applications } = memory.read;
  const slowestMs = timeline.slowestMs(span);
  const slowestIngestionMinutes = slowestMs === null ? null : fiveMinutes(slowestMs);
  const told = { is: { isThere: true, ...retention, silences: timeline.silences(span), slowestIngestionMinutes } };
  return { told, applications: applications.since(span.fromMs) };
}

function unseen(fault: Fault): SeenTable {
  return { told: { fault }, applications: [] };
}

const absentTable: TableFact = {
  isThere: false,
  retentionDays: null,
  totalRetentionDays: null,
  silences: [{ from: null, to: null }],
  slowestIngestionMinutes: null,
};

/** Undefined: it is not looked at. */
function tellApplications(signIns: SeenTable | undefined): LogTablesFact['applications'] {
  if (signIns === undefined) {
    const message = `${signInTable} is not looked at; add it to options.tables of the look logs`;
    return { fault: { code: 'unsupported', message } };
  }
  return 'fault' in signIns.told ? signIns.told : { is: signIns.applications };
}

/** All that are known, also where only some are looked at. */
function namesOf({ beside, besideFault, subjects }: LookRequest): Pick<LogTablesFact, 'workspaces' | 'moreFault'> {
  const ids = beside ?? subjects.map(({ id }) => id);
  const names = ids.flatMap((id) => resourceFromId(id)?.name ?? []);
  return { workspaces: names.sort(), ...(besideFault === undefined ? {} : { moreFault: besideFault }) };
}

function toldOf<Value>(attempted: Attempted<Value>): Told<Value> {
  return 'fault' in attempted ? attempted : { is: attempted.value };
}

function errorOf({ code, message, about }: Fault): FaultError {
  return new FaultError(code, message, about === undefined ? {} : { about });
}

/** Shapes that are named in the code have no index, which JSON has. */
function asJson(fact: LogTablesFact): Json {
  return JSON.parse(JSON.stringify(fact)) as Json;
}
