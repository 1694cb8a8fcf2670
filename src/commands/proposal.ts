import type { WrittenType } from '../config/resource-types.ts';
import type { Check } from '../domain/check.ts';
import type { Fault, FaultCode } from '../domain/fault.ts';
import type { AzureSettings } from '../sources/azure/azure-settings.ts';
import type { SeenSubscription } from '../sources/azure/list-subscriptions.ts';
import type { ServiceTags } from '../sources/azure/service-tags.ts';
import type { EstateSurvey } from './estate-survey.ts';
import type { RoleDefinition } from './least-role.ts';

/** Everything that a proposal is made from. */
export interface Proposal {
  readonly settings: AzureSettings;
  readonly subscriptions: readonly SeenSubscription[];
  readonly survey: EstateSurvey;
  /** Type, lower case -> its line in the sorting of resource types. */
  readonly sorting: ReadonlyMap<string, WrittenType>;
  readonly checks: ReadonlyMap<string, Check>;
  readonly serviceTags: ServiceTags | { readonly fault: Fault };
  /** What the identity has to be allowed. */
  readonly role: RoleDefinition;
  /** YYYY-MM-DD */
  readonly today: string;
}

/** Both relative to the settings' folder. */
export const serviceTagsFile = 'azure/service-tags.json';
export const roleFile = 'azure/role.json';

export function isWhole({ survey }: Proposal): boolean {
  return survey.blind.length === 0;
}

/** `1 resource`, `2 resources`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** `a, b and 3 more` */
export function shorten(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}

/** Type -> resources over all subscriptions, as the census counted them. */
export function totalByType({ census }: EstateSurvey): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const types of census.values()) for (const [type, resources] of types) totals.set(type, (totals.get(type) ?? 0) + resources);
  return totals;
}

/** Many first; of as many, by name. */
export function byCount(counts: Iterable<readonly [string, number]>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
}

export function byName<T>(entries: Iterable<readonly [string, T]>): readonly (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** One cause of blindness, wherever it blinds. */
export interface BlindCause {
  readonly code: FaultCode;
  readonly text: string;
  /** Names, in the order of the subscriptions. */
  readonly subscriptions: readonly string[];
  /** What may not have been listed in full. */
  readonly types: readonly string[];
}

/** In the order in which they were met. */
export function blindCauses(proposal: Proposal): readonly BlindCause[] {
  const byCause = Map.groupBy(proposal.survey.blind, ({ fault }) => JSON.stringify([fault.code, causeOf(fault)]));
  return [...byCause.values()].flatMap((spots) => {
    const [first] = spots;
    if (first === undefined) return [];
    const isBlind = new Set(spots.map(({ subscription }) => subscription));
    const subscriptions = proposal.subscriptions.filter(({ id }) => isBlind.has(id)).map(({ name }) => name);
    const types = [...new Set(spots.flatMap((spot) => spot.types))].sort();
    return [{ code: first.fault.code, text: causeOf(first.fault), subscriptions, types }];
  });
}

/** A missing right is the same one in every subscription. */
function causeOf({ code, message, about }: Fault): string {
  return code === 'denied' && about !== undefined ? `the identity may not ${about}` : message;
}

/** The types that some subscription holds and nobody sorted. */
export function unsortedTypes({ survey, sorting }: Proposal): readonly (readonly [string, number])[] {
  return byCount([...totalByType(survey)].filter(([type, resources]) => resources > 0 && !sorting.has(type)));
}
