import { createHash } from 'node:crypto';
import { type Json, withTablesNamed } from '../../domain/json.ts';
import type { StoreReader } from '../../domain/ports.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Run } from '../../domain/run.ts';
import type { Subject } from '../../domain/subject.ts';
import type { Waiver } from '../../domain/waiver.ts';
import type { Change } from './report.ts';

const mostChanges = 1_000;
const mostNames = 20;

/** What of a run's basis is another one than before; texts are read when the report is written. */
interface FoundChange {
  readonly run: Run;
  readonly before: Run;
  readonly what: Change['what'];
}

export interface ChangeTracker {
  /** In the order in which the runs of one check were recorded. */
  see(run: Run, before: Run): void;
  finish(state: StoreReader): Promise<{ readonly changes: readonly Change[]; readonly notShown: number }>;
}

export function trackChanges(): ChangeTracker {
  const found: FoundChange[] = [];
  let notShown = 0;
  return {
    see: (run, before) => {
      for (const what of changedIn(run, before)) {
        if (found.length < mostChanges) found.push({ run, before, what });
        else notShown += 1;
      }
    },
    finish: async (state) => {
      const changes: Change[] = [];
      for (const each of found) changes.push(await describe(state, each));
      return { changes: changes.toSorted((a, b) => a.run - b.run), notShown };
    },
  };
}

function changedIn(run: Run, before: Run): readonly Change['what'][] {
  const limitChanged = run.maxAgeMs !== undefined && before.maxAgeMs !== undefined && run.maxAgeMs !== before.maxAgeMs;
  return [
    ...(run.codeVersion === before.codeVersion ? [] : (['code'] as const)),
    ...(run.parametersDigest === before.parametersDigest && !limitChanged ? [] : (['parameters'] as const)),
    ...(run.subjectsDigest === before.subjectsDigest ? [] : (['population'] as const)),
    ...(run.waiversDigest === before.waiversDigest ? [] : (['waivers'] as const)),
  ];
}

async function describe(state: StoreReader, { run, before, what }: FoundChange): Promise<Change> {
  const change = { at: run.finishedAt, run: run.id, check: run.check, what };
  switch (what) {
    case 'code':
      return { ...change, before: before.codeVersion, after: run.codeVersion };
    case 'parameters':
      return { ...change, before: await parametersText(state, before), after: await parametersText(state, run) };
    case 'population':
      return { ...change, ...(await populationTexts(state, before, run)) };
    case 'waivers':
      return { ...change, before: await waiversText(state, before), after: await waiversText(state, run) };
  }
}

/** @throws Error where it is not there: a report never leaves out in silence what it cannot read. */
export async function readStored(state: StoreReader, digest: string): Promise<Json> {
  const body = (await state.bodies([digest])).get(digest);
  if (body === undefined) throw new Error(`the stored body ${digest} is missing`);
  return body;
}

export async function parametersText(state: StoreReader, run: Run): Promise<string> {
  const limit = run.maxAgeMs === undefined ? '' : `; data at most ${run.maxAgeMs / 1_000} s old`;
  return shownParameters(await readStored(state, run.parametersDigest)) + limit;
}

/** A table is named by its digest, so that two that differ read differently. */
export function shownParameters(parameters: Json): string {
  const nameOf = (table: Json): string => {
    const digest = createHash('sha256').update(JSON.stringify(table)).digest('hex');
    return `${Object.keys(table ?? {}).length} entries, SHA-256 ${digest.slice(0, 16)}...`;
  };
  return JSON.stringify(withTablesNamed(parameters, nameOf));
}

export async function subjectsOf(state: StoreReader, digest: string): Promise<readonly Subject[]> {
  const stored = (await readStored(state, digest)) as unknown as readonly (Subject | string | { readonly kind: 'unlisted' })[];
  // Resources are kept by their id, which says all; where endpoints may be missing is no subject.
  return stored.flatMap((one) => (typeof one === 'string' ? (resourceFromId(one) ?? []) : one.kind === 'unlisted' ? [] : one));
}

export async function waiversOf(state: StoreReader, digest: string): Promise<readonly Waiver[]> {
  return (await readStored(state, digest)) as unknown as readonly Waiver[];
}

async function waiversText(state: StoreReader, run: Run): Promise<string> {
  return namesText((await waiversOf(state, run.waiversDigest)).map(({ id }) => id)) || 'none';
}

async function populationTexts(state: StoreReader, before: Run, after: Run): Promise<Pick<Change, 'before' | 'after'>> {
  const [was, is] = [await subjectsOf(state, before.subjectsDigest), await subjectsOf(state, after.subjectsDigest)];
  const textById = new Map(was.map((subject) => [subject.id, JSON.stringify(subject)]));
  const idsNow = new Set(is.map(({ id }) => id));
  const removed = was.filter(({ id }) => !idsNow.has(id)).map(({ id }) => id);
  const added = is.filter(({ id }) => !textById.has(id)).map(({ id }) => id);
  const altered = is
    .filter((subject) => textById.has(subject.id) && textById.get(subject.id) !== JSON.stringify(subject))
    .map(({ id }) => id);
  const parts = (...texts: readonly (readonly [string, readonly string[]])[]) =>
    texts.flatMap(([verb, ids]) => (ids.length === 0 ? [] : [`; ${verb} ${namesText(ids)}`])).join('');
  return {
    before: `${was.length} subjects${parts(['removed since:', removed])}`,
    after: `${is.length} subjects${parts(['added:', added], ['looked at otherwise:', altered])}`,
  };
}

function namesText(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return names.slice(0, mostNames).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
