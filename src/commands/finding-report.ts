import type { Check } from '../domain/check.ts';
import type { Finding } from '../domain/finding.ts';
import type { Plan } from '../domain/plan.ts';
import { alignRows, type Paper, paint, printable, showStatus, wrapText } from './text.ts';

interface CheckFinding {
  readonly check: string;
  readonly finding: Finding;
}

/** One block per subject: a line per check, and under what is not pass why, and what to do. */
export function showFindings(findings: readonly CheckFinding[], checks: ReadonlyMap<string, Check>, plan: Plan, paper: Paper): string {
  const bySubject = Map.groupBy(findings, ({ finding }) => finding.subject);
  return [...bySubject]
    .map(([subject, own]) => {
      const blocks = [...Map.groupBy(own, ({ check }) => check)].map(([id, both]) =>
        showCheck(
          id,
          both.map(({ finding }) => finding),
          checks,
          plan,
          paper,
        ),
      );
      const heading = subject === '*' ? 'nothing to look at' : printable(subject);
      return [paint(heading, 'bold', paper), ...blocks].join('\n');
    })
    .join('\n\n');
}

function showCheck(id: string, findings: readonly Finding[], checks: ReadonlyMap<string, Check>, plan: Plan, paper: Paper): string {
  const check = checks.get(id);
  const literal = findings.find((finding) => finding.interpretation === 'literal');
  const intent = findings.find((finding) => finding.interpretation === 'intent');
  const main = intent ?? literal;
  if (main === undefined) return '';
  // Where both interpretations say the same, one is shown.
  const both = literal !== undefined && literal.status !== main.status ? `literal ${literal.status}` : '';
  const head = alignRows([[padded(showStatus(main.status, paper), main.status), id.padEnd(24), paint(both, 'dim', paper)]], '  ');
  if (main.status === 'pass') return head;
  return [head, ...explain(main, check, plan, paper)].join('\n');
}

function padded(shown: string, status: string): string {
  return shown + ' '.repeat(Math.max(0, 'unknown'.length - status.length));
}

function explain(finding: Finding, check: Check | undefined, plan: Plan, paper: Paper): readonly string[] {
  const indent = ' '.repeat(13);
  const width = Math.max(40, paper.columns - indent.length - 10);
  const line = (label: string, text: string) =>
    `${indent}${paint(label.padEnd(9), 'dim', paper)} ${wrapText(printable(text), width, `${indent}${' '.repeat(10)}`)}`;
  const subject = plan.subjects.find((candidate) => candidate.id === finding.subject);
  const repeat = check && subject ? [line('repeat', check.repeat(subject))] : [];
  const mend = check && finding.status === 'fail' ? [line('mend', check.mend)] : [];
  return [line('observed', finding.observed), line('expected', finding.expected), line('rule', finding.rule), ...mend, ...repeat];
}
