import type { Fault } from '../domain/fault.ts';
import type { Extent, FactMap, Look, LookRequest, OwnLooks, ResourceTypePlan } from '../domain/look.ts';
import type { LookPlan } from '../domain/plan.ts';
import type { Clock, Source, StoredBody } from '../domain/ports.ts';
import type { Subject } from '../domain/subject.ts';
import { timestamp } from '../domain/time.ts';
import { populationDigest, storedBody } from './body.ts';
import { carrySamples } from './carry-samples.ts';
import { keepUnlisted } from './carry-unlisted.ts';
import { createMapBuilder, encodeMap, type MapBuilder } from './fact-map.ts';
import type { RememberedLook } from './fact-memory.ts';
import type { FollowingFacts } from './follow-facts.ts';
import type { KeptFact } from './kept-fact.ts';
import { createMeter } from './meter.ts';
import { type PerformedLook, performLook } from './perform-look.ts';
import type { WorldLook, WorldLookRequest } from './world.ts';

export interface LookToMake {
  readonly plan: LookPlan;
  readonly source: Source;
  readonly request: WorldLookRequest;
  /** Whom to look at: the population, the scopes of a source that discovers, or the subjects of a look at some. */
  readonly subjects: readonly Subject[];
  /** Of a source whose subjects are resources: their rows. */
  readonly rows?: LookRequest['rows'];
  /** Of such a source: resources whose row could not be read, so that nobody can say whether it still chooses them. */
  readonly unread?: ReadonlyMap<string, Fault>;
  /** Of such a source: the resources beside its subjects, and why there may be more of them. */
  readonly beside?: readonly string[];
  readonly besideFault?: Fault;
  /** Of a source that tells it: how completely we ourselves looked. */
  readonly ownLooks?: OwnLooks;
  readonly resourceTypes: readonly ResourceTypePlan[];
  readonly settings: Pick<LookRequest, 'vantage' | 'azure' | 'discovered'>;
  /** The look before, whose facts are at hand; for a look at some the one that it is on top of. */
  readonly base: RememberedLook | null;
  readonly clock: Clock;
  readonly token: number;
  /** Takes new facts while the look goes on; what it does not take comes with the reply. */
  readonly keep?: ((bodies: readonly StoredBody[]) => Promise<void>) | undefined;
  /** Absent where nothing is kept that it could be compared with. */
  readonly following?: FollowingFacts | null;
}

/** What the look comes to: the entries that it changes, or where it was at all the whole map. */
export interface LookedAt {
  readonly reply: WorldLook;
  readonly entries: FactMap;
  readonly values: ReadonlyMap<string, KeptFact>;
}

/** A judgement waits for what the origin says, and every other judgement for that one. */
const originDeadlineMs = 30_000;

/** Bodies handed over at a time: the main thread takes about a millisecond for so many. */
const bodiesAtATime = 100;

export async function lookAtWorld(make: LookToMake): Promise<LookedAt> {
  const { plan, source, request, base, clock } = make;
  const isPartial = request.extent.kind === 'some';
  const builder = createMapBuilder(base?.values ?? new Map());
  const meter = createMeter();
  const startedAt = timestamp(clock.now());
  const { options, concurrency, subjectDeadlineMs } = plan;
  const asked: Omit<LookRequest, 'signal'> = {
    subjects: make.subjects,
    options,
    ...make.settings,
    ...(make.rows === undefined ? {} : { rows: make.rows }),
    ...(make.beside === undefined ? {} : { beside: make.beside }),
    ...(make.besideFault === undefined ? {} : { besideFault: make.besideFault }),
    ...(make.ownLooks === undefined ? {} : { ownLooks: make.ownLooks }),
    concurrency,
    subjectDeadlineMs,
    meter,
    ...(source.discovers === true ? { origin: isPartial, resourceTypes: make.resourceTypes } : {}),
  };
  const isOrigin = isPartial && source.discovers === true;
  const answered = new Set<string>();
  const performed = await performLook(source, asked, {
    clock,
    deadlineMs: isOrigin ? Math.min(plan.deadlineMs, originDeadlineMs) : plan.deadlineMs,
    see: (subject, kinds) => {
      // The origin could not be asked: what the index said of it stays, unconfirmed, and the look is none at this subject.
      if (isOrigin && Object.values(kinds).some((seen) => 'fault' in seen)) return;
      answered.add(subject.id);
      builder.add(subject.id, kinds, isOrigin);
    },
    flush: () => handOver(builder, make.keep, bodiesAtATime),
  });
  if (!isPartial) keepUnread(make, builder);
  await handOver(builder, make.keep, 1);
  for (const id of performed.gone) answered.add(id);
  const changed = isOrigin ? onTopOf(base, builder.map) : builder.map;
  const entries = isPartial
    ? withGone(changed, performed.gone)
    : carrySamples(keepUnlisted(builder.map, base, make.resourceTypes), base, source.samples ?? []);
  const ended = { startedAt, performed, builder, entries, metered: meter.taken(), extent: extentOf(request, isOrigin ? answered : null) };
  const values = isPartial ? builder.values : withKept(builder, entries, base);
  const followed = (await make.following?.follow({ entries, values, brings: source.brings, nowMs: clock.now() })) ?? [];
  return { reply: { ...assemble(make, ended), followed }, entries, values };
}

/** Whom the look before held stays, unseen, where it cannot be told whether it would be looked at. */
function keepUnread({ source, base, unread }: LookToMake, builder: MapBuilder): void {
  for (const [id, fault] of unread ?? []) {
    if (base?.map[id] === undefined || builder.map[id] !== undefined) continue;
    builder.add(id, Object.fromEntries(source.brings.map((kind) => [kind, { fault }])));
  }
}

