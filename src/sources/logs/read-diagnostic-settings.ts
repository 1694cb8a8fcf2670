import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { DiagnosticLog, DiagnosticSetting, DiagnosticSettingsFact } from '../../logs/log-facts.ts';

/** An empty text is none: Azure writes it where a destination was taken away. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value == null || value.trim() === '' ? null : value.trim()));
const id = text.transform((value) => (value === null ? null : `/${value.toLowerCase().replace(/^\/+|\/+$/g, '')}`));
const logSchema = z.object({
  category: text,
  categoryGroup: text,
  enabled: z
    .boolean()
    .nullish()
    .transform((value) => value === true),
});
const settingSchema = z
  .object({
    name: z.string().min(1),
    properties: z.object({
      workspaceId: id,
      storageAccountId: id,
      eventHubAuthorizationRuleId: id,
      logs: z.array(logSchema).nullish(),
    }),
  })
  .transform(
    ({ name, properties: { logs, ...destinations } }): DiagnosticSetting => ({ name, ...destinations, logs: inOrder(namedOf(logs ?? [])) }),
  );

/** The rows as Azure Resource Manager lists them; in an order that does not change from look to look. @throws FaultError `malformed` */
export function readDiagnosticSettings(rows: readonly JsonObject[]): DiagnosticSettingsFact {
  const read = z.array(settingSchema).safeParse(rows);
  if (!read.success) throw new FaultError('malformed', 'the list of diagnostic settings does not have the shape that we read');
  return { settings: read.data.toSorted((left, right) => compare(left.name, right.name)) };
}

/** An entry that names neither says nothing. */
function namedOf(logs: readonly DiagnosticLog[]): readonly DiagnosticLog[] {
  return logs.filter(({ category, categoryGroup }) => category !== null || categoryGroup !== null);
}

function inOrder(logs: readonly DiagnosticLog[]): readonly DiagnosticLog[] {
  return logs.toSorted((left, right) => compare(keyOf(left), keyOf(right)));
}

function keyOf({ category, categoryGroup, enabled }: DiagnosticLog): string {
  return [categoryGroup ?? '', category ?? '', String(enabled)].join('\n');
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
