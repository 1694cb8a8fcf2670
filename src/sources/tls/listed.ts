import type { Fault } from '../../domain/fault.ts';
import { suiteOfCode } from '../../transport/cipher-suites.ts';
import { groupOfCode } from '../../transport/named-groups.ts';
import type { Listed } from '../../transport/tls-facts.ts';
import type { Eliminated } from './eliminate.ts';

export function joinAll(parts: readonly Eliminated[]): Eliminated {
  return { accepted: parts.flatMap(({ accepted }) => accepted), faults: parts.flatMap(({ faults }) => faults) };
}

/** In the order of the codes, each once. */
export function listed({ accepted, faults }: Eliminated, nameOf: (code: number) => string): Listed {
  const codes = [...new Set(accepted)].toSorted((a, b) => a - b);
  return { accepted: codes.map(nameOf), fault: firstByName(faults) };
}

/** The same of many, in whatever order they came. */
function firstByName(faults: readonly Fault[]): Fault | null {
  return faults.toSorted((a, b) => (`${a.code} ${a.message}` < `${b.code} ${b.message}` ? -1 : 1))[0] ?? null;
}

export function nameOfSuite(code: number): string {
  return suiteOfCode(code)?.name ?? hexOf(code);
}

export function nameOfGroup(code: number): string {
  return groupOfCode(code)?.name ?? hexOf(code);
}

function hexOf(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
