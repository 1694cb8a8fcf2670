import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Meter, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import { epochMs } from '../../domain/time.ts';
import type { CanaryFact } from '../../logs/log-facts.ts';
import { queryAction, readActionOf } from '../../logs/log-tables.ts';
import { type AzureAccess, sharedAccess } from '../azure/azure-access.ts';
import { type AzureSettings, settingsOf } from '../azure/azure-settings.ts';
import { permissionsAction } from '../azure/read-rights.ts';
import { durationOf } from '../duration-option.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { askedWorkspace, workspaceType } from './asked-workspace.ts';
import { type CanaryOptions, canaryOptionsSchema, isSameIdentity } from './canary-options.ts';
import { type Canary, type CanaryStanding, canaryAt, canaryText, worthKeeping } from './canary-tag.ts';
import { type CanaryMemory, createCanaryMemory, eventTable, readStanding, type StandingNeeds } from './read-canary.ts';
import { createTagWriter, type TagWriter } from './tag-writer.ts';

const kind = 'canary';

/**
 * Brings the fact `canary` of one workspace: how long the event of a write of our own takes until it can be read there. Opt-in: it is the only source that
 * writes anything, one tag of that workspace, with an identity of its own that may do nothing else.
 */
export const canarySource: SourceKind = {
  name: kind,
  options: canaryOptionsSchema,
  reads: { [workspaceType]: ['customerId'] },
  actions: (options) => (canaryOptionsSchema.parse(options).resource === undefined ? [] : neededActions),
  create: () => createCanarySource(sharedAccess),
};

const neededActions = ['Microsoft.OperationalInsights/workspaces/read', queryAction, readActionOf(eventTable), permissionsAction].map(
  (action) => ({ action, kinds: [kind] }),
);

/** With an access of its own, for who cannot wait. */
export function createCanarySource(access: AzureAccess): Source {
  const memory = createCanaryMemory();
  const writers = new Map<string, TagWriter>();
  return {
    name: kind,
    brings: [kind],
    resources: { types: [workspaceType], chosen: isNamed },
    look: (request) => lookAtCanary(access, request, { memory, writers }),
  };
}

const rowSchema = z.object({ id: z.string() });

function isNamed(row: Json, options: JsonObject): boolean | null {
  const { resource } = canaryOptionsSchema.parse(options);
  const read = rowSchema.safeParse(row);
  if (resource === undefined) return false;
  return read.success ? read.data.id.toLowerCase() === resource : null;
}

interface Kept {
  readonly memory: CanaryMemory;
  /** By the text of what they were made from. */
  readonly writers: Map<string, TagWriter>;
}

async function* lookAtCanary(access: AzureAccess, request: LookRequest, kept: Kept): AsyncIterable<Observation> {
  if (request.azure === undefined || request.subjects.length === 0) return;
  const settings = settingsOf(request.azure);
  const options = canaryOptionsSchema.parse(request.options);
  const [arm, logs] = await Promise.all([access.arm(settings), access.logs(settings)]);
  const stopCounting = access.countFor(request.meter);
  try {
    yield* lookAtEachSubject(request, kind, async (subject, signal) => {
      const writer = writerOf(access, settings, options, kept.writers);
      const workspace = askedWorkspace(subject.id, request.rows?.get(subject.id));
      if ('fault' in workspace) throw new FaultError(workspace.fault.code, workspace.fault.message);
      const nowMs = Math.floor(access.clock.wallNow());
      const needs: StandingNeeds = { arm, logs, memory: kept.memory, nowMs, call: { signal, deadlineMs: request.subjectDeadlineMs } };
      const standing = await readStanding(workspace.value, needs);
      if (isDue(standing, nowMs, options)) await writeNext(writer, standing, needs, { resource: subject.id, meter: request.meter });
      return { fact: factOf(standing, kept.memory, nowMs, options) };
    });
  } finally {
    stopCounting();
  }
}

/** @throws FaultError `unsupported` where what looks could write, too */
function writerOf(
  access: AzureAccess,
  settings: AzureSettings,
  { resource, identity }: CanaryOptions,
  writers: Kept['writers'],
): TagWriter {
  if (resource === undefined || identity === undefined) throw new FaultError('defect', 'a canary that nobody asked for');
  if (isSameIdentity(identity, settings.identity, process.env)) {
    const remedy = 'give the canary an identity of its own, which may write tags at the workspace and do nothing else';
    throw new FaultError('unsupported', `the canary's identity is that of the section azure, which must not be able to write; ${remedy}`);
  }
  const own = { ...settings, identity };
  const key = JSON.stringify([own, resource]);
  const writer = writers.get(key) ?? createTagWriter({ settings: own, resource, clock: access.clock });
  writers.set(key, writer);
  return writer;
}

function isDue({ newest }: CanaryStanding, nowMs: number, { every }: CanaryOptions): boolean {
  return newest === null || nowMs - epochMs(newest.writtenAt) >= lengthOf(every);
}

async function writeNext(
  writer: TagWriter,
  standing: CanaryStanding,
  { memory, nowMs, call: { signal } }: StandingNeeds,
  { resource, meter }: { readonly resource: string; readonly meter: Meter | undefined },
): Promise<void> {
  const next = canaryAt(nowMs, randomUUID());
  const filedAs = await writer.write(next, canaryText(worthKeeping(standing, next)), { signal, meter });
  memory.note(resource, next, filedAs);
}

const minuteMs = 60_000;

function factOf({ arrived, waiting }: CanaryStanding, memory: CanaryMemory, nowMs: number, { usual }: CanaryOptions): Json {
  const isLate = waiting !== null && nowMs - epochMs(waiting.writtenAt) > lengthOf(usual);
  const fact: CanaryFact = {
    arrived: arrived === null ? null : { writtenAt: arrived.writtenAt, tookMinutes: tookMinutes(arrived, memory) },
    waiting: isLate ? { writtenAt: waiting.writtenAt } : null,
    usualMinutes: lengthOf(usual) / minuteMs,
  };
  return { ...fact };
}

/** Up to whole five minutes; two clocks that differ make no negative time. */
function tookMinutes(canary: Canary, memory: CanaryMemory): number {
  const tookMs = (memory.arrivalOf(canary) ?? Number.NaN) - epochMs(canary.writtenAt);
  return Math.max(0, Math.ceil(tookMs / (5 * minuteMs)) * 5);
}

function lengthOf(duration: string): number {
  return durationOf(duration) ?? Number.NaN;
}
