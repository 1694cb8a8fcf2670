import { dirname, resolve } from 'node:path';
import type { Check } from '../domain/check.ts';
import { type Claim, interpretations, type Register } from '../domain/claim.ts';
import { type Problem, refuseProblems } from './configuration-error.ts';
import { type ConfigurationFile, readConfigurationFile } from './configuration-file.ts';
import { claimSchema, notTestableSchema, registerSections } from './register-schema.ts';
import { validate } from './validate.ts';

/**
 * The register alone, for what needs no configuration.
 * @throws ConfigurationError with every mistake of the file.
 */
export async function loadRegister(path: string): Promise<Register> {
  const problems: Problem[] = [];
  const absolute = resolve(path);
  const { register } = readRegister(await readConfigurationFile(absolute, dirname(absolute), problems));
  refuseProblems(problems);
  return register;
}

export interface ReadRegister {
  readonly register: Register;
  /** Claim id -> its index in the file. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** False where some claim was refused, so that nothing can be said about what is missing. */
  readonly complete: boolean;
}

/** What could be read; mistakes are reported. */
export function readRegister(file: ConfigurationFile): ReadRegister {
  const nothing: ReadRegister = { register: { claims: [], notTestable: [] }, indexOf: new Map(), complete: false };
  if (file.value === undefined) return nothing;
  const sections = validate(registerSections, file.value, file, []);
  if (sections === undefined) return nothing;
  const claims: Claim[] = [];
  const indexOf = new Map<string, number>();
  for (const [index, written] of sections.claims.entries()) {
    const claim = validate(claimSchema, written, file, ['claims', index]);
    if (claim === undefined) continue;
    const earlier = indexOf.get(claim.id);
    if (earlier !== undefined) {
      file.report(['claims', index, 'id'], {
        message: `the id "${claim.id}" stands at claims[${earlier}] too`,
        remedy: 'give one of the two another id',
      });
    }
    indexOf.set(claim.id, index);
    claims.push(claim);
  }
  const notTestable = sections.notTestable.flatMap(
    (written, index) => validate(notTestableSchema, written, file, ['notTestable', index]) ?? [],
  );
  const complete = indexOf.size === sections.claims.length;
  return { register: { claims, notTestable }, indexOf, complete };
}

/** A claim is served by a check or says why it is not; one that is served may say what is not looked at yet. `checks` are all that exist, configured or not. */
export function checkCoverage({ register, indexOf }: ReadRegister, checks: ReadonlyMap<string, Check>, file: ConfigurationFile): void {
  for (const claim of register.claims) {
    const serving = [...checks].filter(([, check]) => check.claims.some((served) => served.claim === claim.id)).map(([id]) => id);
    const path = ['claims', indexOf.get(claim.id) ?? 0];
    if (serving.length === 0 && claim.unchecked === undefined && !isNeverTestable(claim)) {
      file.report(path, { message: `no check serves the claim "${claim.id}"`, remedy: 'add "unchecked: why", or a check that serves it' });
    }
  }
}

function isNeverTestable(claim: Claim): boolean {
  return interpretations.every((interpretation) => claim[interpretation].kind === 'not-testable');
}
