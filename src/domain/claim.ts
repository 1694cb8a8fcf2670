/** The sentence as written, or what a security engineer would require today. */
export type Interpretation = 'literal' | 'intent';
export const interpretations: readonly Interpretation[] = ['literal', 'intent'];

/**
 * How an interpretation of a claim is meant.
 * `binding`: alerts and exit codes follow it. `text-defect`: the sentence is badly worded; reported with a better wording, never told, never in an exit code.
 * `not-testable`: nobody could test it; `reason` says why.
 */
export type Standing =
  | { readonly kind: 'binding' }
  | { readonly kind: 'text-defect'; readonly defect: string; readonly betterWording: string }
  | { readonly kind: 'not-testable'; readonly reason: string };

/** One promise of the policy, quoted to the letter. */
export interface Claim {
  readonly id: string;
  /** Quotes from the policy, to the letter; more than one where two sentences repeat a promise. */
  readonly quotes: readonly string[];
  readonly document: 'security-policy' | 'privacy-policy';
  readonly owner: string;
  readonly literal: Standing;
  readonly intent: Standing;
  /** What the intent asks for, in one sentence. */
  readonly intentText: string;
  readonly controls: Controls;
  /** What no check looks at yet, and why; absent once everything that the claim needs is checked. */
  readonly unchecked?: string;
}

export interface Controls {
  readonly soc2: readonly string[];
  readonly iso27001: readonly string[];
  readonly cisAzure: readonly string[];
  readonly pciDss: readonly string[];
}

/** A sentence, or a part of one, that promises nothing a machine could test (the closed list). */
export interface NotTestable {
  readonly quote: string;
  readonly reason: string;
}

/** `config/claims.yaml`: every sentence of the Security Policy is quoted by a claim or by the closed list. */
export interface Register {
  readonly claims: readonly Claim[];
  readonly notTestable: readonly NotTestable[];
}
