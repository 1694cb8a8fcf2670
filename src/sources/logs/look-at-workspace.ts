import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json } from '../../domain/json.ts';
import type { LookRequest } from '../../domain/look.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Span } from '../../logs/covered-time.ts';
import type { LogTablesFact, ManagementLock, TableFact, Told } from '../../logs/log-facts.ts';
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
  const tables = await Promise.all(question.tables.map(async (table) => [table, await tellTable(table, known, needs)] as const));
  const holding = 'fault' in locks ? locks : { value: locksFor(workspace.resource, locks.value) };
  refuseBlindness([...tables.map(([, told]) => told), holding, exports]);
  const fact = {
    ...namesOf(request),
    hours: question.hours,
    resolutionMinutes: question.resolutionMs / 60_000,
    tables: Object.fromEntries(tables),
    applications: tellApplications(workspace, new Map(tables), needs),
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

async function tellTable(table: string, known: KnownWorkspace, needs: LookNeeds): Promise<Told<TableFact>> {
  const { workspace, until, allowed, listed } = known;
  if ('fault' in allowed) return allowed;
  if ('fault' in listed) return listed;
  const retention = listed.value.get(table.toLowerCase());
  if (retention === undefined) return { is: absentTable };
  const missing = missingRight(allowed.value, workspace, [table]);
  if (missing !== null) return { fault: missing };
  const { span, clock, logs, request } = needs;
  const memory = memoryOf(workspace, table, needs);
  const tellSlowest = (_table: string, ms: number): void =>
    request.meter?.set('log_ingestion_delay_seconds', { workspace: workspace.resource.name, table }, ms / 1_000);
  const fault = await readTable(table, memory, span, { logs, clock, workspace, until, tellSlowest });
  if (fault !== null) return { fault };
  const slowestMs = memory.timeline.slowestMs(span);
  const silences = memory.timeline.silences(span);
  return { is: { isThere: true, ...retention, silences, slowestIngestionMinutes: slowestMs === null ? null : fiveMinutes(slowestMs) } };
}

const absentTable: TableFact = {
  isThere: false,
  retentionDays: null,
  totalRetentionDays: null,
  silences: [{ from: null, to: null }],
  slowestIngestionMinutes: null,
};

function memoryOf({ resource, customerId }: AskedWorkspace, table: string, needs: LookNeeds): TableMemory {
  return needs.memoryOf(`${resource.id} ${customerId} ${table}`, needs.question.resolutionMs);
}

function tellApplications(
  workspace: AskedWorkspace,
  tables: ReadonlyMap<string, Told<TableFact>>,
  needs: LookNeeds,
): LogTablesFact['applications'] {
  const told = tables.get(signInTable);
  if (told === undefined) {
    const message = `${signInTable} is not looked at; add it to options.tables of the look logs`;
    return { fault: { code: 'unsupported', message } };
  }
  if ('fault' in told) return told;
  return { is: memoryOf(workspace, signInTable, needs).applications.since(needs.span.fromMs) };
}

/** All that are known, also where only some are looked at. */
function namesOf({ beside, besideFault, subjects }: LookRequest): Pick<LogTablesFact, 'workspaces' | 'moreFault'> {
  const ids = beside ?? subjects.map(({ id }) => id);
  const names = ids.flatMap((id) => resourceFromId(id)?.name ?? []);
  return { workspaces: [...new Set(names)].sort(), ...(besideFault === undefined ? {} : { moreFault: besideFault }) };
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
