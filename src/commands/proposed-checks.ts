import type { Check } from '../domain/check.ts';
import type { Proposal } from './proposal.ts';
import { proposeInventory } from './proposed-inventory.ts';
import { proposeRegions } from './proposed-regions.ts';
import { replaceLine } from './yaml-paragraphs.ts';

/** The packaged list of checks, with what the look says of some of them. */
export function proposeChecks(paragraph: string, proposal: Proposal): string {
  let text = paragraph;
  for (const [id, check] of proposal.checks) {
    const words = [...proposeParameters(id, proposal), ...proposeNone(check, proposal)];
    if (words.length > 0) text = replaceLine(text, `  ${id}: `, (line) => openCheck(line, words));
  }
  return text;
}

function proposeParameters(id: string, proposal: Proposal): readonly string[] {
  if (id === 'hosting-regions') return ['parameters:', ...indent(proposeRegions(proposal))];
  if (id === 'hosting-inventory') return ['parameters:', ...indent(proposeInventory(proposal))];
  return [];
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

/** That there is nothing is proposed only where everything was listed; nothing where there is something. */
function proposeNone(check: Check, { survey, today }: Proposal): readonly string[] {
  if (check.subjects === 'endpoint') return [];
  const lists = check.subjects.resources.map((type) => survey.lists.get(type));
  if (lists.some((list) => list !== undefined && list.listed > 0)) return [];
  if (lists.some((list) => list === undefined || list.faults > 0))
    return ['# could not be seen everywhere, so nobody can say that there is none'];
  return ['# nothing found; sign to make it not applicable', `# noneExpected: { by: "<your name>", on: ${today} }`];
}
