import { fileURLToPath } from 'node:url';
import type { AzureNeeds } from '../config/read-azure.ts';
import { azureSettingsSchema } from '../sources/azure/azure-settings.ts';
import { endpointTypes } from '../sources/azure/discovered-endpoints.ts';
import { estateDerivations } from './estate-derivations.ts';
import { allSources } from './rooms.ts';

/** The sorting of resource types that comes with the program. */
export const packagedResourceTypes = fileURLToPath(new URL('../../config/azure/resource-types.yaml', import.meta.url));

/** What the loader has to know of the section `azure`. */
export const azureNeeds: AzureNeeds = {
  settings: azureSettingsSchema,
  filePaths: [['certificateAuthority'], ['identity', 'secretFile'], ['identity', 'certificateFile'], ['identity', 'tokenFile']],
  resourceTypes: packagedResourceTypes,
  discovery: endpointTypes,
  reads: new Map([...allSources].flatMap(([name, { reads }]) => (reads === undefined ? [] : [[name, reads] as const]))),
  estateDerivations,
};
