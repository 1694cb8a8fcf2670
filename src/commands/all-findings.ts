import type { Check } from '../domain/check.ts';
import type { Plan } from '../domain/plan.ts';
import { type CheckFinding, showFindings } from './finding-report.ts';
import { showResourceFindings } from './resource-report.ts';
import type { Paper } from './text.ts';

/** Endpoints one by one, since each has many checks; resources by check, since there are many of them. */
export function showAllFindings(findings: readonly CheckFinding[], checks: ReadonlyMap<string, Check>, plan: Plan, paper: Paper): string {
  const isOfResources = ({ check }: CheckFinding): boolean => {
    const subjects = checks.get(check)?.subjects;
    return subjects !== undefined && subjects !== 'endpoint';
  };
  const endpoints = findings.filter((one) => !isOfResources(one));
  const resources = findings.filter(isOfResources);
  return [
    ...(endpoints.length === 0 ? [] : [showFindings(endpoints, checks, plan, paper)]),
    ...(resources.length === 0 ? [] : [showResourceFindings(resources, checks, plan, paper)]),
  ].join('\n\n');
}
