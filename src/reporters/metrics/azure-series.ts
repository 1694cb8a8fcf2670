import { Gauge, type Registry } from 'prom-client';
import type { Look } from '../../domain/look.ts';
import type { Plan } from '../../domain/plan.ts';
import { isStale } from '../../domain/status.ts';
import { createBoundedCounter, hasLabels, type Metered, meteredCounters, mostCounterSeries } from './azure-counters.ts';
import { createFieldStates, type Field, fieldStates } from './field-states.ts';
import { createLogDelays, logDelay } from './log-delays.ts';

export interface AzureSeries {
  /**
   * Gives how many numbers were left out: of a name or with labels that are not known here, no number at all, or of one series too many.
   * Counters add up. A whole look replaces what was set; a look at some resources says only how much of the quota is left.
   */
  lookEnded(look: Pick<Look, 'name' | 'source' | 'extent' | 'dataAsOf'>, metered: readonly Metered[]): number;
  /** Makes the gauges anew, out of looks that are not too old. */
  refresh(nowMs: number): void;
}

/** What a look sets, with its labels. */
const setLabels: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['azure_quota_remaining', ['api']],
  ['azure_scope_readable', ['subscription']],
  ['azure_resources', ['type']],
  ['azure_field_absent', ['type', 'field']],
  [logDelay.name, logDelay.labels],
]);
const mostQuotas = 10;
/** Fields that stopped coming and have a series each; the counts stay true. */
export const stoppedFieldsShown = 50;

/** Besides one for each subscription that is configured. */
export const mostAzureSeries = mostCounterSeries + mostQuotas + stoppedFieldsShown + fieldStates.length + 1;

interface LastLook {
  readonly name: string;
  readonly dataAsOf: string;
  /** By api. */
  readonly quotas: ReadonlyMap<string, number>;
  /** Subscriptions that could be seen. */
  readonly readable: ReadonlySet<string>;
  /** Null where nothing was listed. */
  readonly resources: number | null;
}

export function createAzureSeries(registry: Registry, plan: Plan, maxAgeMsOfLook: ReadonlyMap<string, number>): AzureSeries {
  const counters = new Map(meteredCounters.map((row) => [row.name, createBoundedCounter(registry, row)]));
  const showLook = createLookGauges(registry, plan);
  const showFields = createFieldGauges(registry);
  const fields = createFieldStates();
  const logDelays = createLogDelays(registry, maxAgeMsOfLook);
  let last: LastLook | null = null;

  const take = (one: Metered): boolean =>
    Number.isFinite(one.value) &&
    one.value >= 0 &&
    (one.kind === 'set' ? hasLabels(one, setLabels.get(one.name)) : (counters.get(one.name)?.(one) ?? false));

  return {
    lookEnded: (look, metered) => {
      const taken = metered.filter(take);
      const set = Map.groupBy(
        taken.filter(({ kind }) => kind === 'set'),
        ({ name }) => name,
      );
      logDelays.lookEnded(look, set.get(logDelay.name) ?? []);
      if (look.extent.kind === 'all' && look.source === 'azure') {
        last = describeLook(look, set);
        fields.see(set.get('azure_field_absent') ?? [], last.readable.size < plan.scopes.length);
      } else if (look.name === last?.name) last = { ...last, quotas: quotasOf(set, last.quotas) };
      return metered.length - taken.length;
    },
    refresh: (nowMs) => {
      const isRelied = last !== null && !isStale(last.dataAsOf, maxAgeMsOfLook.get(last.name) ?? 0, nowMs);
      showLook(isRelied ? last : null);
      showFields(isRelied ? fields.all() : []);
      logDelays.refresh(nowMs);
    },
  };
}

type SetByName = ReadonlyMap<string, readonly Metered[]>;

function describeLook({ name, dataAsOf }: Pick<Look, 'name' | 'dataAsOf'>, set: SetByName): LastLook {
  const scopes = (set.get('azure_scope_readable') ?? []).filter(({ value }) => value === 1);
  const resources = set.get('azure_resources');
  return {
    name,
    dataAsOf,
    quotas: quotasOf(set, new Map()),
    readable: new Set(scopes.map(({ labels }) => labels['subscription'] ?? '')),
    resources: resources === undefined ? null : resources.reduce((sum, { value }) => sum + value, 0),
  };
}

function quotasOf(set: SetByName, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const now = (set.get('azure_quota_remaining') ?? []).map(({ labels, value }) => [labels['api'] ?? '', value] as const);
  return new Map([...before, ...now].slice(-mostQuotas));
}

/** A subscription that the look did not speak of could not be seen. */
function createLookGauges(registry: Registry, plan: Plan): (look: LastLook | null) => void {
  const registers = [registry];
  const quota = new Gauge({
    name: 'claimwatch_azure_quota_remaining',
    help: 'Requests that Azure would still have taken, by its last answer of the last look.',
    labelNames: ['api'],
    registers,
  });
  const readable = new Gauge({
    name: 'claimwatch_azure_scope_readable',
    help: 'Whether the last whole look could see a subscription that is configured: 1; 0 where it could not.',
    labelNames: ['subscription'],
    registers,
  });
  const resources = new Gauge({
    name: 'claimwatch_azure_resources',
    help: 'Resources that the last whole look was given, of the types that checks need.',
    labelNames: ['look'],
    registers,
  });
  return (look) => {
    for (const gauge of [quota, readable, resources]) gauge.reset();
    if (look === null) return;
    for (const [api, remaining] of look.quotas) quota.set({ api }, remaining);
    for (const { subscription } of plan.scopes) readable.set({ subscription }, look.readable.has(subscription) ? 1 : 0);
    if (look.resources !== null) resources.set({ look: look.name }, look.resources);
  };
}

function createFieldGauges(registry: Registry): (fields: readonly Field[]) => void {
  const registers = [registry];
  const counts = new Gauge({
    name: 'claimwatch_azure_fields',
    help: 'Fields of resources that checks read: some resource has them (present), none has them any more (stopped), none had since the start (never).',
    labelNames: ['state'],
    registers,
  });
  const absent = new Gauge({
    name: 'claimwatch_azure_field_absent',
    help: `Fields that checks read and that came until some look, since when no resource has them; at most ${stoppedFieldsShown}.`,
    labelNames: ['type', 'field'],
    registers,
  });
  return (fields) => {
    counts.reset();
    absent.reset();
    if (fields.length === 0) return;
    for (const state of fieldStates) counts.set({ state }, fields.filter((one) => one.state === state).length);
    const stopped = fields.filter(({ state }) => state === 'stopped').slice(0, stoppedFieldsShown);
    for (const { type, field } of stopped) absent.set({ type, field }, 1);
  };
}
