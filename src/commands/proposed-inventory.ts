import { byCount, count, nameOf, type Proposal, totalByType } from './proposal.ts';
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
    '# Kinds of data stores that have to be there, in each subscription: one that disappears is told. Found in all of them:',
    ...(rows.length === 0 ? ['expected: []'] : ['expected:', ...withComments(rows, '  ')]),
    ...(others.length === 0 ? [] : ['  # Found in some, so not to be expected of each:', ...withComments(others, '  ')]),
  ];
}

function whereIs(proposal: Proposal, type: string): string {
  const holders = proposal.subscriptions.filter(({ id }) => (proposal.survey.census.get(id)?.get(type) ?? 0) > 0);
  return holders.map(({ id }) => commentText(nameOf(proposal, id))).join(', ');
}
