import { expect, test } from 'vitest';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import type { Resource } from '../../../src/domain/subject.ts';
import type { ArmClient, ReadOptions } from '../../../src/sources/azure/arm-client.ts';
import { withPowerState } from '../../../src/sources/azure/power-state.ts';
import { readRow } from '../../../src/sources/azure/read-at-origin.ts';

const machineType = 'microsoft.compute/virtualmachines';
const machine = resourceFromId('/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm') as Resource;
const viewed = (...codes: unknown[]) => ({ properties: { instanceView: { statuses: codes.map((code) => ({ code })) } } }) as never;
const running = { instanceView: { powerState: { code: 'PowerState/running' } } };

test('the origin says in a list of statuses whether a machine runs', () => {
  expect(withPowerState(viewed('ProvisioningState/succeeded', 'PowerState/running'))).toMatchObject({ properties: { extended: running } });
});

test.each([
  ['no power state', viewed('ProvisioningState/succeeded')],
  ['two power states', viewed('PowerState/running', 'PowerState/stopped')],
  ['a status without a code', viewed(null, undefined)],
  ['a code that is a number', viewed(7)],
  ['no instance view', { properties: {} }],
  ['no properties', {}],
])('%s says nothing', (_what, row) => {
  expect(withPowerState(row)).toBe(row);
});

test('the instance view is asked for of machines of which somebody wants to know whether they run, and of nothing else', async () => {
  const asked: (ReadOptions['parameters'] | undefined)[] = [];
  const get: ArmClient['get'] = (_path, _version, options) => {
    asked.push(options.parameters);
    const { properties } = viewed('PowerState/running') as { readonly properties: object };
    return Promise.resolve({ id: machine.id, type: machineType, properties: { ...properties, timeCreated: 'x' } } as never);
  };
  const client = { get } as unknown as ArmClient;
  const options = { signal: new AbortController().signal, deadlineMs: 1_000 };
  const read = (fields: readonly string[]) =>
    readRow(client, machine, { type: machineType, table: 'resources', apiVersion: '2024-07-01', action: 'read', fields }, options);
  expect(await read(['extended', 'timeCreated'])).toMatchObject({ properties: { extended: running, timeCreated: 'x' } });
  expect((await read(['timeCreated']))?.['properties']).toEqual({ timeCreated: 'x' });
  expect(asked).toEqual([{ $expand: 'instanceView' }, undefined]);
});
