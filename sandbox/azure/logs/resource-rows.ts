import type { Json } from '../../../src/domain/json.ts';
import { subscriptionOf } from '../arm-path.ts';
import { type Chance, pick } from './chance.ts';
import { azureTime, type LogRow, minuteMs, type TimeWindow } from './log-row.ts';
import { people } from './people.ts';
import { occurrencesIn } from './recurring.ts';

/** What one thing writes to one table. */
export interface LogWriter {
  /** What writes it by its diagnostic settings: a type, lower case, and a category. Null: it needs none. */
  readonly by: { readonly type: string; readonly category: string } | null;
  readonly everyMs: number;
  readonly spreadMs: number;
  cells(
    row: { readonly number: number; readonly atMs: number; readonly chance: Chance },
    resource: string,
  ): { readonly [column: string]: Json };
}

/** Some of what resources write, by table. */
export const logWriters: { readonly [table: string]: LogWriter } = {
  AKSAuditAdmin: {
    by: { type: 'microsoft.containerservice/managedclusters', category: 'kube-audit-admin' },
    everyMs: 3 * minuteMs,
    spreadMs: minuteMs,
    cells: ({ number, chance }) => ({
      AuditId: chance.guid(number, 4),
      Level: 'RequestResponse',
      Stage: 'ResponseComplete',
      Verb: 'update',
      RequestUri: '/api/v1/namespaces/orders/configmaps/orders',
      User: { username: pick(people, number).mail },
      SourceIps: [pick(people, number).address],
      UserAgent: 'kubectl/v1.33',
    }),
  },
  SQLSecurityAuditEvents: {
    by: null,
    everyMs: 2 * minuteMs,
    spreadMs: minuteMs,
    cells: ({ number, atMs, chance }, resource) => ({
      LogicalServerName: resource.split('/').at(-1) ?? '',
      DatabaseName: 'orders',
      ActionName: 'BATCH COMPLETED',
      Succeeded: true,
      // A text, since a number of JavaScript would not keep it; it goes out as digits.
      TransactionId: `9007199254${String(740_993 + (number % 200_000)).padStart(6, '0')}`,
      ResponseRows: chance.whole(number, 4, 40),
      ClientIp: pick(people, number).address,
      ServerPrincipalName: pick(people, number).mail,
      Statement: `SELECT mail FROM customers WHERE name = '${pick(people, number).name}'`,
      ApplicationName: 'Core Microsoft SqlClient Data Provider',
      EventId: chance.guid(number, 5),
      EventTime: azureTime(atMs),
    }),
  },
  AZKVAuditLogs: {
    by: { type: 'microsoft.keyvault/vaults', category: 'AuditEvent' },
    everyMs: 10 * minuteMs,
    spreadMs: 5 * minuteMs,
    cells: ({ number }, resource) => ({
      OperationName: 'SecretGet',
      CallerIpAddress: pick(people, number).address,
      Identity: { claim: { upn: pick(people, number).mail } },
      RequestUri: `https://${resource.split('/').at(-1)}.vault.azure.net/secrets/database`,
    }),
  },
  StorageBlobLogs: {
    by: { type: 'microsoft.storage/storageaccounts/blobservices', category: 'StorageRead' },
    everyMs: 10 * minuteMs,
    spreadMs: 5 * minuteMs,
    cells: ({ number }, resource) => ({
      AccountName: resource.split('/').at(8) ?? '',
      OperationName: 'GetBlob',
      Uri: 'https://account.blob.core.windows.net/exports/customers.csv?sig=REDACTED',
      CallerIpAddress: pick(people, number).address,
    }),
  },
  AzureMetrics: {
    by: null,
    everyMs: minuteMs,
    spreadMs: 1,
    cells: ({ number, chance }, resource) => ({
      ResourceId: resource.toUpperCase(),
      MetricName: 'CpuPercentage',
      Average: chance.whole(number, 4, 1000) / 10,
      Total: 0,
      Count: 1,
      TimeGrain: 'PT1M',
      UnitName: 'Percent',
    }),
  },
  AppAvailabilityResults: {
    by: null,
    everyMs: minuteMs,
    spreadMs: 10_000,
    cells: ({ number, chance }) => ({
      Id: chance.guid(number, 4),
      Name: 'storefront',
      Location: pick(['West Europe', 'North Europe', 'France Central'], number),
      Success: true,
      Message: 'Passed',
      DurationMs: 80 + chance.whole(number, 5, 200),
      ClientIP: '203.0.113.60',
    }),
  },
  InsightsMetrics: bare(null, 1),
  AppRequests: bare(null, 1),
  AppServiceAuditLogs: bare({ type: 'microsoft.web/sites', category: 'AppServiceAuditLogs' }, 60),
  AGWAccessLogs: bare({ type: 'microsoft.network/applicationgateways', category: 'ApplicationGatewayAccessLog' }, 1),
  AZFWNetworkRule: bare({ type: 'microsoft.network/azurefirewalls', category: 'AZFWNetworkRule' }, 1),
  CDBDataPlaneRequests: bare({ type: 'microsoft.documentdb/databaseaccounts', category: 'DataPlaneRequests' }, 5),
  MicrosoftAzureBastionAuditLogs: bare({ type: 'microsoft.network/bastionhosts', category: 'BastionAuditLogs' }, 240),
  MySqlAuditLogs: bare({ type: 'microsoft.dbformysql/flexibleservers', category: 'MySqlAuditLogs' }, 5),
  PGSQLServerLogs: bare({ type: 'microsoft.dbforpostgresql/flexibleservers', category: 'PostgreSQLLogs' }, 5),
};

/** Rows of which nobody needs more than that they come. */
function bare(by: LogWriter['by'], everyMinutes: number): LogWriter {
  return { by, everyMs: everyMinutes * minuteMs, spreadMs: (everyMinutes * minuteMs) / 2, cells: () => ({}) };
}

/** What a resource writes to a table in a window. */
export function* rowsWritten(table: string, writer: LogWriter, resource: string, window: TimeWindow): Generator<LogRow> {
  const { everyMs, spreadMs } = writer;
  for (const occurrence of occurrencesIn({ name: `${table} ${resource}`, everyMs, spreadMs }, window)) {
    const { number, atMs, chance } = occurrence;
    const common = { SourceSystem: 'Azure', Type: table, _ResourceId: resource, _SubscriptionId: subscriptionOf(resource) };
    const cells = { ...common, ...writer.cells(occurrence, resource) };
    yield { atMs, ingestedMs: atMs + 30_000 + chance.whole(number, 1, 2 * minuteMs), cells };
  }
}
