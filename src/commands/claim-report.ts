import type { Check } from '../domain/check.ts';
import type { Claim, Interpretation } from '../domain/claim.ts';
import { type ClaimStatus, claimStatuses, type StatusCheck } from '../domain/claim-status.ts';
import type { Plan } from '../domain/plan.ts';
import type { CheckStatus } from '../domain/ports.ts';
import { gravestStatus } from '../domain/status.ts';
import { type ExitCode, exitCodes } from './roof.ts';
import { alignRows, type Paper, paint, showStatus } from './text.ts';

/** A claim with both its interpretations, as people and machines read it. */
export interface ClaimLine {
  readonly claim: Claim;
  readonly literal: ClaimStatus;
  readonly intent: ClaimStatus;
  /** At least one configured check serves it. */
  readonly checked: boolean;
}

export function statusChecks(plan: Plan, checks: ReadonlyMap<string, Check>): ReadonlyMap<string, StatusCheck> {
  return new Map(
    plan.checks.flatMap((configured): readonly [string, StatusCheck][] => {
      const check = checks.get(configured.id);
      return check === undefined ? [] : [[configured.id, { claims: check.claims, maxAgeMs: configured.maxAgeMs }]];
    }),
  );
}

export function claimLines(
  plan: Pick<Plan, 'register'>,
  checks: ReadonlyMap<string, StatusCheck>,
  recorded: readonly CheckStatus[],
  nowMs: number,
): readonly ClaimLine[] {
  const all = claimStatuses(plan.register, checks, recorded, nowMs);
  return plan.register.claims.flatMap((claim) => {
    const of = (interpretation: Interpretation) =>
      all.find((status) => status.claim === claim.id && status.interpretation === interpretation);
    const literal = of('literal');
    const intent = of('intent');
    return literal && intent ? [{ claim, literal, intent, checked: literal.checks.length + intent.checks.length > 0 }] : [];
  });
}

/** By intent and by literals that bind, over the claims that have a check and what their checks say; nothing to go by is unknown. */
export function exitCodeOf(lines: readonly ClaimLine[]): ExitCode {
  const counted = lines.flatMap((line) => {
    const own = line.intent.checks.length > 0 ? [line.intent] : [];
    return line.claim.literal.kind === 'binding' && line.literal.checks.length > 0 ? [line.literal, ...own] : own;
  });
  const known = counted.flatMap(({ checked }) => checked ?? []);
  const judged = known.filter((status) => status !== 'not-applicable');
  // Of nothing else than what is signed to be empty, nothing is wrong and nothing unknown.
  if (judged.length === 0 && known.length > 0) return exitCodes.pass;
  switch (gravestStatus(judged)) {
    case 'fail':
      return exitCodes.fail;
    case 'unknown':
      return exitCodes.unknown;
    default:
      return exitCodes.pass;
  }
}

export function showClaims(lines: readonly ClaimLine[], paper: Paper): string {
  const rows = lines.map((line) => [
    line.claim.id,
    showStatus(line.literal.status, paper) + (line.claim.literal.kind === 'text-defect' ? paint(' (text defect)', 'dim', paper) : ''),
    showStatus(line.intent.status, paper),
    paint([explainUnknown(line), line.checked ? (line.claim.unchecked ?? '') : ''].filter((text) => text !== '').join('; '), 'dim', paper),
  ]);
  const head = ['claim', 'literal', 'intent', ''].map((title) => paint(title, 'dim', paper));
  return alignRows([head, ...rows], '', paper.columns);
}

function explainUnknown(line: ClaimLine): string {
  if (!line.checked) return line.claim.unchecked ?? '';
  const text = becauseText(line);
  // Beside a failure of the intent it would read as if it were said of that.
  return text !== '' && line.intent.because === null && line.intent.status === 'fail' ? `literal: ${text}` : text;
}

function becauseText(line: ClaimLine): string {
  switch (line.intent.because ?? line.literal.because) {
    case 'no-run':
      return 'no run yet';
    case 'stale':
      return 'the last look is older than the check allows';
    case 'partly-checked':
      return 'what is checked passes; the rest is open';
    case 'findings':
      return unknownLiteralOnly(line) ? 'the sentence can only be refuted' : 'something could not be seen';
    default:
      return '';
  }
}

function unknownLiteralOnly(line: ClaimLine): boolean {
  return line.intent.because === null && line.claim.literal.kind === 'text-defect';
}

export function summarise(lines: readonly ClaimLine[]): string {
  const checked = lines.filter((line) => line.checked);
  const count = (status: string) => checked.filter((line) => gravestCounted(line) === status).length;
  const unchecked = lines.length - checked.length;
  const partly = checked.filter((line) => line.claim.unchecked !== undefined).length;
  const inPart = partly === 0 ? '' : `, ${partly === checked.length ? 'all' : partly} of them in part`;
  const results = `${count('pass')} pass, ${count('fail')} fail, ${count('unknown')} unknown, ${count('waived')} waived, ${count('not-applicable')} not applicable`;
  return `${checked.length} of ${lines.length} claims are checked${inPart}; what is checked: ${results}. ${unchecked} have no check yet and are unknown.`;
}

/** The status that a claim counts with: of its intent, and of its literal where that binds. */
function gravestCounted(line: ClaimLine): string {
  const code = exitCodeOf([line]);
  if (code === exitCodes.fail) return 'fail';
  if (code === exitCodes.unknown) return 'unknown';
  const all = [line.intent.checked, line.literal.checked];
  if (all.every((status) => status === 'not-applicable' || status === null)) return 'not-applicable';
  return all.includes('waived') ? 'waived' : 'pass';
}

export function claimLineJson(line: ClaimLine): object {
  const { claim, literal, intent } = line;
  return {
    claim: claim.id,
    quotes: claim.quotes,
    literal: { standing: claim.literal.kind, status: literal.status, because: literal.because, checked: literal.checked },
    intent: { standing: claim.intent.kind, status: intent.status, because: intent.because, checked: intent.checked },
    checks: [...new Set([...literal.checks, ...intent.checks].map((status) => status.check))],
    unchecked: claim.unchecked ?? null,
  };
}
