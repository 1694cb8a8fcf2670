import { expect, it } from 'vitest';
import { z } from 'zod';
import type { ConfigurationFile } from '../../src/config/configuration-file.ts';
import { planResourceTypes, type ResourceReaders, readResourceTypes } from '../../src/config/resource-types.ts';
import { checkPlan, stateCheck } from '../support/engine-fixtures.ts';

const site = 'microsoft.web/sites';
const record = 'microsoft.network/dnszones/a';

function makeFile(types: object) {
  const reported: string[] = [];
  const file: ConfigurationFile = {
    name: 'resource-types.yaml',
    path: '/resource-types.yaml',
    text: '',
    value: { types },
    report: (_, { message, remedy }) => {
      reported.push(`${message}; ${remedy}`);
    },
    hide: () => undefined,
  };
  return { file, reported };
}

const sorted = {
  'Microsoft.Web/sites': { holds: ['traffic'], apiVersion: '2023-01-01' },
  'Microsoft.Network/dnsZones/A': { holds: [], table: 'arm', apiVersion: '2018-05-01' },
};
const httpsOnly = stateCheck(['resource'], {
  subjects: { resources: [site] },
  needs: { resource: z.object({ properties: z.object({ httpsOnly: z.boolean(), hostNames: z.array(z.string()) }) }) },
});
const checks = new Map([['https-services', httpsOnly]]);

function plan(
  types: object,
  ids: readonly string[],
  discovery: readonly { readonly type: string; readonly fields: readonly string[] }[],
  reads: ResourceReaders['reads'] = [],
) {
  const { file, reported } = makeFile(types);
  const plans = ids.map((id) => checkPlan(id));
  return {
    planned: planResourceTypes({ plans, checks, discovery, estateDerivations: [], reads }, readResourceTypes(file), file),
    reported,
  };
}

it('lists a type that only the finding of endpoints reads', () => {
  expect(plan(sorted, [], [{ type: record, fields: ['ARecords'] }])).toEqual({
    planned: [
      {
        type: record,
        table: 'arm',
        apiVersion: '2018-05-01',
        action: 'Microsoft.Network/dnsZones/A/read',
        fields: ['ARecords'],
        findsEndpoints: true,
      },
    ],
    reported: [],
  });
});

it('keeps of a type what checks and the finding of endpoints read, each member once', () => {
  const { planned } = plan(sorted, ['https-services'], [{ type: site, fields: ['hostNames', 'defaultHostName'] }]);
  expect(planned.map(({ type, fields }) => [type, fields])).toEqual([[site, ['defaultHostName', 'hostNames', 'httpsOnly']]]);
});

it('refuses a file that does not sort what endpoints are found from', () => {
  expect(plan({}, [], [{ type: record, fields: [] }])).toEqual({
    planned: [],
    reported: [`public endpoints are found from ${record}, which is not sorted; add "${record}" under "types"`],
  });
});

it('keeps of a type what the looks read, and refuses a file that does not sort it', () => {
  const reads = [['logs', { [site]: ['state'] }]] as const;
  expect(plan(sorted, ['https-services'], [], reads).planned.map(({ type, fields }) => [type, fields])).toEqual([
    [site, ['hostNames', 'httpsOnly', 'state']],
  ]);
  expect(plan({}, [], [], reads)).toEqual({
    planned: [],
    reported: [`the source logs reads ${site}, which is not sorted; add "${site}" under "types"`],
  });
});
