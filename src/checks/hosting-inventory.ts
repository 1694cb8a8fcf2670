import { z } from 'zod';
import { censusCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { type Census, nameSome, type ResourceSorting, unsortedTypes, whyNothingCanBeSaid } from '../domain/resource-sorting.ts';

const sortedType = z.strictObject({
  holds: z.array(z.enum(['data', 'traffic'])),
  judgedFor: z.array(z.string()),
  exempt: z.record(z.string(), z.string()),
});

export const check = defineCheck({
  title: 'The subscriptions are there, hold what was declared, and nothing in them is of unknown kind',
  claims: [
    { claim: 'hosted-on-azure', interpretations: ['literal', 'intent'] },
    { claim: 'residency', interpretations: ['intent'] },
  ],
  response: 'page',
  parameters: z.strictObject({
    /** Declared data stores: an ARM type, of which each subscription must hold at least one, or a resource's id, which its own subscription must hold. */
    expected: z.array(z.string().min(1)).default([]),
    resourceTypes: z.record(z.string(), sortedType).default({}),
  }),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: {
    resource: z.object({ properties: z.object({ state: z.string().nullish() }) }),
    census: z.object({ types: z.array(z.object({ type: z.string(), resources: z.number() })) }),
  },
  whenNone: 'unknown',
  judge: ({ subscription }, { resource, census }, { parameters: { expected, resourceTypes } }) => {
    const sorted = judgeSorting(census, resourceTypes);
    const declared = expected.flatMap((each) => judgeDeclared(each, subscription, census));
    return [
      judgeProperties(
        {
          interpretation: 'literal',
          expected: ['an enabled subscription with resources of known kinds', ...nameSome('among them', expected)].join(', '),
          rule: 'properties.state',
        },
        [judgeState(resource.properties.state), ...declared, sorted],
      ),
      judgeProperties({ interpretation: 'intent', expected: 'resources of known kinds, whose regions are judged', rule: sortingRule }, [
        sorted,
      ]),
    ];
  },
  repeat: ({ subscription }) => `az account show --subscription ${subscription} --query state; ${censusCommand(subscription)}`,
  mend: 'Have the owner of the account settle what Azure asks for (overdue payment, ended offer) or enable the subscription again; restore the declared data store or take it out of "expected"; sort a new type of resource in config/azure/resource-types.yaml.',
});

const sortingRule = 'config/azure/resource-types.yaml';

/** SubscriptionState of Microsoft.Resources. Overdue ones still serve, until Azure disables them. */
function judgeState(state: string | null | undefined): PropertyVerdict {
  const observed = `the subscription is ${state ?? 'in a state that is not given'}`;
  switch (state?.toLowerCase()) {
    case 'enabled':
      return { observed, status: 'pass' };
    case 'warned':
    case 'pastdue':
      return { observed, status: 'fail', response: 'ticket' };
    case 'disabled':
    case 'deleted':
      return { observed, status: 'fail' };
    default:
      return { observed, status: 'unknown', reason: 'malformed' };
  }
}

function judgeSorting(census: Census, sorting: ResourceSorting): PropertyVerdict {
  const blind = whyNothingCanBeSaid(census, sorting);
  if (blind !== null) return { rule: sortingRule, status: 'unknown', ...blind };
  const [unsorted] = nameSome('nobody has sorted', unsortedTypes(census, sorting));
  if (unsorted !== undefined) return { rule: sortingRule, observed: unsorted, status: 'unknown', reason: 'unsupported' };
  return { rule: sortingRule, observed: 'every resource is of a known kind', status: 'pass' };
}

/** A census counts types, so it can miss a declared id, but not find it. */
function judgeDeclared(declared: string, subscription: string, census: Census): readonly PropertyVerdict[] {
  const resource = declared.startsWith('/') ? resourceFromId(declared) : null;
  if (resource !== null && resource.subscription !== subscription) return [];
  const type = resource?.type ?? declared.toLowerCase();
  const rule = 'parameters.expected';
  const isThere = census.types.some((each) => each.resources > 0 && each.type.toLowerCase() === type);
  if (declared.startsWith('/') && resource === null)
    return [{ rule, observed: `${declared} is no id of a resource`, status: 'unknown', reason: 'malformed' }];
  if (!isThere) return [{ rule, observed: `${declared} is not there: no resource is of its type`, status: 'fail', response: 'ticket' }];
  if (resource === null) return [{ rule, observed: `there is ${declared}`, status: 'pass' }];
  return [{ rule, observed: `${declared}: the list of resources by id would be needed`, status: 'unknown', reason: 'unsupported' }];
}
