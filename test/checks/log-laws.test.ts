import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check as consolesCheck } from '../../src/checks/audit-consoles.ts';
import { check as retentionCheck } from '../../src/checks/audit-retention.ts';
import { check as coverageCheck } from '../../src/checks/monitoring-coverage.ts';
import type { Fault } from '../../src/domain/fault.ts';
import type { Judgement } from '../../src/domain/finding.ts';
import type { LogTablesFact } from '../../src/logs/log-facts.ts';
import { fault } from '../support/arbitrary-facts.ts';
import { declaredApplication, logTables, lookedAtMs } from '../support/arbitrary-log-facts.ts';
import { judgeAll, resourceOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.OperationalInsights/workspaces', 'one');
const portal = { name: 'portal', owner: 'Jane Doe', table: 'AzureActivity', applications: [declaredApplication], quietMinutes: 60 };
const consoles = [portal, { ...portal, table: 'SigninLogs' }, { ...portal, table: 'AuditLogs' }];
const here = consoles.map((one) => ({ ...one, workspace: 'one' }));
const elsewhere = here.map((one) => ({ ...one, workspace: one.table === 'SigninLogs' ? 'other' : 'one' }));
const withOther = logTables.map((fact): LogTablesFact => ({ ...fact, workspaces: ['one', 'other'] }));
const monitors = ['security', 'performance', 'availability'].map((kind, index) => {
  const { name = '', owner = '', table = '', workspace = '' } = here[index] ?? {};
  return { name, kind, owner, table, workspace, everyMinutes: 60 };
});
const ownLooks = {
  from: new Date(lookedAtMs - 86_400_000).toISOString(),
  to: new Date(lookedAtMs).toISOString(),
  looks: [{ name: 'logs', due: 288, done: 288, late: 0 }],
};
const checks = [
  { what: 'audit-consoles', check: consolesCheck, parameters: { consoles: here }, facts: logTables },
  { what: 'audit-consoles, sign-ins elsewhere', check: consolesCheck, parameters: { consoles: elsewhere }, facts: withOther },
  { what: 'audit-consoles, no workspace named', check: consolesCheck, parameters: { consoles }, facts: logTables },
  { what: 'audit-retention', check: retentionCheck, parameters: {}, facts: logTables },
  { what: 'audit-retention, a lock is enough', check: retentionCheck, parameters: { immutable: 'lock' }, facts: logTables },
  { what: 'monitoring-coverage', check: coverageCheck, parameters: { monitors }, facts: logTables },
] as const;
type Place = { readonly part: 'applications' | 'locks' | 'exports' } | { readonly part: 'tables'; readonly table: string };

const placeOf = ({ tables }: LogTablesFact): fc.Arbitrary<Place> =>
  fc.constantFrom<Place>(
    { part: 'applications' },
    { part: 'locks' },
    { part: 'exports' },
    ...Object.keys(tables).map((table) => ({ part: 'tables', table }) as const),
  );

function withPart(fact: LogTablesFact, place: Place, other: LogTablesFact): LogTablesFact {
  if (place.part !== 'tables') return { ...fact, [place.part]: other[place.part] };
  const told = other.tables[place.table];
  return told === undefined ? fact : { ...fact, tables: { ...fact.tables, [place.table]: told } };
}

function isBlind(fact: LogTablesFact, place: Place): boolean {
  const told = place.part === 'tables' ? fact.tables[place.table] : fact[place.part];
  return told === undefined || 'fault' in told;
}

/** A fault in place of everything that can have one. */
function blindTo(fact: LogTablesFact, cause: Fault): LogTablesFact {
  const tables = Object.fromEntries(Object.keys(fact.tables).map((table) => [table, { fault: cause }]));
  return { ...fact, tables, applications: { fault: cause }, locks: { fault: cause }, exports: { fault: cause } };
}

describe.each(checks)('$what', ({ check, parameters, facts }) => {
  const judge = (fact: LogTablesFact): readonly Judgement[] =>
    judgeAll(
      check,
      { resource: { id: subject.id, properties: { retentionInDays: 90 } }, 'log-tables': fact, 'own-looks': ownLooks },
      { subject, parameters, asOf: new Date(lookedAtMs).toISOString() },
    );
  const statuses = (fact: LogTablesFact) => judge(fact).map(({ status }) => status);

  /** Whatever is said in spite of a fault must be true whatever the fault hides. */
  test('a fault in place of anything seen never gives a verdict that depended on it', () => {
    const hidden = fc
      .tuple(logTables, logTables, fault)
      .chain(([fact, other, cause]) => fc.tuple(fc.constant({ fact, other, cause }), placeOf(fact)));
    fc.assert(
      fc.property(hidden, ([{ fact, other, cause }, place]) => {
        fc.pre(!isBlind(other, place));
        const blind = statuses(withPart(fact, place, blindTo(fact, cause)));
        const revealed = statuses(withPart(fact, place, other));
        blind.forEach((status, index) => {
          if (status !== 'unknown') expect(revealed[index]).toBe(status);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('faults in place of everything are unknown', () => {
    fc.assert(
      fc.property(facts, (fact) => {
        expect(new Set(statuses(blindTo(fact, { code: 'denied', message: 'no' })))).toEqual(new Set(['unknown']));
      }),
    );
  });

  test('the order of tables, applications, locks and copies changes nothing', () => {
    const turned = <Value>(told: { readonly is: readonly Value[] } | { readonly fault: never } | object) =>
      'is' in told && Array.isArray(told.is) ? { is: told.is.toReversed() } : told;
    fc.assert(
      fc.property(facts, (fact) => {
        const other = {
          ...fact,
          tables: Object.fromEntries(Object.entries(fact.tables).toReversed()),
          applications: turned(fact.applications),
          locks: turned(fact.locks),
          exports: turned(fact.exports),
        } as LogTablesFact;
        expect(statuses(other)).toEqual(statuses(fact));
      }),
    );
  });

  test('the made-up facts hold what passes and what fails, so that the laws above say something', () => {
    const seen = new Set(fc.sample(facts, { numRuns: 1_000, seed: 7 }).map((fact) => statuses(fact).at(-1)));
    expect([...seen]).toEqual(expect.arrayContaining(['pass', 'fail', 'unknown']));
  });
});
