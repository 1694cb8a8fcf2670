import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import { subscriptionType } from '../../domain/resource-id.ts';
import type { Subject } from '../../domain/subject.ts';
import type { DiagnosticSettingsFact } from '../../logs/log-facts.ts';
import { loggedTypes } from '../../logs/logged-types.ts';
import type { ArmClient, CallOptions } from '../azure/arm-client.ts';
import { type AzureAccess, sharedAccess } from '../azure/azure-access.ts';
import { settingsOf } from '../azure/azure-settings.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { readDiagnosticSettings } from './read-diagnostic-settings.ts';

const kind = 'diagnostic-settings';
/** The newest that Microsoft documents for resources and subscriptions alike; it has been a preview for years. */
const apiVersion = '2021-05-01-preview';
const action = 'Microsoft.Insights/diagnosticSettings/read';
const types = [subscriptionType, ...Object.keys(loggedTypes)];

/** Brings the fact `diagnostic-settings`: where a subscription sends its activity log, and a resource its logs. They stand in no table of Resource Graph. */
export const diagnosticSettingsSource: SourceKind = {
  name: kind,
  options: z.strictObject({}),
  reads: Object.fromEntries(types.map((type) => [type, []])),
  actions: () => [{ action, kinds: [kind] }],
  create: () => createDiagnosticSettingsSource(sharedAccess),
};

/** With an access of its own, for who cannot wait. */
export function createDiagnosticSettingsSource(access: AzureAccess): Source {
  return {
    name: kind,
    brings: [kind],
    resources: { types, chosen: () => true },
    look: (request) => lookAtSettings(access, request),
  };
}

async function* lookAtSettings(access: AzureAccess, request: LookRequest): AsyncIterable<Observation> {
  const { azure } = request;
  if (azure === undefined && request.subjects.length === 0) return;
  const client = await clientOf(access, azure);
  const stopCounting = access.countFor(request.meter);
  try {
    yield* lookAtEachSubject(request, kind, async (subject, signal) => {
      const rows = await listSettings(client, subject, { signal, deadlineMs: request.subjectDeadlineMs });
      return { fact: asJson(readDiagnosticSettings(rows)) };
    });
  } finally {
    stopCounting();
  }
}

async function clientOf(access: AzureAccess, azure: JsonObject | undefined): Promise<ArmClient> {
  if (azure === undefined) throw new FaultError('defect', 'resources of Azure are to be looked at, and the section azure is not there');
  return await access.arm(settingsOf(azure));
}

/** Where what the settings belong to is not there, that is a fault and no empty list. */
async function listSettings(client: ArmClient, subject: Subject, options: CallOptions): Promise<readonly JsonObject[]> {
  const rows: JsonObject[] = [];
  const path = `${placeOf(subject)}/providers/Microsoft.Insights/diagnosticSettings`;
  try {
    for await (const page of client.list(path, apiVersion, options)) rows.push(...page);
    return rows;
  } catch (error) {
    if (error instanceof FaultError && error.message.includes(action)) {
      throw new FaultError(error.fault.code, error.message, { cause: error, about: action });
    }
    throw error;
  }
}

/** Settings of a storage account stand at each of its services, of which the blobs are judged. */
function placeOf(subject: Subject): string {
  if (subject.kind !== 'resource') throw new FaultError('unsupported', `${subject.id} is no resource`);
  return `${subject.id}${loggedTypes[subject.type]?.at ?? ''}`;
}

function asJson(fact: DiagnosticSettingsFact): Json {
  return { settings: fact.settings.map((setting) => ({ ...setting, logs: setting.logs.map((log) => ({ ...log })) })) };
}
