import { shortNameOf } from '../domain/resource-id.ts';
import type { ChangedPart, ExposureChange } from '../network/compare-exposure.ts';
import { describeOpenRule, describeReach, describeUnknown } from '../network/describe-reach.ts';
import type { ComparedState } from './compared-runs.ts';
import { count } from './proposal.ts';
import { type Paper, paint, printable, wrapText } from './text.ts';

type Shown = Pick<ComparedState, 'run' | 'look' | 'exposures' | 'gaps'>;

/** What a person reads after a page: what is open now and was not stands first. */
export function showExposureChanges(before: Shown, after: Shown, changes: readonly ExposureChange[], paper: Paper): string {
  const told = changes.map((change) => ({ change, kind: kindOf(change) }));
  const loud = told.filter(({ change }) => !isQuiet(change)).sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  const quiet = told.filter(({ change }) => isQuiet(change));
  const lines = [
    `run ${before.run.id}, data as of ${before.look.dataAsOf}, against run ${after.run.id}, data as of ${after.look.dataAsOf}`,
    summarise(told, after),
    ...loud.flatMap(({ change, kind }) => ['', ...showChange(change, kind, paper)]),
    ...(quiet.length === 0 ? [] : ['', ...quiet.map(({ change, kind }) => quietLine(change, kind))]),
    ...(after.gaps.length === 0
      ? []
      : [
          '',
          `${after.gaps.length === 1 ? 'a list' : `${after.gaps.length} lists`} of the later look may not be complete: ${printable(after.gaps[0] ?? '')}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

type Kind = 'wider' | 'came' | 'not known now' | 'otherwise' | 'latent' | 'narrower' | 'went' | 'known now';
const order: readonly Kind[] = ['wider', 'came', 'not known now', 'otherwise', 'latent', 'narrower', 'went', 'known now'];

function kindOf({ before, after, opened, closed, lost, unknown, known, latent }: ExposureChange): Kind {
  if (before === null) return 'came';
  if (after === null) return 'went';
  if (opened.length > 0) return closed.length + lost.length > 0 ? 'otherwise' : 'wider';
  if (lost.length + unknown.length > 0 || after === 'unreadable') return 'not known now';
  if (closed.length > 0) return 'narrower';
  if (latent.length > 0) return 'latent';
  return known.length > 0 || before === 'unreadable' ? 'known now' : 'otherwise';
}

/** It came or went, and nothing reached it. */
function isQuiet({ before, after, opened, closed, lost, latent, unknown, known }: ExposureChange): boolean {
  const isThere = before !== null && after !== null;
  return !isThere && [opened, closed, lost, latent, unknown, known].every((parts) => parts.length === 0);
}

function quietLine({ id, before, after }: ExposureChange, kind: Kind): string {
  const outcome = kind === 'came' ? after : before;
  return `${kind}  ${printable(shortNameOf(id))}, ${outcome === 'unreadable' ? 'which cannot be read' : 'which nothing from the Internet reaches'}`;
}

function summarise(told: readonly { readonly kind: Kind }[], { exposures }: Shown): string {
  if (told.length === 0)
    return `what can be reached of ${count(exposures.size, 'interface or scale set', 'interfaces and scale sets')} is the same`;
  const counts = order.flatMap((kind) => {
    const number = told.filter((one) => one.kind === kind).length;
    return number === 0 ? [] : [`${number} ${kind}`];
  });
  return `${told.length} of ${count(exposures.size, 'interface or scale set', 'interfaces and scale sets')}: ${counts.join(', ')}`;
}

function showChange(change: ExposureChange, kind: Kind, paper: Paper): readonly string[] {
  const { id, machine, before, after, opened, closed, lost, latent, unknown, known } = change;
  const behind = machine === null || machine === id ? '' : `, machine ${shortNameOf(machine)}`;
  const turned = before !== null && after !== null && before !== after ? `: ${before} -> ${after}` : '';
  const line = (label: string, text: string) =>
    `  ${label.padEnd(10)}${wrapText(printable(text), Math.max(40, paper.columns - 12), ' '.repeat(12))}`;
  return [
    paint(printable(`${kind}  ${shortNameOf(id)}${behind}${turned}`), 'bold', paper),
    ...opened.map((part) =>
      line('open now', `${describePart(part)}${part.wasUnknown ? '; whether it was before could not be known' : ''}`),
    ),
    ...lost.map((part) => line('unknown', `${describePart(part)}; it was open before, and whether it still is cannot be known`)),
    ...closed.map((part) => line('closed', describePart(part))),
    ...latent.map((part) => line('latent', describeLatent(part))),
    ...unknown.map((part) => line('unknown', describeUnknown(part))),
    ...known.map((part) => line('known now', describeUnknown(part).replace('cannot be known', 'could not be known before'))),
  ];
}

function describePart(part: ChangedPart): string {
  const by = part.rules.length === 0 ? '' : `, by ${part.rules.join(', ')}`;
  return part.reach === null ? describeLatent(part) : `${describeReach(part, part.reach)}${by}`;
}

/** All but a few is shorter than all the rest. */
function describeLatent(part: ChangedPart): string {
  const { sources, whole, allowedSources } = part;
  if (allowedSources.length === 0 || whole.length + allowedSources.length >= sources.length) return describeOpenRule(part);
  return describeOpenRule({ ...part, sources: [`${whole.join(', ')} but for ${allowedSources.join(', ')}`] });
}
