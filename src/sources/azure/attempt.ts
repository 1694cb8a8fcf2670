import { type Fault, FaultError } from '../../domain/fault.ts';

export type Attempted<T> = { readonly value: T } | { readonly fault: Fault };

/** A fault is what a part of the estate is blind by; anything else is our defect and ends the look. */
export async function attempt<T>(work: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.fault };
    throw error;
  }
}
