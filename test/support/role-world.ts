import type { OwnLooks } from '../../src/domain/look.ts';
import type { Source } from '../../src/domain/ports.ts';
import { type AzureAccess, createAzureAccess } from '../../src/sources/azure/azure-access.ts';
import { createAzureSource } from '../../src/sources/azure/azure-source.ts';
import { realClock } from '../../src/sources/azure/clock.ts';
import { createActivityLogSource } from '../../src/sources/logs/activity-log-source.ts';
import { createDiagnosticSettingsSource } from '../../src/sources/logs/diagnostic-settings-source.ts';
import { createHeartbeatsSource } from '../../src/sources/logs/heartbeats-source.ts';
import { createLogsSource } from '../../src/sources/logs/logs-source.ts';
import { createOwnLooksSource } from '../../src/sources/logs/own-looks-source.ts';

const central = 'log-shopstoresync-shared';
const owner = 'Jane Doe, platform';
const ofConsoles = ['AzureActivity', 'SigninLogs', 'AuditLogs'];

/** What is declared of the written estate with the tables that are looked at where nothing is configured: the role names no others. */
export const roleParameters: { readonly [check: string]: object } = {
  'audit-consoles': {
    consoles: [...ofConsoles, 'AKSAuditAdmin', 'AppServiceAuditLogs', 'MicrosoftAzureBastionAuditLogs', 'SQLSecurityAuditEvents'].map(
      (table) => ({
        ...{ name: table, table, workspace: central, owner, quietMinutes: 600 },
        applications: ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', '04b07795-8ddb-461a-bbee-02f9e1bf7b46'],
      }),
    ),
  },
  'audit-retention': { tables: ofConsoles.map((table) => ({ table, workspace: central })) },
  'monitoring-coverage': {
    monitors: [
      { name: 'sign-ins', kind: 'security', table: 'SigninLogs', workspace: central, owner, everyMinutes: 600 },
      { name: 'agents', kind: 'performance', table: 'Heartbeat', workspace: 'log-shopstoresync-prod', owner },
      { name: 'sites', kind: 'availability', table: 'AppServiceAuditLogs', workspace: central, owner, everyMinutes: 600 },
    ],
  },
};

const ownLooks: OwnLooks = {
  from: '2026-11-23T08:00:00.000Z',
  to: '2026-11-24T08:00:00.000Z',
  looks: [{ name: 'azure', due: 96, done: 96, late: 0 }],
};

let jumpedMs = 0;

/** Of a daemon that begins: what others asked a minute ago limits it no more. */
export function startAccess(): AzureAccess {
  jumpedMs += 60_000;
  return createAzureAccess({ ...realClock, now: () => realClock.now() + jumpedMs });
}

/** The look at Azure and all that follow it, with nothing remembered. */
export function roleSources(access: AzureAccess): ReadonlyMap<string, Source> {
  const own = createOwnLooksSource();
  const told: Source = {
    ...{ name: own.name, brings: own.brings },
    ...(own.resources === undefined ? {} : { resources: own.resources }),
    look: (request) => own.look({ ...request, ownLooks }),
  };
  const sources = [
    createAzureSource(access.clock, access),
    createActivityLogSource(access),
    createDiagnosticSettingsSource(access),
    createHeartbeatsSource(access),
    createLogsSource(access),
    told,
  ];
  return new Map(sources.map((source) => [source.name, source]));
}
