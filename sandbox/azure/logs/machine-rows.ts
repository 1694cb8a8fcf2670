import { resourceGroupOf, subscriptionOf } from '../arm-path.ts';
import type { EstateResource } from '../estate-port.ts';
import { valueAt } from '../property-path.ts';
import { type LogRow, minuteMs, type TimeWindow, textOf } from './log-row.ts';
import { occurrencesIn } from './recurring.ts';

/** Each minute. Nothing of it changes from beat to beat. */
export function* heartbeatsOf(machine: EstateResource, window: TimeWindow): Generator<LogRow> {
  const cells = cellsOf(machine);
  for (const { number, atMs, chance } of occurrencesIn({ name: `beat ${cells._ResourceId}`, everyMs: minuteMs, spreadMs: 4_000 }, window)) {
    yield { atMs, ingestedMs: atMs + 5_000 + chance.whole(number, 1, 40_000), cells };
  }
}

function cellsOf(machine: EstateResource) {
  const id = machine.id.toLowerCase();
  return {
    SourceSystem: 'Linux',
    Type: 'Heartbeat',
    Category: 'Azure Monitor Agent',
    Computer: machine.name,
    ComputerEnvironment: 'Azure',
    ComputerIP: '203.0.113.40',
    ComputerPrivateIPs: ['10.10.1.4'],
    OSType: 'Linux',
    Resource: machine.name,
    ResourceGroup: resourceGroupOf(machine.id) ?? '',
    ResourceId: machine.id,
    SubscriptionId: subscriptionOf(machine.id),
    VMUUID: textOf(valueAt(machine, 'properties.vmId')),
    Version: '1.35.4',
    _ResourceId: id,
    _SubscriptionId: subscriptionOf(id),
  };
}

/** What says nothing of its power runs. */
export function isRunning(machine: EstateResource): boolean {
  const code = valueAt(machine, 'properties.extended.instanceView.powerState.code');
  return typeof code !== 'string' || code.toLowerCase() === 'powerstate/running';
}
