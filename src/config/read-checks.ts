import type { Check } from '../domain/check.ts';
import type { JsonObject } from '../domain/json.ts';
import type { CheckPlan } from '../domain/plan.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { suggestName } from './nearest-name.ts';
import type { ReadEndpoint } from './read-endpoints.ts';
import { readNamedEntries, validateOptions } from './read-entries.ts';
import { anyMap, checkSchema } from './settings-schema.ts';
import { validate } from './validate.ts';

/** What could be read; mistakes are reported. */
export function readChecks(
  value: unknown,
  endpoints: readonly ReadEndpoint[],
  checks: ReadonlyMap<string, Check>,
  file: ConfigurationFile,
): readonly CheckPlan[] {
  const entries = readNamedEntries(value, file, ['checks']).items;
  const configured = entries.map(([id]) => id);
  reportStrayOverrides(endpoints, configured, file);
  return entries.flatMap(([id, entry]) => {
    const check = checks.get(id);
    if (check !== undefined) return readCheck(id, entry, check, endpoints, file) ?? [];
    const remedy = suggestName(id, [...checks.keys()], 'remove it; the checks are');
    file.report(['checks', id], { message: `there is no check ${JSON.stringify(id)}`, remedy, at: 'key' });
    return [];
  });
}

function readCheck(
  id: string,
  value: unknown,
  check: Check,
  endpoints: readonly ReadEndpoint[],
  file: ConfigurationFile,
): CheckPlan | null {
  const entry = validate(checkSchema, value, file, ['checks', id]);
  if (entry === undefined) return null;
  const defaults = validateOptions(check.parameters, entry.parameters, file, ['checks', id, 'parameters']);
  if (defaults === undefined) return null;
  const signed = entry.noneExpected === undefined ? {} : { noneExpected: entry.noneExpected };
  const overrides: Record<string, JsonObject> = {};
  for (const { endpoint, index, checks } of endpoints) {
    if (checks[id] === undefined) continue;
    const path = ['endpoints', index, 'checks', id];
    const changed = validate(anyMap, checks[id], file, path);
    const merged = changed && validateOptions(check.parameters, { ...entry.parameters, ...changed }, file, path);
    if (merged !== undefined) overrides[endpoint.id] = merged;
  }
  return { id, maxAgeMs: entry.maxAge, judgementDeadlineMs: entry.judgementDeadline, parameters: { defaults, overrides, ...signed } };
}

function reportStrayOverrides(endpoints: readonly ReadEndpoint[], configured: readonly string[], file: ConfigurationFile): void {
  for (const { index, checks } of endpoints) {
    for (const id of Object.keys(checks)) {
      if (configured.includes(id)) continue;
      const remedy = suggestName(id, configured, 'add it under "checks", or use one of');
      file.report(['endpoints', index, 'checks', id], { message: `the check ${JSON.stringify(id)} is not configured`, remedy, at: 'key' });
    }
  }
}
