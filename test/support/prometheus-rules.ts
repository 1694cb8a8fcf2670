import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

export const ruleFiles = ['config/prometheus/claimwatch.rules.yaml', 'config/prometheus/claimwatch-claims.rules.yaml'] as const;

const text = z.string().min(1);
const alert = z.strictObject({
  alert: text,
  expr: text,
  for: text.optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({ summary: text, description: text, runbook_url: text }),
});
const record = z.strictObject({ record: text, expr: text });
const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: text, rules: z.array(z.union([alert, record])) })),
});

export type AlertingRule = z.infer<typeof alert>;
export type RecordingRule = z.infer<typeof record>;

export interface Rules {
  readonly alerts: readonly AlertingRule[];
  readonly records: readonly RecordingRule[];
}

export function fileOfProject(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}

export function readYaml(path: string): unknown {
  return parse(readFileSync(fileOfProject(path), 'utf8'));
}

export function readRules(path: (typeof ruleFiles)[number]): Rules {
  const rules = rulesFile.parse(readYaml(path)).groups.flatMap((group) => group.rules);
  return {
    alerts: rules.flatMap((rule) => ('alert' in rule ? [rule] : [])),
    records: rules.flatMap((rule) => ('record' in rule ? [rule] : [])),
  };
}
