import type { Interpretation } from './claim.ts';
import type { Judgement } from './finding.ts';

/** What a resource of a type can keep or do: customer data, traffic of clients. */
export type Holding = 'data' | 'traffic';

/** One type as `config/azure/resource-types.yaml` sorts it, and as the configured checks judge it. */
export interface SortedType {
  /** Empty for neither. */
  readonly holds: readonly Holding[];
  /** Claims for which some configured check judges resources of this type. */
  readonly judgedFor: readonly string[];
  /** Claim id -> why no check is needed. */
  readonly exempt: { readonly [claim: string]: string };
}

/** By ARM type. Empty where the loader was given none. */
export type ResourceSorting = { readonly [type: string]: SortedType };

/** Which types a subscription holds, and how many resources of each, whatever was sorted. */
export interface Census {
  readonly types: readonly { readonly type: string; readonly resources: number }[];
}

export interface CensusQuestion {
  readonly interpretation: Interpretation;
  readonly claim: string;
  readonly holding: Holding;
}

/** The types that the census found and nobody has sorted, lower case, in order. */
export function unsortedTypes(census: Census, sorting: ResourceSorting): readonly string[] {
  const known = byLowerCase(sorting);
  return typesOf(census).filter((type) => !known.has(type));
}

/**
 * Whether "all" can be said of a subscription for one claim: every type in it is sorted, and each that holds such things is judged by some
 * configured check or excused with a reason. It never fails: what nobody judges is not known to be bad.
 */
export function judgeCensus({ interpretation, claim, holding }: CensusQuestion, census: Census, sorting: ResourceSorting): Judgement {
  const question = {
    interpretation,
    expected: `each type of resource that ${holdingWords[holding]} is judged for ${claim}, or excused with a reason`,
    rule: 'config/azure/resource-types.yaml',
  };
  const blind = whyNothingCanBeSaid(census, sorting);
  if (blind !== null) return { ...question, status: 'unknown', ...blind };
  const holders = typesThatHold(holding, census, sorting);
  const unsorted = unsortedTypes(census, sorting);
  const unjudged = holders.filter(({ sorted }) => !sorted.judgedFor.includes(claim) && reasonOf(sorted, claim) === null);
  const gaps = [
    ...nameSome('nobody has sorted', unsorted),
    ...nameSome(
      'no configured check judges',
      unjudged.map(({ type }) => type),
    ),
  ];
  if (gaps.length > 0) return { ...question, observed: gaps.join('; '), status: 'unknown', reason: 'unsupported' };
  return { ...question, observed: describeCovered(holders, holding, claim), status: 'pass' };
}

/** Why a census says nothing at all; null where it can be used. */
export function whyNothingCanBeSaid(
  census: Census,
  sorting: ResourceSorting,
): { readonly observed: string; readonly reason: 'unsupported' | 'none-seen' } | null {
  if (Object.keys(sorting).length === 0) return { observed: 'no sorting of resource types is configured', reason: 'unsupported' };
  if (typesOf(census).length === 0) return { observed: 'the subscription shows no resource at all', reason: 'none-seen' };
  return null;
}

const holdingWords: { readonly [H in Holding]: string } = { data: 'holds data', traffic: 'serves traffic' };
const mostNamed = 20;

interface Holder {
  readonly type: string;
  readonly sorted: SortedType;
}

function typesThatHold(holding: Holding, census: Census, sorting: ResourceSorting): readonly Holder[] {
  const known = byLowerCase(sorting);
  return typesOf(census).flatMap((type) => {
    const sorted = known.get(type);
    return sorted?.holds.includes(holding) === true ? [{ type, sorted }] : [];
  });
}

function typesOf({ types }: Census): readonly string[] {
  return [...new Set(types.filter(({ resources }) => resources > 0).map(({ type }) => type.toLowerCase()))].sort();
}

function byLowerCase(sorting: ResourceSorting): ReadonlyMap<string, SortedType> {
  return new Map(Object.entries(sorting).map(([type, sorted]) => [type.toLowerCase(), sorted]));
}

/** A reason of blanks is none. */
function reasonOf({ exempt }: SortedType, claim: string): string | null {
  const reason = exempt[claim]?.trim();
  return reason === undefined || reason === '' ? null : reason;
}

function describeCovered(holders: readonly Holder[], holding: Holding, claim: string): string {
  const excused = holders.flatMap(({ type, sorted }) => {
    const reason = sorted.judgedFor.includes(claim) ? null : reasonOf(sorted, claim);
    return reason === null ? [] : [`${type} (${reason})`];
  });
  const count = `${holders.length} ${holders.length === 1 ? 'type' : 'types'} here ${holders.length === 1 ? holdingWords[holding] : pluralWords[holding]}`;
  return [`${count}, none without a check or a reason`, ...nameSome('excused:', excused)].join('; ');
}

const pluralWords: { readonly [H in Holding]: string } = { data: 'hold data', traffic: 'serve traffic' };

/** `nobody has sorted a, b and 3 more`; nothing where there are none. */
export function nameSome(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length - mostNamed;
  return [`${what} ${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
