import type { PropertyVerdict } from '../domain/judge-properties.ts';
import { nameSome } from '../domain/resource-sorting.ts';
import { type Place, tableOf } from './declared-logs.ts';
import type { LogTablesFact, SignInApplication } from './log-facts.ts';

/** The table in which the sign-ins of people are. */
export const signInTable = 'SigninLogs';

/**
 * By these names Azure Resource Manager stands as the resource of a sign-in; by its application id where it has no name. Entra writes some of them in lower
 * case.
 */
export const resourceManagerNames = [
  'Windows Azure Service Management API',
  'Azure Resource Manager',
  '797f4846-ba00-4fd7-ba43-dac1f8f63013',
];

/** Who may sign in to what, and where the sign-ins of people are to be seen. */
export interface KnownSignIns {
  /** Ids of applications. */
  readonly applications: readonly string[];
  /** Names or ids of what was signed in to; a sign-in to anything else is no console's. */
  readonly resources: readonly string[];
  /** Where the table of the sign-ins stands, of each console that declares it: only of a declared log is judged whether it arrives. */
  readonly places: readonly Place[];
}

/** An application by which people reached the control plane is a console, declared or not. */
export function judgeSignIns(
  { applications, tables }: Pick<LogTablesFact, 'applications' | 'tables'>,
  known: KnownSignIns,
): readonly PropertyVerdict[] {
  const [undeclared] = nameSome('people signed in by what no console declares:', undeclaredOf(applications, known).map(describe));
  if (undeclared !== undefined) return [{ rule: signInRule, observed: undeclared, status: 'fail', response: 'ticket' }];
  const table = tableOf({ tables }, signInTable);
  const isElsewhere = known.places.length > 0 && known.places.every((place) => place === 'elsewhere');
  if (isElsewhere && table !== null && 'is' in table && !table.is.isThere) return [];
  if ('fault' in applications) {
    const observed = `by which applications people signed in: ${applications.fault.message}`;
    return [{ rule: signInRule, observed, status: 'unknown', reason: applications.fault.code }];
  }
  return known.places.length === 0
    ? [undeclaredTable]
    : [{ rule: signInRule, observed: 'people signed in by declared applications only', status: 'pass' }];
}

function undeclaredOf(
  applications: LogTablesFact['applications'],
  known: Pick<KnownSignIns, 'applications' | 'resources'>,
): readonly SignInApplication[] {
  if ('fault' in applications) return [];
  return applications.is.filter(({ id, resource }) => holdsText(known.resources, resource) && !holdsText(known.applications, id));
}

const signInRule = 'SigninLogs.AppId';
const undeclaredTable: PropertyVerdict = {
  rule: signInRule,
  observed: `by which applications people signed in is not known: no console names the table ${signInTable}, so that nobody sees whether it arrives; declare the console of Entra with it`,
  status: 'unknown',
  reason: 'unsupported',
};

function describe({ id, name, resource }: SignInApplication): string {
  return `${name === '' ? 'an application without a name' : name} (${id}) to ${resource}`;
}

function holdsText(texts: readonly string[], wanted: string): boolean {
  return texts.some((text) => text.trim().toLowerCase() === wanted.trim().toLowerCase());
}
