import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';

const pricing = z.object({
  id: z.string(),
  name: z.string(),
  properties: z.object({ pricingTier: z.string().nullish(), resourcesCoverageStatus: z.string().nullish() }),
});
type Pricing = z.infer<typeof pricing>;

/** The plans of Defender for Cloud for what a company that runs its service on Azure usually has. */
const usualPlans = [
  'VirtualMachines',
  'SqlServers',
  'SqlServerVirtualMachines',
  'OpenSourceRelationalDatabases',
  'CosmosDbs',
  'StorageAccounts',
  'AppServices',
  'KeyVaults',
  'Containers',
  'Arm',
  'CloudPosture',
] as const;

export const check = defineCheck({
  title: 'The plans of Defender for Cloud are on',
  claims: [{ claim: 'azure-security-features', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** Names of plans as Azure spells them; case does not matter. */
    plans: z.array(z.string().min(1)).default([...usualPlans]),
  }),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: { resource: z.object({ id: z.string() }) },
  related: { pricings: { type: 'microsoft.security/pricings', by: 'subscriptionId', row: pricing } },
  whenNone: 'unknown',
  judge: ({ id }, _facts, { parameters: { plans }, related: { pricings } }) => {
    const question = {
      interpretation: 'intent',
      expected: `the plans ${plans.join(', ')} are on`,
      rule: 'pricings.properties.pricingTier',
    } as const;
    if (plans.length === 0)
      return [{ ...question, expected: 'a list of plans', observed: 'no plan is configured', status: 'unknown', reason: 'unsupported' }];
    return [
      judgeProperties(
        question,
        plans.flatMap((plan) => judgePlan(plan, id, pricings)),
      ),
    ];
  },
  repeat: ({ subscription }) =>
    `az security pricing list --subscription ${subscription} --query "value[].{plan: name, tier: pricingTier}" --output table`,
  mend: 'Turn the plan on: az security pricing create --name <plan> --tier Standard --subscription <id>. Where it was turned off for one resource, delete that exception: az rest --method delete --url <id of the pricing>?api-version=2024-01-01.',
});

/** A plan is set for the subscription, and single resources can be excepted by a setting of their own. */
function judgePlan(plan: string, subscription: string, pricings: readonly Pricing[]): readonly PropertyVerdict[] {
  const own = pricings.filter(({ name }) => name.toLowerCase() === plan.toLowerCase());
  const ofAll = `${subscription}/providers/microsoft.security/pricings/`;
  const missing: PropertyVerdict = { observed: `plan ${plan} is not listed`, status: 'unknown', reason: 'none-seen' };
  const isForAll = ({ id }: Pricing): boolean => id.toLowerCase().startsWith(ofAll);
  return [
    ...(own.some(isForAll) ? [] : [missing]),
    ...own.map((each) => judgeTier(isForAll(each) ? `plan ${plan}` : `plan ${plan} of ${each.id.toLowerCase()}`, each)),
    ...own.flatMap((each) => judgeCoverage(plan, each)),
  ];
}

function judgeTier(what: string, { properties: { pricingTier } }: Pricing): PropertyVerdict {
  const observed = `${what}: tier ${pricingTier ?? 'not given'}`;
  const tier = pricingTier?.toLowerCase();
  if (tier === 'standard') return { observed, status: 'pass' };
  return tier === 'free' ? { observed, status: 'fail' } : { observed, status: 'unknown', reason: 'malformed' };
}

/** Given since 2024-01-01, for plans that can be set for single resources. */
function judgeCoverage(plan: string, { properties: { resourcesCoverageStatus: coverage } }: Pricing): readonly PropertyVerdict[] {
  if (coverage === undefined || coverage === null) return [];
  const rule = 'pricings.properties.resourcesCoverageStatus';
  const observed = `plan ${plan}: ${coverage}`;
  const text = coverage.toLowerCase();
  if (text === 'fullycovered') return [{ rule, observed, status: 'pass' }];
  const isBad = text === 'partiallycovered' || text === 'notcovered';
  return [isBad ? { rule, observed, status: 'fail' } : { rule, observed, status: 'unknown', reason: 'malformed' }];
}
