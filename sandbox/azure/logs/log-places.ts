import { subscriptionOf } from '../arm-path.ts';
import type { EstateChange, EstateResource, PretendEstate } from '../estate-port.ts';
import { shared } from '../mutation.ts';
import { withoutValue, withValue } from '../property-path.ts';

/** Where logs go in an estate. Ids are lower case. */
export interface LogPlaces {
  readonly workspaces: readonly EstateResource[];
  /** Where the directory's own logs and those of the platform go. */
  readonly central: string | null;
  /** Where the machines of a subscription send theirs. */
  home(subscription: string): string | null;
  /** The workspaces to which a category of something's logs was exported then, by its diagnostic settings. */
  exports(scope: string, category: string, atMs: number): readonly string[];
  /** The same as a question that is quick to answer for many events. */
  exporter(scope: string, workspace: string): (category: string, atMs: number) => boolean;
  /** What has diagnostic settings at all. */
  readonly scopes: readonly string[];
}

const workspaceType = 'microsoft.operationalinsights/workspaces';
const settingPart = '/providers/microsoft.insights/diagnosticsettings/';

/** Until when a setting was so; the last one is so still. */
interface SettingOfTime {
  readonly untilMs: number;
  readonly setting: EstateResource | null;
}

export function findLogPlaces(estate: PretendEstate): LogPlaces {
  const settings = new Map<string, EstateResource>();
  const workspaces: EstateResource[] = [];
  for (const resource of estate.all()) {
    const type = resource.type.toLowerCase();
    if (type === workspaceType) workspaces.push(resource);
    if (type === 'microsoft.insights/diagnosticsettings') settings.set(resource.id.toLowerCase(), resource);
  }
  const changes = Map.groupBy(
    estate.changes().filter(({ target }) => target.toLowerCase().includes(settingPart)),
    ({ target }) => target.toLowerCase(),
  );
  const ids = new Set([...settings.keys(), ...changes.keys()]);
  const byScope = new Map<string, (readonly SettingOfTime[])[]>();
  for (const id of ids) {
    const scope = id.slice(0, id.lastIndexOf(settingPart));
    const history = historyOf(settings.get(id) ?? null, changes.get(id) ?? []);
    byScope.set(scope, [...(byScope.get(scope) ?? []), history]);
  }
  const workspaceIn = (subscription: string) => workspaces.find(({ id }) => sameSubscription(id, subscription))?.id.toLowerCase() ?? null;
  const central = workspaceIn(subscriptionOf(shared)) ?? workspaces[0]?.id.toLowerCase() ?? null;
  const other = workspaces.map(({ id }) => id.toLowerCase()).find((id) => id !== central) ?? central;
  const exports: LogPlaces['exports'] = (scope, category, atMs) => [
    ...new Set((byScope.get(scope.toLowerCase()) ?? []).flatMap((history) => exportOf(settingAt(history, atMs), category))),
  ];
  return {
    workspaces,
    central,
    home: (subscription) => workspaceIn(subscription) ?? other,
    exports,
    exporter(scope, workspace) {
      // Between two changes of the settings the answer stays the same.
      const turns = (byScope.get(scope.toLowerCase()) ?? []).flatMap((history) => history.map(({ untilMs }) => untilMs));
      const known = new Map<string, boolean>();
      return (category, atMs) => {
        const key = turns.length === 1 ? category : [category, ...turns.map((untilMs) => atMs <= untilMs)].join(' ');
        const before = known.get(key);
        const is = before ?? exports(scope, category, atMs).includes(workspace);
        known.set(key, is);
        return is;
      };
    },
    scopes: [...byScope.keys()],
  };
}

function sameSubscription(id: string, subscription: string): boolean {
  return subscriptionOf(id).toLowerCase() === subscription.toLowerCase();
}

function settingAt(history: readonly SettingOfTime[], atMs: number): EstateResource | null {
  return history.find(({ untilMs }) => atMs <= untilMs)?.setting ?? null;
}

/** Oldest first, from what it is now and what was told of each change of it. */
function historyOf(now: EstateResource | null, changes: readonly EstateChange[]): readonly SettingOfTime[] {
  const history: SettingOfTime[] = [{ untilMs: Number.POSITIVE_INFINITY, setting: now }];
  let setting = now;
  let lastKnown = now;
  for (const change of changes.toReversed()) {
    setting = beforeChange(setting, change, lastKnown);
    lastKnown = setting ?? lastKnown;
    history.unshift({ untilMs: Date.parse(change.at), setting });
  }
  return history;
}

/** A removal does not tell what was removed: that is known where it came back. */
function beforeChange(
  after: EstateResource | null,
  { type, changes }: EstateChange,
  lastKnown: EstateResource | null,
): EstateResource | null {
  if (type === 'Create') return null;
  if (type === 'Delete' || after === null) return lastKnown;
  return Object.entries(changes).reduce(
    (row, [path, { previousValue }]) => (previousValue === null ? withoutValue(row, path) : withValue(row, path, previousValue)),
    after,
  );
}

function exportOf(setting: EstateResource | null, category: string): readonly string[] {
  const { workspaceId, logs } = setting?.properties ?? {};
  if (typeof workspaceId !== 'string' || !Array.isArray(logs)) return [];
  const wanted = [category.toLowerCase(), 'alllogs', 'audit'];
  const isExported = logs.some((entry) => {
    const { category: named, categoryGroup: group, enabled } = entry as { category?: string; categoryGroup?: string; enabled?: boolean };
    return enabled === true && [named, group].some((name) => typeof name === 'string' && wanted.includes(name.toLowerCase()));
  });
  return isExported ? [workspaceId.toLowerCase()] : [];
}
