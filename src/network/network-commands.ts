import { showCommand } from '../domain/azure-commands.ts';
import type { Resource } from '../domain/subject.ts';

/** What of a resource a person wants to see again. */
export type NetworkDetail = 'subnets' | 'addresses' | 'rules' | 'routes';

const scaleSet = 'microsoft.compute/virtualmachinescalesets';

/**
 * Commands with which people repeat what was judged of an interface, a scale set or a public address. Azure tells effective rules and routes of the
 * interfaces of running machines only; `claimwatch network explain` tells the chain of rules of each.
 */
export function networkCommand(subject: Pick<Resource, 'id' | 'type'>, detail: NetworkDetail): string {
  switch (detail) {
    case 'subnets':
      return showCommand(subject, `${configurationsOf(subject)}.subnet.id`);
    case 'addresses':
      return showAddresses(subject);
    case 'rules':
      return [explain(subject), ...effective(subject, 'list-effective-nsg')].join('; ');
    case 'routes':
      return [explain(subject), ...effective(subject, 'show-effective-route-table')].join('; ');
  }
}

function explain({ id }: Pick<Resource, 'id'>): string {
  return `claimwatch network explain '${id}'`;
}

function effective({ id, type }: Pick<Resource, 'id' | 'type'>, question: string): readonly string[] {
  return type === scaleSet ? [] : [`az network nic ${question} --ids '${id}'`];
}

function showAddresses(subject: Pick<Resource, 'id' | 'type'>): string {
  if (subject.type === 'microsoft.network/publicipaddresses') return showCommand(subject, 'properties.[ipConfiguration.id, natGateway.id]');
  const member = subject.type === scaleSet ? 'publicIPAddressConfiguration' : 'publicIPAddress.id';
  return showCommand(subject, `${configurationsOf(subject)}.${member}`);
}

function configurationsOf({ type }: Pick<Resource, 'type'>): string {
  const profile = 'virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].';
  return `properties.${type === scaleSet ? `${profile}properties.` : ''}ipConfigurations[].properties`;
}
