import { dirname } from 'node:path';
import type { Check } from '../domain/check.ts';
import type { CheckPlan, Plan } from '../domain/plan.ts';
import { type Problem, refuseProblems } from './configuration-error.ts';
import { readConfigurationFile } from './configuration-file.ts';
import type { AzureNeeds } from './read-azure.ts';
import { planResourceTypes, readResourceTypes, sortResourceTypes } from './resource-types.ts';
import { withKnowledge } from './with-knowledge.ts';

/**
 * What the loader adds to a plan's checks for Azure, for a plan that was not loaded: the sorting of types, and what has to be asked of each.
 * @throws ConfigurationError
 */
export async function knowAzure(
  plans: readonly CheckPlan[],
  checks: ReadonlyMap<string, Check>,
  { resourceTypes: path, discovery, reads, estateDerivations }: Omit<AzureNeeds, 'settings' | 'filePaths'>,
  scopes: Plan['scopes'] = [],
): Promise<Pick<Plan, 'checks' | 'resourceTypes' | 'knowledge'>> {
  const problems: Problem[] = [];
  const file = await readConfigurationFile(path, dirname(path), problems);
  const written = readResourceTypes(file);
  const resourceTypes = planResourceTypes({ plans, checks, discovery, estateDerivations, reads: [...reads] }, written, file);
  refuseProblems(problems);
  const sorting = sortResourceTypes(plans, checks, written);
  return { ...withKnowledge(plans, sorting, { checks, estateDerivations, serviceTags: {}, scopes }), resourceTypes };
}
