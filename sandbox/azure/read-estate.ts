import { readFile } from 'node:fs/promises';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { EstateResource, EstateSubscription } from './estate-port.ts';

const themes = ['network', 'compute', 'storage', 'data', 'web', 'backup', 'security', 'operations', 'logs'] as const;
const folder = new URL('../estate/', import.meta.url);

export async function readSubscriptions(): Promise<readonly EstateSubscription[]> {
  return JSON.parse(await readFile(new URL('subscriptions.json', folder), 'utf8'));
}

/** The written resources, theme by theme, with `{{now-6h}}` as a time. */
export async function readResources(nowMs: number): Promise<readonly EstateResource[]> {
  const files = await Promise.all(themes.map((theme) => readFile(new URL(`${theme}.json`, folder), 'utf8')));
  const resources: readonly EstateResource[] = files.flatMap((text) => JSON.parse(text));
  return resources.map((resource) => ({ ...resource, properties: resolveTimes(resource.properties, nowMs) }));
}

/** Texts that are `{{now}}` or `{{now-6h}}` (d, h, m) become ISO 8601, so that a backup is as old as was meant whenever the estate is opened. */
export function resolveTimes(properties: JsonObject, nowMs: number): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, resolve(value, nowMs)]));
}

const unitMs: { readonly [unit: string]: number } = { d: 86_400_000, h: 3_600_000, m: 60_000 };

function resolve(value: Json, nowMs: number): Json {
  if (typeof value === 'string') return resolveText(value, nowMs);
  if (Array.isArray(value)) return value.map((each: Json) => resolve(each, nowMs));
  return typeof value === 'object' && value !== null ? resolveTimes(value as JsonObject, nowMs) : value;
}

function resolveText(text: string, nowMs: number): string {
  const [whole, sign, amount, unit] = /^\{\{now(?:([+-])(\d+)([dhm]))?\}\}$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const distanceMs = Number(amount ?? 0) * (unitMs[unit ?? 'm'] ?? 0);
  return new Date(nowMs + (sign === '-' ? -distanceMs : distanceMs)).toISOString();
}
