import { z } from 'zod';
import type { Check } from '../domain/check.ts';
import { resourceTypesOf } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { ResourceTypePlan } from '../domain/look.ts';
import { neededDerivations, readTypes } from '../domain/needed-derivations.ts';
import type { CheckPlan } from '../domain/plan.ts';
import type { SourceKind } from '../domain/ports.ts';
import type { ResourceSorting } from '../domain/resource-sorting.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { mistake } from './describe-issue.ts';
import { neededProperties } from './needed-properties.ts';
import { anyMap } from './settings-schema.ts';
import { validate } from './validate.ts';

const reason = z.string().trim().min(1);

/** One line of `config/azure/resource-types.yaml`. */
export const resourceTypeSchema = z.strictObject({
  holds: z.array(z.enum(['data', 'traffic'])),
  apiVersion: z
    .string()
    .regex(
      /^\d{4}-\d{2}-\d{2}(-preview)?$/,
      mistake('expected an API version', 'write for example 2023-01-01, in quotes where YAML reads a date'),
    ),
  table: z
    .string()
    .regex(/^[a-z]+$/)
    .default('resources'),
  action: z.string().exactOptional(),
  noEncryptionCheck: reason.exactOptional(),
  noBackupCheck: reason.exactOptional(),
  noHttpsCheck: reason.exactOptional(),
});

/** One type with the spelling of its name. */
export type WrittenType = z.output<typeof resourceTypeSchema> & { readonly name: string };

/** Type, lower case -> its line; mistakes are reported. */
export function readResourceTypes(file: ConfigurationFile): ReadonlyMap<string, WrittenType> {
  if (file.value === undefined) return new Map();
  const sections = validate(z.strictObject({ types: anyMap }), file.value, file, []);
  const written = new Map<string, WrittenType>();
  for (const [name, value] of Object.entries(sections?.types ?? {})) {
    const line = validate(resourceTypeSchema, value, file, ['types', name]);
    if (line === undefined) continue;
    const type = name.toLowerCase();
    if (written.has(type))
      file.report(['types', name], { message: `${name} stands here twice`, remedy: 'remove one of the two', at: 'key' });
    written.set(type, { ...line, name });
  }
  return written;
}

/** Who reads resources: the configured checks and looks, and the finding of public endpoints. */
export interface ResourceReaders {
  readonly plans: readonly CheckPlan[];
  readonly checks: ReadonlyMap<string, Check>;
  readonly discovery: readonly Pick<ResourceTypePlan, 'type' | 'fields'>[];
  readonly estateDerivations: readonly EstateDerivation[];
  /** What the looks at resources read of their rows, by source. */
  readonly reads: readonly (readonly [source: string, reads: NonNullable<SourceKind['reads']>])[];
}

/** What has to be asked of Azure for these; a type that nobody sorted is reported, since nobody said how it is read. */
export function planResourceTypes(
  { plans, checks, discovery, estateDerivations, reads }: ResourceReaders,
  written: ReadonlyMap<string, WrittenType>,
  file: ConfigurationFile,
): readonly ResourceTypePlan[] {
  const fields = new Map<string, Set<string>>();
  const need = (type: string, own: readonly string[], what: string) => {
    if (!written.has(type)) file.report([], { message: `${what} ${type}, which is not sorted`, remedy: `add "${type}" under "types"` });
    fields.set(type, new Set([...(fields.get(type) ?? []), ...own]));
  };
  for (const { id } of plans) {
    const check = checks.get(id);
    if (check === undefined) continue;
    for (const type of resourceTypesOf(check)) need(type, neededProperties(check, type), `the check ${id} judges`);
    for (const derivation of neededDerivations(check, estateDerivations)) {
      const what = `the check ${id} needs "${derivation.name}", which follows from`;
      for (const type of readTypes(derivation)) need(type, derivation.reads[type] ?? [], what);
    }
  }
  for (const [source, types] of reads) for (const [type, own] of Object.entries(types)) need(type, own, `the source ${source} reads`);
  for (const { type, fields: own } of discovery) need(type, own, 'public endpoints are found from');
  return [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([type, needed]): readonly ResourceTypePlan[] => {
      const line = written.get(type);
      if (line === undefined) return [];
      const { table, apiVersion, action = `${line.name}/read` } = line;
      const findsEndpoints = discovery.some((one) => one.type === type);
      return [{ type, table, apiVersion, action, fields: [...needed].sort(), ...(findsEndpoints ? { findsEndpoints } : {}) }];
    });
}

const claimOfReason = {
  noEncryptionCheck: 'encrypted-at-rest',
  noBackupCheck: 'multiple-backups',
  noHttpsCheck: 'https-everywhere',
} as const;

/** The sorting as checks read it: what each type holds, and for which claims some configured check judges it. */
export function sortResourceTypes(
  plans: readonly CheckPlan[],
  checks: ReadonlyMap<string, Check>,
  written: ReadonlyMap<string, WrittenType>,
): ResourceSorting {
  const judgedFor = new Map<string, Set<string>>();
  for (const { id } of plans) {
    const check = checks.get(id);
    if (check === undefined || check.subjects === 'endpoint') continue;
    for (const type of check.subjects.resources) {
      const claims = judgedFor.get(type) ?? new Set();
      for (const { claim } of check.claims) claims.add(claim);
      judgedFor.set(type, claims);
    }
  }
  return Object.fromEntries(
    [...written].map(([type, line]) => {
      const exempt = (['noEncryptionCheck', 'noBackupCheck', 'noHttpsCheck'] as const).flatMap((key) => {
        const why = line[key];
        return why === undefined ? [] : [[claimOfReason[key], why] as const];
      });
      return [type, { holds: line.holds, judgedFor: [...(judgedFor.get(type) ?? [])].sort(), exempt: Object.fromEntries(exempt) }];
    }),
  );
}
