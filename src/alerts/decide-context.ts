import type { Change } from '../domain/change.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { Response } from '../domain/finding.ts';
import type { AlertingPlan, Mode } from '../domain/plan.ts';

/** What deciding needs beside the open alerts and the run; plain data and pure look-ups. */
export interface DecideContext {
  readonly nowMs: number;
  readonly mode: Mode;
  /** Name of the place from where was looked. */
  readonly vantage: string;
  readonly receivers: readonly RoutedReceiver[];
  readonly alerting: AlertingPlan;
  /** Answers for every configured check. */
  describe(check: string): CheckDescription;
  /** The last change of a subject that was known before deciding; null where none was, or where nobody could be asked. */
  changeOf(subject: string): Change | null;
}

export interface RoutedReceiver {
  readonly name: string;
  readonly kind: string;
  readonly responses: readonly Response[];
  /** It holds the open alerts itself: of alerts it gets no messages, of notices it does. */
  readonly isMirror?: boolean;
}

interface DescribedClaim {
  readonly id: string;
  readonly quote: string;
}

export interface CheckDescription {
  readonly title: string;
  readonly claims: readonly DescribedClaim[];
  /** Those that this interpretation of the check serves. */
  claimsUnder(interpretation: Interpretation): readonly DescribedClaim[];
  readonly response: Response;
  readonly mend: string;
  /** Only `binding` ever opens an alert. */
  standing(interpretation: Interpretation): 'binding' | 'text-defect' | 'not-testable';
  /** The command that repeats the look; null where the subject is not known any more. */
  repeat(subject: string): string | null;
}
