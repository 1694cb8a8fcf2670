import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/monitoring-heartbeats.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('microsoft.compute/virtualmachines', 'vm-orders-1');
const asOf = '2026-11-24T08:00:00.000Z';
const machine = (code: unknown, more: object = {}) => ({
  properties: { timeCreated: '2026-05-01T00:00:00Z', extended: { instanceView: { powerState: { code } } }, ...more },
});
const running = machine('PowerState/running');
const heard = { workspaces: ['log-prod'], minutes: 15, isHeard: true, lastHeard: null };
const silent = { ...heard, isHeard: false, lastHeard: '2026-11-24T07:40:00.000Z' };
const never = { ...silent, lastHeard: null };
const made = (timeCreated: unknown) => machine('PowerState/running', { timeCreated });
const kept = (managedBy: string) => ({ ...running, managedBy });
const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/Shop/providers';
const judge = (resource: object, heartbeat: object, parameters: object = {}) =>
  judgeOne(check, 'intent', { resource, heartbeat }, { subject, parameters, asOf });

describe('monitoring-heartbeats', () => {
  const rows: readonly [what: string, resource: object, heartbeat: object, verdict: string][] = [
    ['running and heard', running, heard, 'pass'],
    ['running and silent', running, silent, 'fail'],
    ['running, in other letters', machine('powerstate/RUNNING'), silent, 'fail'],
    ['running and never heard', running, never, 'fail'],
    ['deallocated', machine('PowerState/deallocated'), silent, 'pass'],
    ['deallocating', machine('PowerState/deallocating'), silent, 'pass'],
    ['stopped', machine('powerState/Stopped'), never, 'pass'],
    ['stopping', machine('PowerState/stopping'), silent, 'pass'],
    ['starting', machine('PowerState/starting'), never, 'unknown partial'],
    ['a state of tomorrow', machine('PowerState/hibernated'), silent, 'unknown malformed'],
    ['a state that Azure does not know', machine('PowerState/unknown'), silent, 'unknown malformed'],
    ['no power state', machine(undefined), silent, 'unknown unsupported'],
    ['a power state of null', machine(null), silent, 'unknown unsupported'],
    ['an empty power state', machine(''), silent, 'unknown unsupported'],
    ['no instance view', { properties: { extended: null } }, never, 'unknown unsupported'],
    ['no extended properties', { properties: {} }, never, 'unknown unsupported'],
    ['heard, whatever the row says', machine('PowerState/deallocated'), heard, 'pass'],
    ['heard, and the row says nothing', { properties: {} }, heard, 'pass'],
    ['no workspace was asked', running, { ...never, workspaces: [] }, 'unknown none-seen'],
    ['heard where we could not listen to all', running, { ...heard, workspaces: [] }, 'pass'],
    ['made 29 minutes and 59 seconds ago', made('2026-11-24T07:30:01Z'), never, 'pass'],
    ['made 30 minutes ago', made('2026-11-24T07:30:00Z'), never, 'fail'],
    ['made lately, and heard once', made('2026-11-24T07:50:00Z'), silent, 'fail'],
    ['made in five minutes, by a clock of its own', made('2026-11-24T08:05:00Z'), never, 'pass'],
    ['made in the future', made('2026-11-24T08:05:01Z'), never, 'fail'],
    ['made at no time', made(null), never, 'fail'],
    ['made at a time without a zone', made('2026-11-24T07:50:00'), never, 'fail'],
    ['a node of a managed cluster', kept(`${group}/Microsoft.ContainerService/managedClusters/one`), never, 'fail report'],
    ['a node of Databricks', kept(`${group}/Microsoft.Databricks/workspaces/one`), never, 'fail report'],
    ['a machine of a scale set', kept(`${group}/Microsoft.Compute/virtualMachineScaleSets/one`), never, 'fail'],
    ['a manager that cannot be read', kept('somebody'), never, 'fail'],
  ];
  test.each(rows)('%s', (_what, resource, heartbeat, verdict) => {
    expect(verdictOf(judge(resource, heartbeat))).toBe(verdict);
  });

  test("a grace of one's own", () => {
    expect(verdictOf(judge(made('2026-11-24T07:30:00Z'), never, { graceMinutes: 31 }))).toBe('pass');
    expect(verdictOf(judge(made('2026-11-24T07:59:59Z'), never, { graceMinutes: 0 }))).toBe('fail');
  });

  test('says since when, and where it was listened', () => {
    expect(judge(running, { ...silent, workspaces: ['log-prod', 'log-test'] }).observed).toBe(
      'the machine runs and is last heard at 2026-11-24T07:40:00.000Z, in log-prod, log-test',
    );
    expect(judge(running, never).observed).toBe('the machine runs and is not heard for a day, in log-prod');
  });

  test('says that a machine does not run', () => {
    expect(judge(machine('PowerState/deallocated'), silent)).toMatchObject({ observed: 'does not run: PowerState/deallocated' });
  });
});