/** Facts of the look before that entries which stay point to. */
function withKept({ map, values }: MapBuilder, entries: FactMap, base: RememberedLook | null): ReadonlyMap<string, KeptFact> {
  if (entries === map || base === null) return values;
  const all = new Map(values);
  for (const [id, kinds] of Object.entries(entries)) {
    if (kinds === map[id]) continue;
    for (const reference of Object.values(kinds)) {
      const value = 'digest' in reference ? base.values.get(reference.digest) : undefined;
      if ('digest' in reference && value !== undefined && !all.has(reference.digest)) all.set(reference.digest, value);
    }
  }
  return all;
}

/** `answered`: null where every subject of the request is. */
function extentOf({ extent }: WorldLookRequest, answered: ReadonlySet<string> | null): Extent {
  if (extent.kind === 'all') return { kind: 'all' };
  const subjects = answered === null ? extent.subjects : extent.subjects.filter((id) => answered.has(id));
  return { kind: 'some', subjects, base: extent.base.id };
}

/** Of a scope the origin says its row alone: how completely it was listed stays. */
function onTopOf(base: RememberedLook | null, changes: FactMap): FactMap {
  if (base === null) return changes;
  return Object.fromEntries(Object.entries(changes).map(([id, kinds]) => [id, { ...base.map[id], ...kinds }]));
}

async function handOver(builder: MapBuilder, keep: LookToMake['keep'], atLeast: number): Promise<void> {
  if (keep === undefined) return;
  while (builder.waiting() >= atLeast && builder.waiting() > 0) {
    const bodies = builder.takeBodies();
    for (let from = 0; from < bodies.length; from += bodiesAtATime) await keep(bodies.slice(from, from + bodiesAtATime));
  }
}

function withGone(map: FactMap, gone: readonly string[]): FactMap {
  return { ...map, ...Object.fromEntries(gone.map((id) => [id, {}])) };
}

interface Ended {
  readonly startedAt: string;
  readonly performed: PerformedLook;
  readonly builder: MapBuilder;
  readonly entries: FactMap;
  readonly metered: WorldLook['metered'];
  readonly extent: Extent;
}

function assemble(make: LookToMake, { startedAt, performed, builder, entries, metered, extent }: Ended): Omit<WorldLook, 'followed'> {
  const { plan, request, base } = make;
  const written = describeMap(request, entries, base);
  return {
    token: make.token,
    look: {
      name: request.name,
      source: plan.source,
      vantage: make.settings.vantage,
      extent,
      scheduledFor: request.scheduledFor,
      startedAt,
      finishedAt: timestamp(make.clock.now()),
      dataAsOf: request.extent.kind === 'some' && base !== null ? base.look.dataAsOf : startedAt,
      ...written.counts,
      mapDigest: written.body.digest,
      base: written.base,
      depth: written.depth,
    },
    bodies: [...builder.takeBodies(), written.body],
    ...describeFaults(performed),
    metered,
  };
}

interface WrittenMap {
  readonly body: StoredBody;
  readonly base: number | null;
  readonly depth: number;
  readonly counts: Pick<Look, 'expected' | 'seen' | 'unread' | 'populationDigest'>;
}

/** A look at some is written as what it changes: comparing and counting the whole map again would cost more than the look. */
function describeMap(request: WorldLookRequest, entries: FactMap, base: RememberedLook | null): WrittenMap {
  if (request.extent.kind === 'some' && base !== null) {
    const body = storedBody(entries);
    return { body, base: base.look.id, depth: base.look.depth + 1, counts: countAmended(entries, base) };
  }
  const delta = encodeMap(entries, base && { id: base.look.id, depth: base.look.depth, map: base.map });
  const ids = Object.keys(entries);
  const unread = ids.filter((id) => hasFault(entries[id])).length;
  const counts = { expected: ids.length, seen: ids.length - unread, unread, populationDigest: populationDigest(ids) };
  return { ...delta, counts };
}

function countAmended(changes: FactMap, base: RememberedLook): WrittenMap['counts'] {
  let { expected, unread } = base.look;
  let isSamePopulation = true;
  for (const [id, kinds] of Object.entries(changes)) {
    const before = base.map[id];
    const isGone = Object.keys(kinds).length === 0;
    expected += (isGone ? 0 : 1) - (before === undefined ? 0 : 1);
    unread += (hasFault(kinds) ? 1 : 0) - (hasFault(before) ? 1 : 0);
    if (isGone ? before !== undefined : before === undefined) isSamePopulation = false;
  }
  const digest = isSamePopulation ? base.look.populationDigest : populationDigest(populationAfter(changes, base));
  return { expected, seen: expected - unread, unread, populationDigest: digest };
}

function populationAfter(changes: FactMap, base: RememberedLook): readonly string[] {
  const ids = new Set(Object.keys(base.map));
  for (const [id, kinds] of Object.entries(changes)) {
    if (Object.keys(kinds).length === 0) ids.delete(id);
    else ids.add(id);
  }
  return [...ids];
}

function hasFault(kinds: FactMap[string] | undefined): boolean {
  return kinds !== undefined && Object.values(kinds).some((reference) => 'fault' in reference);
}

const passing: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'throttled']);

function describeFaults(performed: PerformedLook): Pick<WorldLook, 'faults' | 'unreadSubjects' | 'phaseSeconds' | 'measures' | 'defects'> {
  const faults: Record<string, number> = {};
  const unreadSubjects: string[] = [];
  for (const [subject, fault] of performed.faults) {
    faults[fault.code] = (faults[fault.code] ?? 0) + 1;
    if (passing.has(fault.code)) unreadSubjects.push(subject);
  }
  const { phaseSeconds, defects } = performed;
  return { faults, unreadSubjects, phaseSeconds, measures: Object.fromEntries(performed.measures), defects };
}
