import { shortNameOf } from '../domain/resource-id.ts';
import type { FactDifference } from './compare-facts.ts';
import type { FindingChange } from './compare-findings.ts';
import { count } from './proposal.ts';
import type { RunDifference } from './runs-diff.ts';
import { alignRows, type Paper, paint, printable, showStatus, wrapText } from './text.ts';

/** What fails now stands first. */
export function showRunsDiff({ before, after, changed, came, went, facts }: RunDifference, paper: Paper): string {
  const loudFirst = changed.toSorted((a, b) => Number(b.after === 'fail') - Number(a.after === 'fail'));
  const lines = [
    `${before.check}: run ${before.id}, data as of ${before.dataAsOf}, against run ${after.id}, data as of ${after.dataAsOf}`,
    summarise({ changed, came, went, facts }),
    ...section(
      loudFirst.map((change) => [nameOf(change), statuses(change, paper), observed(change)]),
      paper,
    ),
    ...section(
      [
        ...came.map((change) => ['came', nameOf(change), statuses(change, paper), observed(change)]),
        ...went.map((change) => ['went', nameOf(change), statuses(change, paper), observed(change)]),
      ],
      paper,
    ),
    ...facts.flatMap((difference) => ['', ...showFacts(difference, paper)]),
  ];
  return `${lines.join('\n')}\n`;
}

function summarise({ changed, came, went, facts }: Omit<RunDifference, 'before' | 'after'>): string {
  const subjects = (changes: readonly FindingChange[]) => new Set(changes.map(({ subject }) => subject)).size;
  const parts = [
    ...(changed.length === 0 ? [] : [`${count(changed.length, 'finding', 'findings')} changed`]),
    ...(came.length === 0 ? [] : [`${count(subjects(came), 'subject', 'subjects')} came`]),
    ...(went.length === 0 ? [] : [`${count(subjects(went), 'subject', 'subjects')} went`]),
    ...(facts.length === 0 ? [] : [`other was seen at ${count(facts.length, 'subject', 'subjects')}`]),
  ];
  return parts.length === 0 ? 'both came to the same' : parts.join(', ');
}

function section(rows: readonly (readonly string[])[], { columns }: Paper): readonly string[] {
  return rows.length === 0 ? [] : ['', alignRows(rows, '', columns)];
}

function nameOf({ subject, interpretation }: FindingChange): string {
  return printable(`${subject === '*' ? 'the whole population' : shortNameOf(subject)} (${interpretation})`);
}

function statuses({ before, after }: FindingChange, paper: Paper): string {
  if (before === null || after === null) {
    const only = before ?? after;
    return only === null ? '' : `${before === null ? '' : 'was '}${showStatus(only, paper)}`;
  }
  return `${showStatus(before, paper)} -> ${showStatus(after, paper)}`;
}

function observed({ after, observedBefore, observedAfter }: FindingChange): string {
  if (observedAfter !== null || observedBefore === null) return printable(observedAfter ?? '');
  return `${after === null ? '' : 'was: '}${printable(observedBefore)}`;
}

function showFacts({ label, subject, changes }: FactDifference, paper: Paper): readonly string[] {
  const line = (text: string) => `  ${wrapText(printable(text), Math.max(40, paper.columns - 4), '    ')}`;
  return [
    paint(printable(`${label} changed at ${shortNameOf(subject)}`), 'bold', paper),
    ...changes.map(({ text, places }) => line(places.length === 0 ? text : `${text} (${places.join(', ')})`)),
  ];
}
