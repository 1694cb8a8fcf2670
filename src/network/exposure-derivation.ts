import type { EstateDerivation } from '../domain/estate-derivation.ts';
import { createExposureModel } from './exposure-model.ts';
import { rowKinds } from './network-rows.ts';

/** What can reach what: facts of interfaces, scale sets and public addresses, from the rows of the whole network. */
export const exposureDerivation: EstateDerivation = {
  name: 'exposure',
  brings: {
    exposure: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets'],
    addressing: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets', 'microsoft.network/publicipaddresses'],
    entrance: ['microsoft.network/publicipaddresses'],
  },
  reads: Object.fromEntries(Object.entries(rowKinds).map(([type, { fields }]) => [type, fields])),
  create: createExposureModel,
};
