import type { Check } from '../domain/check.ts';
import type { Finding } from '../domain/finding.ts';
import type { Plan } from '../domain/plan.ts';
import { subjectOf } from './subject-of.ts';
import { alignRows, type Paper, paint, printable, showStatus, wrapText } from './text.ts';

export interface CheckFinding {
  readonly check: string;
  readonly finding: Finding;
}

/** One block per subject: a line per check, and under what is not pass why, and what to do. */
export function showFindings(findings: readonly CheckFinding[], checks: ReadonlyMap<string, Check>, plan: Plan, paper: Paper): string {
  const bySubject = Map.groupBy(findings, ({ finding }) => finding.subject);
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  return [...bySubject]
    .map(([subject, own]) => {
      const blocks = [...Map.groupBy(own, ({ check }) => check)].map(([id, both]) =>
        showCheck(
          id.padEnd(width),
          both.map(({ finding }) => finding),
          checks.get(id),
          plan,
          paper,
        ),
      );
      const heading = subject === '*' ? 'nothing to look at' : printable(subject);
      return [paint(heading, 'bold', paper), ...blocks].join('\n');
    })
    .join('\n\n');
}

function showCheck(id: string, findings: readonly Finding[], check: Check | undefined, plan: Plan, paper: Paper): string {
  const literal = findings.find((finding) => finding.interpretation === 'literal');
  const intent = findings.find((finding) => finding.interpretation === 'intent');
  const main = intent ?? literal;
  if (main === undefined) return '';
  // Where both interpretations say the same, one is shown.
  const differs = literal !== undefined && (literal.status !== main.status || intent === undefined);
  const both = differs ? describeLiteral(literal) : '';
  const head = alignRows([[padded(showStatus(main.status, paper), main.status), id, paint(both, 'dim', paper)]], '  ');
  const told = [main, literal].find((finding) => finding?.status === 'fail') ?? [main, literal].find(needsWords);
  return told === undefined ? head : [head, ...explainFinding(told, check, plan, paper)].join('\n');
}

function describeLiteral(literal: Finding): string {
  return isNotProvable(literal) ? 'literal unknown: it can only be refuted' : `literal ${literal.status}`;
}

function needsWords(finding: Finding | undefined): boolean {
  return finding !== undefined && finding.status !== 'pass' && !isNotProvable(finding);
}

export function isNotProvable(finding: Finding): boolean {
  return finding.status === 'unknown' && finding.reason === 'not-provable';
}

function padded(shown: string, status: string): string {
  return shown + ' '.repeat(Math.max(0, 'unknown'.length - status.length));
}

export function explainFinding(finding: Finding, check: Check | undefined, plan: Plan, paper: Paper): readonly string[] {
  const indent = ' '.repeat(13);
  const width = Math.max(40, paper.columns - indent.length - 10);
  const line = (label: string, text: string) =>
    `${indent}${paint(label.padEnd(9), 'dim', paper)} ${wrapText(printable(text), width, `${indent}${' '.repeat(10)}`)}`;
  const subject = subjectOf(plan, finding.subject);
  // On one line, however long: it is there to be copied.
  const repeat = check && subject ? [`${indent}${paint('repeat'.padEnd(9), 'dim', paper)} ${printable(check.repeat(subject))}`] : [];
  const mend = check && finding.status === 'fail' ? [line('mend', check.mend)] : [];
  return [line('observed', finding.observed), line('expected', finding.expected), line('rule', finding.rule), ...mend, ...repeat];
}
