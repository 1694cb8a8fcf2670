/** Why we could not look. `unsupported`: our client cannot ask. `defect`: our own code failed. */
export type FaultCode = 'timeout' | 'unreachable' | 'denied' | 'throttled' | 'malformed' | 'partial' | 'unsupported' | 'defect';
export const faultCodes: readonly FaultCode[] = [
  'timeout',
  'unreachable',
  'denied',
  'throttled',
  'malformed',
  'partial',
  'unsupported',
  'defect',
];

/** `message` is for people and holds nothing that changes from look to look (no durations, no ports of ours). */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
}

/** Thrown inside a source; the engine turns every other exception into the fault `defect`. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = { code, message };
  }
}
