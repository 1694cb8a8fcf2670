import { expect, test } from 'vitest';
import { check as consoles } from '../../src/checks/audit-consoles.ts';
import { check as freshness } from '../../src/checks/audit-freshness.ts';
import { check as coverage } from '../../src/checks/monitoring-coverage.ts';
import { check as heartbeats } from '../../src/checks/monitoring-heartbeats.ts';
import { resourceOf } from '../support/judge.ts';

const workspace = resourceOf('Microsoft.OperationalInsights/workspaces');

test.each([
  ['audit-consoles', consoles, workspace],
  ['monitoring-coverage', coverage, workspace],
  ['monitoring-heartbeats', heartbeats, resourceOf('Microsoft.Compute/virtualMachines')],
  ['audit-freshness', freshness, resourceOf('Microsoft.Resources/subscriptions')],
] as const)(
  'what %s saw can be repeated as it stands: nothing is left to fill in, and quotes end where they begin',
  (_id, check, subject) => {
    const command = check.repeat(subject);
    expect(command).not.toMatch(/<[a-z ]+>/i);
    expect(command).toContain('az monitor log-analytics query --workspace "$');
    for (const [, query] of command.matchAll(/--analytics-query "([^"]*)"/g)) expect(query).toMatch(/^\w+ .*\| \w+ [\w ,()=]+$/);
  },
);

test('the workspace is asked by its own id, and the machine is looked for in each', () => {
  expect(coverage.repeat(workspace)).toContain(`az monitor log-analytics workspace show --ids '${workspace.id}' --query customerId`);
  const machine = resourceOf('Microsoft.Compute/virtualMachines');
  expect(heartbeats.repeat(machine)).toContain(`Heartbeat | where _ResourceId =~ '${machine.id}'`);
  expect(heartbeats.repeat(machine)).toMatch(/for workspace in \$\(az graph query .*; done$/);
});
