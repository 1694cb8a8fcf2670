import { byCount, count, type Proposal, shorten, totalByType } from './proposal.ts';
import { commentText, withComments } from './yaml-paragraphs.ts';

/** The parameters of `hosting-inventory`: each subscription must hold at least one of each, so only what all of them hold is proposed. */
export function proposeInventory(proposal: Proposal): readonly string[] {
  const { survey, subscriptions, sorting } = proposal;
  const holding = byCount(totalByType(survey)).filter(([type, total]) => total > 0 && sorting.get(type)?.holds.includes('data') === true);
  const isEverywhere = (type: string): boolean => subscriptions.every(({ id }) => (survey.census.get(id)?.get(type) ?? 0) > 0);
  const written = (type: string): string => sorting.get(type)?.name ?? type;
  const everywhere = holding.filter(([type]) => isEverywhere(type));
  const somewhere = holding.filter(([type]) => !isEverywhere(type));
  const rows = everywhere.map(([type, total]) => [`- ${written(type)}`, count(total, 'resource')] as const);
  const others = somewhere.map(
    ([type, total]) => [`# - ${written(type)}`, `${count(total, 'resource')} in ${whereIs(proposal, type)}`] as const,
  );
  return [
    ...tellUncounted(proposal),
    '# Kinds of data stores that have to be there, in each subscription: one that disappears is told.',
    rows.length === 0 ? '# None was found in all of them, so none is proposed.' : '# Found in all of them:',
    ...(rows.length === 0 ? ['expected: []'] : ['expected:', ...withComments(rows, '  ')]),
    ...(others.length === 0 ? [] : ['  # Found in some, so not to be expected of each:', ...withComments(others, '  ')]),
  ];
}

const mostNamed = 5;

/** What was not counted may hold anything, so nothing is found in all of them. */
function tellUncounted({ survey, subscriptions }: Proposal): readonly string[] {
  const uncounted = subscriptions.filter(({ id }) => !survey.census.has(id)).map(({ name }) => commentText(name));
  if (uncounted.length === 0) return [];
  return [`# Not counted, so nothing is proposed for all: ${shorten(uncounted, mostNamed)}.`];
}

function whereIs(proposal: Proposal, type: string): string {
  const holders = proposal.subscriptions.filter(({ id }) => (proposal.survey.census.get(id)?.get(type) ?? 0) > 0);
  const { length } = proposal.subscriptions;
  if (holders.length > mostNamed) return `${holders.length} of ${length} subscriptions`;
  return holders.map(({ name }) => commentText(name)).join(', ');
}
