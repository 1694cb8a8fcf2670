import type { EstateResource } from './estate-port.ts';
import { backupOf, type Cell, dataOf, groupOf, machineOf, networkOf, storageAccountOf, webOf } from './generated-cell.ts';

export interface GenerateOptions {
  readonly seed: number;
  readonly nowMs: number;
}

const subscriptions = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
  '33333333-3333-4333-8333-333333333333',
] as const;
const regions = ['westeurope', 'northeurope'] as const;

/**
 * As many healthy resources as asked for, the same for the same seed: cells of a resource group with its network, machines, data, sites and backups,
 * none of which refers to anything outside its cell. What is left over when no whole cell fits are storage accounts of a last group.
 */
export function* generateResources(count: number, { seed, nowMs }: GenerateOptions): Generator<EstateResource> {
  const random = makeRandom(seed);
  let left = count;
  for (let number = 0; left > 0; number += 1) {
    const cell = makeCell(number, random, nowMs);
    const resources = resourcesOf(cell);
    if (resources.length > left) {
      yield* leftovers(cell, left);
      return;
    }
    yield* resources;
    left -= resources.length;
  }
}

function makeCell(number: number, random: () => number, nowMs: number): Cell {
  const subscription = subscriptions[Math.floor(random() * subscriptions.length)] ?? '';
  const region = regions[random() < 0.7 ? 0 : 1];
  const name = `c${number.toString(36).padStart(5, '0')}`;
  const group = `/subscriptions/${subscription}/resourceGroups/rg-${name}`;
  const backupMs = nowMs - Math.floor((2 + random() * 18) * 3_600_000);
  return {
    name,
    region,
    group,
    octets: [10 + ((number >> 8) % 200), number & 255],
    machines: 1 + Math.floor(random() * 3),
    backupAt: new Date(backupMs).toISOString(),
  };
}

function resourcesOf(cell: Cell): readonly EstateResource[] {
  const machines = Array.from({ length: cell.machines }, (_, index) => machineOf(cell, index + 1)).flat();
  return [groupOf(cell), ...networkOf(cell), ...machines, ...dataOf(cell), ...webOf(cell), ...backupOf(cell)];
}

function leftovers(cell: Cell, count: number): readonly EstateResource[] {
  const accounts = Array.from({ length: count - 1 }, (_, index) => storageAccountOf(cell, `stgen${cell.name}x${index}`));
  return [groupOf(cell), ...accounts];
}

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
