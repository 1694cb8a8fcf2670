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
  /** What one cause is about, where a look can be blind in more than one way at a time: an action that is not allowed, a subscription. */
  readonly about?: string;
}

/** Thrown inside a source; the engine turns every other exception into the fault `defect`. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;

  constructor(code: FaultCode, message: string, options?: ErrorOptions & { readonly about?: string }) {
    super(message, options);
    this.fault = { code, message, ...(options?.about === undefined ? {} : { about: options.about }) };
  }
}
