import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { adminRules, arbitraryProperties, distinctPriorities, group, namedRule, securityRules } from './arbitrary-rules.ts';

/** What no API should send: values that are not there, of another type, or of no meaning. */
const oddValues: readonly Json[] = [
  null,
  '',
  ' ',
  'x',
  '*',
  53,
  -1,
  1.5,
  true,
  {},
  [],
  [''],
  [null],
  ['x'],
  '443-22',
  '70000',
  '0.0.0.0',
  '10.0.0.0/33',
  '*/0',
];
const oddFields = [
  'access',
  'direction',
  'protocol',
  'priority',
  ...['source', 'destination'].flatMap((side) =>
    ['PortRange', 'PortRanges', 'AddressPrefix', 'AddressPrefixes', 'ApplicationSecurityGroups'].map((field) => `${side}${field}`),
  ),
];

/** A field with its odd value; undefined: it is not there. Numbers are protocols to those who know them by number. */
const oddChange = fc
  .tuple(fc.constantFrom(...oddFields), fc.option(fc.constantFrom(...oddValues), { nil: undefined }))
  .filter(([field, value]) => field !== 'protocol' || typeof value !== 'number');

/** Up to two fields of a rule are odd or not there, or the rule itself is; priorities may meet, those of default rules too. */
const oddRule: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(arbitraryProperties, fc.constantFrom(100, 100, 200, 4096, 65_000, 65_500), fc.array(oddChange, { maxLength: 2 }))
      .map(([properties, priority, changes]) => namedRule('odd', withChanges({ ...properties, priority }, changes))),
  },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, {}, [], 'x', { name: 'x' }, { name: 'x', properties: null }) },
);

function withChanges(properties: JsonObject, changes: readonly (readonly [string, Json | undefined])[]): JsonObject {
  const changed = new Map(Object.entries(properties));
  for (const [field, value] of changes) {
    if (value === undefined) changed.delete(field);
    else changed.set(field, value);
  }
  return Object.fromEntries(changed);
}

/** Groups with rules that nobody should send, or with none at all in the place of their list. */
export function oddGroup(name: string): fc.Arbitrary<Json> {
  const rules = fc.tuple(securityRules(3), fc.array(oddRule, { maxLength: 3 })).map(([good, odd]) => group(name, [...good, ...odd]));
  const noList = fc
    .constantFrom<Json>(null, {}, 'x', 1)
    .map((securityRules) => ({ ...(group(name, []) as JsonObject), properties: { securityRules } }));
  return fc.oneof({ weight: 9, arbitrary: rules }, { weight: 1, arbitrary: noList }, { weight: 1, arbitrary: fc.constant(null) });
}

const oddAdminFields = [
  'access',
  'direction',
  'protocol',
  'priority',
  'sources',
  'destinations',
  'sourcePortRanges',
  'destinationPortRanges',
];
const networkGroup = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/networkManagers/manager/networkGroups/all';
const oddEnds: readonly Json[] = [
  [{}],
  [{ addressPrefix: null }],
  [{ addressPrefix: 'x', addressPrefixType: 'IPPrefix' }],
  [{ addressPrefix: networkGroup, addressPrefixType: 'NetworkGroup' }],
  [{ addressPrefix: '203.0.113.0/24' }],
];

/** Admin rules of which up to two fields are odd or not there. */
export const oddAdminRules: fc.Arbitrary<readonly Json[]> = fc
  .tuple(
    adminRules(distinctPriorities),
    fc.array(
      fc.tuple(
        fc.nat({ max: 3 }),
        fc
          .tuple(fc.constantFrom(...oddAdminFields), fc.option(fc.constantFrom(...oddValues, ...oddEnds), { nil: undefined }))
          .filter(([field, value]) => field !== 'protocol' || typeof value !== 'number'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([rules, changes]) =>
    rules.map((rule, index) => {
      const { properties, ...rest } = rule as { readonly properties: JsonObject };
      const own = changes.flatMap(([position, change]) => (position === index ? [change] : []));
      return { ...rest, properties: withChanges(properties, own) };
    }),
  );
