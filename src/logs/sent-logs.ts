import type { PropertyVerdict } from '../domain/judge-properties.ts';
import type { DiagnosticSetting } from './log-facts.ts';

/** Where logs are kept; an event hub only passes them on. */
export type LogStore = 'workspace' | 'storage account';

export interface WantedLogs {
  /** Sets of categories, each of which is enough. */
  readonly categories: readonly (readonly string[])[];
  /** Category groups that hold all of them. */
  readonly groups: readonly string[];
  /** Any of these. */
  readonly stores: readonly LogStore[];
}

interface SentLogs {
  readonly wanted: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Whether the settings together send what is wanted to a place where it is kept. What is there and what is enabled decides; that it arrives is judged
 * by the logs themselves. A group that we do not know may hold what is missing: unknown then.
 */
export function judgeSentLogs(settings: readonly DiagnosticSetting[], wanted: WantedLogs): PropertyVerdict {
  const entries = settings
    .filter((setting) => wanted.stores.some((store) => hasStore(setting, store)))
    .flatMap(({ logs }) => logs.filter(({ enabled }) => enabled));
  const sent = entries.flatMap(({ category }) => (isGiven(category) ? [category.toLowerCase()] : []));
  const sentGroups = entries.flatMap(({ categoryGroup }) => (isGiven(categoryGroup) ? [categoryGroup] : []));
  const isWhole = sentGroups.some((group) => holdsText(wanted.groups, group));
  const best = bestOf(wanted.categories, isWhole ? wanted.categories.flat().map((category) => category.toLowerCase()) : sent);
  const seen = describeSettings(settings);
  if (best === null) return { observed: 'no category is wanted', status: 'unknown', reason: 'unsupported' };
  const to = wanted.stores.join(' or ');
  if (best.missing.length === 0)
    return { observed: `${best.wanted.join(', ')} ${isOrAre(best.wanted)} sent to a ${to}: ${seen}`, status: 'pass' };
  const observed = `${best.missing.join(', ')} ${isOrAre(best.missing)} not sent to a ${to}: ${seen}`;
  const strange = [...new Set(sentGroups)].sort();
  if (strange.length === 0) return { observed, status: 'fail' };
  const doubt = `whether the category group ${strange.join(', ')} holds ${best.missing.length === 1 ? 'it' : 'them'} is not known`;
  return { observed: `${observed}; ${doubt}`, status: 'unknown', reason: 'unsupported' };
}

/** A set that is sent whole, else that of which the most is sent; of equals the first. Null: there is none, or one that asks for nothing. */
function bestOf(sets: readonly (readonly string[])[], sent: readonly string[]): SentLogs | null {
  const compared = sets.map((wanted) => ({ wanted, missing: wanted.filter((category) => !sent.includes(category.toLowerCase())) }));
  if (compared.length === 0 || sets.some((wanted) => wanted.length === 0)) return null;
  const sentOf = ({ wanted, missing }: SentLogs): number => wanted.length - missing.length;
  const whole = compared.find(({ missing }) => missing.length === 0);
  return whole ?? compared.reduce((best, other) => (sentOf(other) > sentOf(best) ? other : best));
}

function hasStore({ workspaceId, storageAccountId }: DiagnosticSetting, store: LogStore): boolean {
  return isGiven(store === 'workspace' ? workspaceId : storageAccountId);
}

/** An empty text is none. */
function isGiven(text: string | null): text is string {
  return text !== null && text.trim() !== '';
}

function holdsText(texts: readonly string[], wanted: string): boolean {
  return texts.some((text) => text.toLowerCase() === wanted.toLowerCase());
}

function isOrAre(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}

/** `to-logs (workspace shop): Administrative, Policy; old (event hub): nothing`: for people, in order. */
function describeSettings(settings: readonly DiagnosticSetting[]): string {
  if (settings.length === 0) return 'there is no diagnostic setting';
  return settings.map((setting) => `${setting.name} (${describeStores(setting)}) ${describeLogs(setting)}`).join('; ');
}

function describeStores({ workspaceId, storageAccountId, eventHubAuthorizationRuleId }: DiagnosticSetting): string {
  const stores = [
    ...(isGiven(workspaceId) ? [`workspace ${lastPart(workspaceId)}`] : []),
    ...(isGiven(storageAccountId) ? [`storage account ${lastPart(storageAccountId)}`] : []),
    ...(isGiven(eventHubAuthorizationRuleId) ? ['event hub'] : []),
  ];
  return stores.length === 0 ? 'to nowhere' : `to ${stores.join(', ')}`;
}

function describeLogs({ logs }: DiagnosticSetting): string {
  const names = logs.flatMap(({ category, categoryGroup, enabled }) =>
    enabled ? [isGiven(category) ? category : isGiven(categoryGroup) ? `group ${categoryGroup}` : 'an entry without a category'] : [],
  );
  return names.length === 0 ? 'sends nothing' : `sends ${[...new Set(names)].sort().join(', ')}`;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
