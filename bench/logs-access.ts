import type { JsonObject } from '../src/domain/json.ts';
import type { LookRequest } from '../src/domain/look.ts';
import { subscriptionResource } from '../src/domain/resource-id.ts';
import type { ArmClient } from '../src/sources/azure/arm-client.ts';
import type { AzureAccess } from '../src/sources/azure/azure-access.ts';
import type { LogRow, LogsClient } from '../src/sources/logs/logs-client.ts';
import type { Activity } from './logs-activity.ts';

const subscription = '11111111-0000-4000-8000-000000000001';

export interface PretendAccess extends AzureAccess {
  nowMs: number;
  /** Questions to Log Analytics, and pages of the activity log. */
  queries: number;
  pages: number;
}

interface Page {
  readonly value: readonly JsonObject[];
  readonly oldestMs: number;
}

/** Asks the process that stands for Azure, without what the clients do about limits, tokens and faults; the time is told. */
export function makeAccess(origin: string, { startMs, everyMs, lostEvery }: Activity): PretendAccess {
  const never = (): never => {
    throw new Error('this is not asked');
  };
  async function ask<T>(what: 'page' | 'rows', fromMs: number, toMs: number): Promise<T> {
    const query = `start=${startMs}&every=${everyMs}&lost=${lostEvery}&from=${fromMs}&to=${toMs}&now=${access.nowMs}`;
    return (await (await fetch(`${origin}/${what}?${query}`)).json()) as T;
  }
  const arm: ArmClient = {
    get: never,
    compute: never,
    effectiveRules: never,
    query: never,
    async *list(path, _apiVersion, { parameters = {} }) {
      if (path.endsWith('/permissions')) return yield [{ actions: ['*'] }];
      const [fromMs = 0, toMs = 0] = [...(parameters.$filter ?? '').matchAll(/'([^']+)'/g)].map(([, time]) => Date.parse(time ?? ''));
      for (let untilMs = toMs; untilMs >= fromMs; ) {
        const { value, oldestMs } = await ask<Page>('page', fromMs, untilMs);
        access.pages += 1;
        if (value.length === 0) return;
        yield value;
        untilMs = oldestMs - 1;
      }
    },
  };
  const logs: LogsClient = {
    async rows(_workspace, { window }) {
      access.queries += 1;
      return await ask<readonly LogRow[]>('rows', Date.parse(window.from), Date.parse(window.to));
    },
  };
  const access: PretendAccess = {
    nowMs: 0,
    queries: 0,
    pages: 0,
    clock: {
      now: () => 0,
      wallNow: () => access.nowMs,
      random: () => 0,
      timeout: () => new AbortController().signal,
      sleep: async () => await Promise.resolve(),
    },
    arm: async () => await Promise.resolve(arm),
    logs: async () => await Promise.resolve(logs),
    countFor: () => () => undefined,
  };
  return access;
}

export function makeRequest(workspaces: number): LookRequest {
  const ids = Array.from(
    { length: workspaces },
    (_, index) => `/subscriptions/${subscription}/resourcegroups/logs/providers/microsoft.operationalinsights/workspaces/log-${index}`,
  );
  return {
    subjects: [subscriptionResource(subscription)],
    azure: { identity: { kind: 'managed-identity' }, subscriptions: [subscription] },
    beside: ids,
    rows: new Map(ids.map((id, index) => [id, { properties: { customerId: `customer-${index}` } }])),
    options: {},
    vantage: { name: 'bench', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 4,
    subjectDeadlineMs: 600_000,
    signal: new AbortController().signal,
  };
}
