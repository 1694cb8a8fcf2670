import type { JsonObject } from '../../domain/json.ts';
import type { Meter, ResourceTypePlan } from '../../domain/look.ts';

/** Watches whether the fields that checks read still come: one that no row of its type has any more, although rows came, may have been renamed. */
export interface Drift {
  see(plan: ResourceTypePlan, row: JsonObject): void;
  report(meter: Meter | undefined): void;
}

export function createDrift(): Drift {
  const seen = new Map<ResourceTypePlan, { rows: number; readonly fields: Set<string> }>();
  return {
    see: (plan, row) => {
      const own = seen.get(plan) ?? { rows: 0, fields: new Set<string>() };
      seen.set(plan, own);
      own.rows += 1;
      if (own.fields.size === plan.fields.length) return;
      const properties = row['properties'];
      if (typeof properties === 'object' && properties !== null) for (const field of Object.keys(properties)) own.fields.add(field);
    },
    report: (meter) => {
      for (const [{ type, fields }, own] of seen) {
        meter?.set('azure_resources', { type }, own.rows);
        for (const field of fields) meter?.set('azure_field_absent', { type, field }, own.fields.has(field) ? 0 : 1);
      }
    },
  };
}
