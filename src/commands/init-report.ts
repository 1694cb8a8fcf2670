import type { Holding } from '../domain/resource-sorting.ts';
import { blindCauses, byCount, count, isWhole, type Proposal, shorten, totalByType, unsortedTypes } from './proposal.ts';
import { alignRows, type Paper, paint, printable } from './text.ts';

export interface WrittenFiles {
  readonly folder: string;
  /** Relative to the folder. */
  readonly written: readonly string[];
  /** Were there already, and hold what people wrote. */
  readonly kept: readonly string[];
}

const mostNamed = 20;
const mostListed = 8;

/** What was found, what could not be seen, what was written, and what to do next. */
export function showProposal(proposal: Proposal, files: WrittenFiles, paper: Paper): string {
  return [
    showSubscriptions(proposal, paper),
    showFound(proposal, paper),
    ...showUnsorted(proposal, paper),
    ...showBlind(proposal, paper),
    showWritten(files, paper),
    showNext(proposal, files, paper),
  ].join('\n\n');
}

type Theme = Holding | 'neither' | 'unsorted';

function themeOf({ sorting }: Proposal, type: string): Theme {
  const sorted = sorting.get(type);
  if (sorted === undefined) return 'unsorted';
  return sorted.holds.includes('data') ? 'data' : sorted.holds.includes('traffic') ? 'traffic' : 'neither';
}

function showSubscriptions(proposal: Proposal, paper: Paper): string {
  const rows = proposal.subscriptions.map(({ id, name }) => {
    const types = proposal.survey.census.get(id);
    if (types === undefined) return [printable(name), id, '?', '?', '?', '?', '?'];
    const sums: Record<Theme, number> = { data: 0, traffic: 0, neither: 0, unsorted: 0 };
    for (const [type, resources] of types) sums[themeOf(proposal, type)] += resources;
    const numbers = [sums.data + sums.traffic + sums.neither + sums.unsorted, sums.data, sums.traffic, sums.neither, sums.unsorted];
    return [printable(name), id, ...numbers.map((number) => number.toLocaleString('en'))];
  });
  const head = ['subscription', 'id', 'resources', 'hold data', 'serve traffic', 'neither', 'nobody sorted'];
  return `${paint('Found', 'bold', paper)}\n${alignRows([head, ...rows], '  ')}`;
}

function showFound({ survey }: Proposal, paper: Paper): string {
  const regions = byCount(survey.regions.homes).map(([region, resources]) => `${printable(region)} ${resources.toLocaleString('en')}`);
  const rows = [
    ['regions', some(regions)],
    ['public endpoints', some(survey.endpoints.map(printable))],
  ];
  return alignRows(rows, '  ', Math.max(60, paper.columns));
}

function some(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return `${names.length.toLocaleString('en')}: ${shorten(names, mostNamed)}`;
}

function showUnsorted(proposal: Proposal, paper: Paper): readonly string[] {
  const unsorted = unsortedTypes(proposal);
  if (unsorted.length === 0) return [];
  const rows = unsorted.slice(0, mostNamed).map(([type, resources]) => [printable(type), count(resources, 'resource')]);
  const more = unsorted.length > mostNamed ? [`  and ${unsorted.length - mostNamed} more`] : [];
  const title = paint('Types that nobody sorted yet: add to azure/resource-types.yaml', 'bold', paper);
  return [[title, alignRows(rows, '  '), ...more].join('\n')];
}

function showBlind(proposal: Proposal, paper: Paper): readonly string[] {
  if (isWhole(proposal)) return [];
  const rows = blindCauses(proposal).map(({ code, text, subscriptions, types }) => {
    const where = `in ${shorten(subscriptions, mostListed)}`;
    return [code, printable(`${text} ${where}${types.length === 0 ? '' : ` (${shorten(types, mostListed)})`}`)];
  });
  const title = paint('Could not be seen, so nothing is proposed of it', ['yellow', 'bold'], paper);
  return [`${title}\n${alignRows(rows, '  ', Math.max(80, paper.columns))}`];
}

function showWritten({ folder, written, kept }: WrittenFiles, paper: Paper): string {
  const keptNote = kept.length === 0 ? [] : [`  kept as they are: ${kept.join(', ')}`];
  return [paint(`Written to ${folder}`, 'bold', paper), `  ${written.join(', ')}`, ...keptNote].join('\n');
}

function showNext(proposal: Proposal, { folder }: WrittenFiles, paper: Paper): string {
  const at = `--config ${/\s/.test(folder) ? JSON.stringify(folder) : folder}`;
  const rows = [
    [`1. read ${folder}/claimwatch.yaml`, 'cross out what ought not to be there; sign what is not expected'],
    [`2. claimwatch config check ${at}`, 'says what is wrong with it'],
    [`3. claimwatch azure permissions ${at}`, isWhole(proposal) ? 'compares the rights with those needed' : 'says what the identity lacks'],
    [`4. claimwatch check ${at}`, 'looks once and prints the verdicts'],
    [`5. claimwatch run ${at}`, 'watches; pages nobody before "mode: active" is signed'],
  ];
  return `${paint('Next', 'bold', paper)}\n${alignRows(rows, '  ')}`;
}

/** The same for programs. */
export function proposalToJson(proposal: Proposal, { folder, written, kept }: WrittenFiles): object {
  const { survey, subscriptions } = proposal;
  return {
    whole: isWhole(proposal),
    subscriptions: subscriptions.map(({ id, name, state }) => ({
      id,
      name,
      state,
      types: Object.fromEntries(survey.census.get(id) ?? []),
    })),
    resources: [...totalByType(survey).values()].reduce((sum, one) => sum + one, 0),
    regions: Object.fromEntries(byCount(survey.regions.homes)),
    endpoints: survey.endpoints,
    unsorted: Object.fromEntries(unsortedTypes(proposal)),
    unseen: survey.blind,
    folder,
    written,
    kept,
  };
}
