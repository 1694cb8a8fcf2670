import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { EstateResource } from './estate-port.ts';

/**
 * A resource as Azure Resource Manager gives it: whether a machine runs stands in the rows of Resource Graph (`properties.extended`), and here only where
 * the instance view is asked for, under other names.
 */
export function asManaged(resource: EstateResource, expand: string | null): EstateResource {
  const { extended, ...properties } = resource.properties;
  if (extended === undefined || resource.type.toLowerCase() !== 'microsoft.compute/virtualmachines') return resource;
  if (expand?.toLowerCase() !== 'instanceview') return { ...resource, properties };
  const statuses = [{ code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' }, powerState(extended)];
  return { ...resource, properties: { ...properties, instanceView: { statuses } } };
}

function powerState(extended: Json): Json {
  return member(member(extended, 'instanceView'), 'powerState');
}

function member(value: Json, name: string): Json {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? ((value as JsonObject)[name] ?? null) : null;
}
