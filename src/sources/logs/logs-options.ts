import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import { columnsOf, logTables } from '../../logs/log-tables.ts';
import { durationOf, durationOption } from '../duration-option.ts';

const remedy = `write it as Azure spells it: one of ${Object.keys(logTables).sort().join(', ')}, or one of your own that ends in _CL`;
const table = z.string().refine((name) => columnsOf(name) !== null, `expected a table of Log Analytics; remedy: ${remedy}`);

/** Where people act: a workspace without one of them says so in its list of tables, and costs nothing. */
const consoleTables = [
  ...['AzureActivity', 'SigninLogs', 'AuditLogs'],
  ...['AKSAuditAdmin', 'AppServiceAuditLogs', 'MicrosoftAzureBastionAuditLogs', 'SQLSecurityAuditEvents'],
];

export const logsOptionsSchema = z.strictObject({
  /** Whose rows are looked for. Each is read from end to end: one of millions of rows an hour takes its time. */
  tables: z
    .array(table)
    .min(1)
    .max(60)
    .refine((names) => new Set(names).size === names.length, 'expected each table once; remedy: remove the one that is named twice')
    .default([...consoleTables, 'Heartbeat']),
  /** What is shorter is no silence. */
  resolution: durationOption('1m', '6h').default('10m'),
  /** Over how many hours before the look silences are told. */
  hours: z.int().min(1).max(72).default(24),
});

export interface LogsQuestion {
  readonly tables: readonly string[];
  readonly resolutionMs: number;
  readonly hours: number;
}

export function logsQuestionOf(options: JsonObject): LogsQuestion {
  const parsed = logsOptionsSchema.safeParse(options);
  if (!parsed.success) throw new FaultError('defect', 'the options of the look came without their shape');
  const { tables, resolution, hours } = parsed.data;
  return { tables, resolutionMs: durationOf(resolution) ?? Number.NaN, hours };
}
