import type { Check } from '../domain/check.ts';
import type { Proposal } from './proposal.ts';
import { proposeInventory } from './proposed-inventory.ts';
import { proposeRegions } from './proposed-regions.ts';
import { replaceLine } from './yaml-paragraphs.ts';

/** The packaged list of checks, with what the look says of some of them. */
export function proposeChecks(paragraph: string, proposal: Proposal): string {
  let text = paragraph;
  text = replaceLine(text, '  hosting-regions: ', (line) => openCheck(line, ['parameters:', ...indent(proposeRegions(proposal))]));
  text = replaceLine(text, '  hosting-inventory: ', (line) => openCheck(line, ['parameters:', ...indent(proposeInventory(proposal))]));
  for (const [id, check] of proposal.checks) {
    const words = proposeNone(check, proposal);
    if (words !== null) text = replaceLine(text, `  ${id}: `, (line) => openCheck(line, words));
  }
  return text;
}

/** `  a: { maxAge: 5m }   # note` becomes a block, so that more can stand in it. */
function openCheck(line: string, words: readonly string[]): string {
  const [, id, maxAge] = /^ {2}([a-z0-9-]+): \{ maxAge: (\w+) \}/.exec(line) ?? [];
  if (id === undefined || maxAge === undefined) throw new Error(`the packaged settings write a check as ${JSON.stringify(line)}`);
  return [`  ${id}:`, `    maxAge: ${maxAge}`, ...indent(indent(words))].join('\n');
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** That there is nothing is proposed only where everything was listed; null where there is something. */
function proposeNone(check: Check, { survey, today }: Proposal): readonly string[] | null {
  if (check.subjects === 'endpoint') return null;
  const lists = check.subjects.resources.map((type) => survey.lists.get(type));
  if (lists.some((list) => list !== undefined && list.listed > 0)) return null;
  if (lists.some((list) => list === undefined || list.faults > 0))
    return ['# could not be seen everywhere, so nobody can say that there is none'];
  return ['# nothing found; sign to make it not applicable', `# noneExpected: { by: "<your name>", on: ${today} }`];
}
