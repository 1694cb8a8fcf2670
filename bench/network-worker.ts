import { parentPort, workerData } from 'node:worker_threads';
import type { DerivedEstate, RowChange } from '../src/domain/estate-derivation.ts';
import type { Json, JsonObject } from '../src/domain/json.ts';
import { exposureDerivation } from '../src/network/exposure-derivation.ts';
import { groupCount, subnetGroup, tagPrefixes } from './network-rows.ts';

/** The world's part: reads pages of rows, asks for every exposure, then follows changes of single groups. */
export interface NetworkTimes {
  readonly readMs: number;
  readonly exposureMs: number;
  readonly interfaces: number;
  readonly outcomes: { readonly [outcome: string]: number };
  /** Of changes of a group that ten interfaces have, and of one that a subnet has. */
  readonly changeMs: readonly number[];
  readonly subnetChangeMs: readonly number[];
}

interface Row extends JsonObject {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
}

const { origin, interfaces }: { readonly origin: string; readonly interfaces: number } = workerData;
const changes = 7;
const model = exposureDerivation.create({ serviceTags: tagPrefixes });
const subjects: string[] = [];

async function fetchRows(path: string): Promise<readonly Row[]> {
  return (await (await fetch(`${origin}${path}`, { headers: { connection: 'close' } })).json()) as readonly Row[];
}

/** As a source keeps it: of `properties` only what is read. */
function changeOf({ properties, ...row }: Row): RowChange {
  const type = row.type.toLowerCase();
  const fields = (exposureDerivation.reads[type] ?? []).filter((field) => field in properties);
  const kept: Json = { ...row, properties: Object.fromEntries(fields.map((field) => [field, properties[field] ?? null])) };
  return { id: row.id.toLowerCase(), type, row: kept };
}

async function readAll(estate: DerivedEstate): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const rows = await fetchRows('/next');
    if (rows.length === 0) return performance.now() - startedAt;
    const page = rows.map(changeOf);
    for (const { id, type } of page) if (type === 'microsoft.network/networkinterfaces') subjects.push(id);
    estate.update(page, []);
  }
}

function outcomeOf(subject: string): string {
  const fact = model.factOf('exposure', subject);
  return typeof fact === 'object' && fact !== null && 'outcome' in fact && typeof fact['outcome'] === 'string' ? fact['outcome'] : 'none';
}

function exposeAll(): Pick<NetworkTimes, 'exposureMs' | 'outcomes'> {
  const startedAt = performance.now();
  const outcomes: { [outcome: string]: number } = {};
  for (const subject of subjects) {
    const outcome = outcomeOf(subject);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { exposureMs: performance.now() - startedAt, outcomes };
}

/** From the row that was read anew to the facts of all whom it concerns. */
async function changeGroup(group: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let revision = 1; revision <= changes; revision += 1) {
    const rows = await fetchRows(`/group?number=${group}&revision=${revision}`);
    const startedAt = performance.now();
    for (const subject of model.update(rows.map(changeOf), [])) outcomeOf(subject);
    times.push(performance.now() - startedAt);
  }
  return times;
}

const readMs = await readAll(model);
const exposed = exposeAll();
const times: NetworkTimes = {
  readMs,
  ...exposed,
  interfaces: subjects.length,
  changeMs: await changeGroup(groupCount(interfaces) - 1),
  subnetChangeMs: await changeGroup(subnetGroup(0, 0, interfaces)),
};
parentPort?.postMessage(times);
