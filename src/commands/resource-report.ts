import type { Check } from '../domain/check.ts';
import type { Finding, FindingStatus } from '../domain/finding.ts';
import type { Plan } from '../domain/plan.ts';
import { type CheckFinding, explainFinding, isNotProvable } from './finding-report.ts';
import { alignRows, type Paper, paint, printable, showStatus } from './text.ts';

/** Of resources that a check says the same of, so many are named; the machine-readable output names all. */
const mostNamed = 10;

/** By check: how many pass, and what does not, with the resources of which the same is said under one explanation. */
export function showResourceFindings(
  findings: readonly CheckFinding[],
  checks: ReadonlyMap<string, Check>,
  plan: Plan,
  paper: Paper,
): string {
  return [...Map.groupBy(findings, ({ check }) => check)]
    .map(([id, own]) =>
      showCheck(
        id,
        own.map(({ finding }) => finding),
        checks.get(id),
        plan,
        paper,
      ),
    )
    .join('\n\n');
}

function showCheck(id: string, findings: readonly Finding[], check: Check | undefined, plan: Plan, paper: Paper): string {
  const told = [...Map.groupBy(findings, ({ subject }) => subject).values()].flatMap(gravestOf);
  const passes = told.filter(({ status }) => status === 'pass').length;
  const groups = [
    ...Map.groupBy(told.filter(needsWords), ({ status, observed, expected }) => `${status}\n${observed}\n${expected}`).values(),
  ];
  const counts = [...new Set(groups.map(([first]) => first?.status ?? 'unknown'))].map((status) => {
    const count = groups.filter(([first]) => first?.status === status).reduce((sum, group) => sum + group.length, 0);
    return `${showStatus(status, paper)} ${count}`;
  });
  const passed = passes === 0 ? [] : [`${showStatus('pass', paper)} ${passes}`];
  const head = `${paint(id, 'bold', paper)}  ${[...counts, ...passed].join('  ')}`;
  return [head, ...groups.map((group) => showGroup(group, check, plan, paper))].join('\n');
}

function showGroup(group: readonly Finding[], check: Check | undefined, plan: Plan, paper: Paper): string {
  const [first] = group;
  if (first === undefined) return '';
  const label = (text: string) => paint(text.padEnd(9), 'dim', paper);
  const named = group
    .slice(0, mostNamed)
    .map(({ subject }, index) => `${' '.repeat(13)}${label(index === 0 ? 'resource' : '')} ${printable(subject)}`);
  const more = group.length - named.length;
  const rest = more > 0 ? [`${' '.repeat(13)}${label('')} and ${more} more (--json names all)`] : [];
  const literal = first.interpretation === 'literal' ? '  (literal)' : '';
  const head = alignRows([
    [`  ${showStatus(first.status, paper)}`, `${group.length === 1 ? '1 resource' : `${group.length} resources`}${literal}`],
  ]);
  return [head, ...named, ...rest, ...explainFinding(first, check, plan, paper)].join('\n');
}

/** One finding for each subject: of both interpretations the graver one, the intent where they are equal. */
function gravestOf(own: readonly Finding[]): readonly Finding[] {
  const gravity: readonly FindingStatus[] = ['fail', 'unknown', 'waived', 'pass'];
  const sorted = own.toSorted((a, b) => gravity.indexOf(a.status) - gravity.indexOf(b.status) || (a.interpretation === 'intent' ? -1 : 1));
  return sorted.slice(0, 1);
}

function needsWords(finding: Finding): boolean {
  return finding.status !== 'pass' && !isNotProvable(finding);
}
