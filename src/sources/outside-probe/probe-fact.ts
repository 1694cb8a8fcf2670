import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import { parsePorts, portsText } from './port-list.ts';
import type { ProbeEntry, ProbeResult } from './probe-result.ts';

export interface ProbeFrame {
  readonly vantage: ProbeResult['vantage'];
  /** The ports that were to be asked. */
  readonly wanted: readonly number[];
  readonly vantageHeard: boolean;
}

/** A reset says nothing of it: a box beside the vantage may have sent it. */
export function hasAccepted(entry: ProbeEntry): boolean {
  return !('fault' in entry) && entry.accepted.length > 0;
}

/**
 * The fact `outside-probe` of one address, against the ports that were to be asked. No times: two probes that saw the same say the same.
 *
 *     { address, vantage: { name, egressAddress }, probed: '22, 8000-8100', missing: '', answered: [{ port, protocol: 'Tcp', how: 'accepted' }],
 *       refused: [{ port, protocol: 'Tcp' }], vantageHeard: true }
 *
 * `missing`: ports that were to be asked and were not. `refused`: a reset came back, which a box on the way may have sent. A port that stands in
 * `probed` alone stayed silent. `vantageHeard`: in the same probe one of the addresses accepted a connection, so that the vantage was not cut off.
 * @throws FaultError the probe's own; `partial` where ports are missing and nothing answered.
 */
export function probeFact(entry: ProbeEntry, { vantage, wanted, vantageHeard }: ProbeFrame): JsonObject {
  if ('fault' in entry) throw new FaultError(entry.fault.code, `at the vantage ${vantage.name}: ${entry.fault.message}`);
  const asked = new Set(parsePorts(entry.ports));
  const missing = portsText(wanted.filter((port) => !asked.has(port)));
  // Something that answers must not go unheard because something else was not asked.
  if (missing !== '' && entry.accepted.length === 0)
    throw new FaultError(
      'partial',
      `the probe did not ask the ports ${missing} of ${entry.address}; give it the same --ports, or name fewer`,
    );
  return {
    address: entry.address,
    vantage: { name: vantage.name, egressAddress: vantage.egressAddress },
    probed: entry.ports,
    missing,
    answered: entry.accepted.toSorted(byNumber).map((port) => ({ port, protocol: 'Tcp', how: 'accepted' })),
    refused: entry.refused.toSorted(byNumber).map((port) => ({ port, protocol: 'Tcp' })),
    vantageHeard,
  };
}

function byNumber(a: number, b: number): number {
  return a - b;
}
