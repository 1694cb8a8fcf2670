import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { timestamp } from '../../src/domain/time.ts';
import type { Metered } from '../../src/reporters/metrics/azure-counters.ts';
import { mostAzureSeries, stoppedFieldsShown } from '../../src/reporters/metrics/azure-series.ts';
import { placeOf } from '../../src/sources/azure/request-area.ts';
import { lookOf, metricsOf, nowMs, plan, someState } from './metrics-fixtures.ts';

const limitMs = 3_000_000;
const count = (name: string, labels: Metered['labels'], value = 1): Metered => ({ kind: 'count', name, labels, value });
const set = (name: string, labels: Metered['labels'], value = 1): Metered => ({ kind: 'set', name, labels, value });
const request = (api: string, code: string, value = 1) => count('azure_requests_total', { api, code }, value);
const readable = (subscription: string, value = 1) => set('azure_scope_readable', { subscription }, value);
const absent = (field: string, value: 0 | 1, type = 'microsoft.sql/servers') => set('azure_field_absent', { type, field }, value);

interface LookGiven {
  readonly some?: boolean;
  readonly name?: string;
  readonly ageMs?: number;
}

function watch(now: () => number = () => nowMs, subscriptions: readonly string[] = ['a', 'b']) {
  const metrics = metricsOf({}, now, {
    plan: { ...plan, scopes: subscriptions.map(subscriptionResource) },
    lookAgeLimits: new Map([['azure', limitMs]]),
  });
  const linesOf = async (pattern: RegExp): Promise<readonly string[]> =>
    (await metrics.render()).body.split('\n').flatMap((line) => (pattern.test(line) ? [line.replace('claimwatch_', '')] : []));
  return {
    look: (metered: readonly Metered[], { some = false, name = 'azure', ageMs = 0 }: LookGiven = {}) =>
      metrics.lookEnded(
        {
          ...lookOf(name, 3, 0),
          dataAsOf: timestamp(nowMs - ageMs),
          extent: some ? { kind: 'some', subjects: ['/subscriptions/a'], base: 1 } : { kind: 'all' },
        },
        { phaseSeconds: {}, faults: {}, measures: {}, metered },
      ),
    shown: () => linesOf(/^claimwatch_azure_/),
    defects: async () => (await linesOf(/^claimwatch_defects_total\{where="look azure"\} /))[0]?.split(' ').at(-1),
  };
}

describe('what the source of Azure counts', () => {
  test('counters add up over looks, whole or at some', async () => {
    const { look, shown } = watch();
    look([request('resource-graph', '200', 3), count('azure_throttle_wait_seconds_total', { api: 'storage' }, 0.5)]);
    look([request('resource-graph', '200', 4), count('azure_throttle_wait_seconds_total', { api: 'storage' }, 0.25)], { some: true });
    expect(await shown()).toEqual(
      expect.arrayContaining([
        'azure_requests_total{api="resource-graph",code="200"} 7',
        'azure_throttle_wait_seconds_total{api="storage"} 0.75',
      ]),
    );
  });

  test.each([
    ['200', '200'],
    ['429', '429'],
    ['network', 'network'],
    ['timeout', 'timeout'],
    ['418', 'other'],
    ['', 'other'],
    ['a"b\n', 'other'],
  ])('the code %j is shown as %j', async (code, expected) => {
    const { look, shown } = watch();
    look([request('arm', code)]);
    expect((await shown())[0]).toBe(`azure_requests_total{api="arm",code="${expected}"} 1`);
  });

  test('nothing at all before the first look', async () => {
    expect(await watch().shown()).toEqual([]);
  });

  test.each([
    ['told to be readable', [readable('a'), readable('b', 0)], [1, 0]],
    ['not told of', [readable('a')], [1, 0]],
    ['a look that ended before it could tell of any', [], [0, 0]],
  ])('a subscription %s', async (_name, metered, [a, b]) => {
    const { look, shown } = watch();
    look([readable('a'), readable('b')]);
    look(metered);
    expect(await shown()).toEqual([`azure_scope_readable{subscription="a"} ${a}`, `azure_scope_readable{subscription="b"} ${b}`]);
  });

  test('a look at some resources says nothing of subscriptions, only of the quota', async () => {
    const { look, shown } = watch();
    look([readable('a'), set('azure_quota_remaining', { api: 'arm' }, 90), set('azure_resources', { type: 't' }, 2)]);
    look([set('azure_quota_remaining', { api: 'arm' }, 80)], { some: true });
    expect(await shown()).toEqual([
      'azure_quota_remaining{api="arm"} 80',
      'azure_scope_readable{subscription="a"} 1',
      'azure_scope_readable{subscription="b"} 0',
      'azure_resources{look="azure"} 2',
    ]);
  });

  test('a look of another source changes nothing', async () => {
    const { look, shown } = watch();
    look([readable('a'), readable('b')]);
    const before = await shown();
    look([], { name: 'tls' });
    expect(await shown()).toEqual(before);
  });

  test('gauges go while nothing but time passes, counters stay', async () => {
    let now = nowMs;
    const { look, shown } = watch(() => now);
    look([request('arm', '200'), readable('a'), readable('b'), absent('f', 0), set('azure_resources', { type: 't' }, 2)]);
    look([readable('a'), readable('b'), absent('f', 1)]);
    now += limitMs;
    expect(await shown()).toHaveLength(1 + 2 + 3 + 1);
    now += 1;
    expect(await shown()).toEqual(['azure_requests_total{api="arm",code="200"} 1']);
  });
});

describe('fields that checks read', () => {
  const step = async (looks: readonly (readonly Metered[])[]) => {
    const { look, shown } = watch(() => nowMs, []);
    for (const metered of looks) look(metered);
    return (await shown()).map((line) => line.replace('azure_', ''));
  };
  const counts = (present: number, stopped: number, never: number) => [
    `fields{state="present"} ${present}`,
    `fields{state="stopped"} ${stopped}`,
    `fields{state="never"} ${never}`,
  ];
  const stoppedF = 'field_absent{type="microsoft.sql/servers",field="f"} 1';

  test.each<readonly [string, readonly (readonly Metered[])[], readonly string[]]>([
    ['comes', [[absent('f', 0)]], counts(1, 0, 0)],
    ['never came, which some fields do', [[absent('f', 1)], [absent('f', 1)]], counts(0, 0, 1)],
    ['stops', [[absent('f', 0)], [absent('f', 1)]], [...counts(0, 1, 0), stoppedF]],
    ['stays away', [[absent('f', 0)], [absent('f', 1)], [absent('f', 1)]], [...counts(0, 1, 0), stoppedF]],
    ['comes again', [[absent('f', 0)], [absent('f', 1)], [absent('f', 0)]], counts(1, 0, 0)],
    ['comes late', [[absent('f', 1)], [absent('f', 0)]], counts(1, 0, 0)],
    ['stopped, and the next look was blind', [[absent('f', 0)], [absent('f', 1)], []], [...counts(0, 1, 0), stoppedF]],
    ['comes, and the next look was blind', [[absent('f', 0)], []], counts(1, 0, 0)],
    [
      'of another type stops',
      [[absent('f', 0), absent('f', 0, 'o')], [absent('f', 1, 'o')]],
      [...counts(1, 1, 0), 'field_absent{type="o",field="f"} 1'],
    ],
  ])('one that %s', async (_name, looks, expected) => {
    expect(await step(looks)).toEqual(expected);
  });

  test('one that is not seen while a subscription cannot be seen has not stopped', async () => {
    const { look, shown } = watch();
    const fields = async () => (await shown()).filter((line) => line.startsWith('azure_field'));
    look([readable('a'), readable('b'), absent('f', 0)]);
    const before = await fields();
    look([readable('a'), readable('b', 0), absent('f', 1)]);
    expect(await fields()).toEqual(before);
    look([readable('a'), readable('b'), absent('f', 1)]);
    expect(await fields()).toContain('azure_fields{state="stopped"} 1');
  });

  test.each([stoppedFieldsShown, stoppedFieldsShown + 1, 2_000])('%i that stop', async (fields) => {
    const names = Array.from({ length: fields }, (_, index) => `f${index}`);
    const lines = await step([names.map((name) => absent(name, 0)), names.map((name) => absent(name, 1))]);
    expect(lines.filter((line) => line.startsWith('field_absent'))).toHaveLength(stoppedFieldsShown);
    expect(lines).toContain(`fields{state="stopped"} ${fields}`);
  });
});

describe('what is not known here', () => {
  test.each<readonly [string, Metered]>([
    ['a name', count('azure_surprises_total', {})],
    ['a name that every object has', set('constructor', {})],
    ['a gauge as a counter', count('azure_resources', { type: 't' })],
    ['a counter as a gauge', set('azure_requests_total', { api: 'arm', code: '200' })],
    ['a label too many', count('azure_requests_total', { api: 'arm', code: '200', url: 'x' })],
    ['a label that is missing', count('azure_requests_total', { api: 'arm' })],
    ['another label', set('azure_scope_readable', { scope: 'a' })],
    ['no number', request('arm', '200', Number.NaN)],
    ['a number without end', request('arm', '200', Number.POSITIVE_INFINITY)],
    ['a counter that falls', request('arm', '200', -1)],
  ])('%s is left out, and told as a defect of ours', async (_name, metered) => {
    const { look, shown, defects } = watch();
    expect(await defects()).toBe('0');
    look([metered, request('arm', '204')]);
    expect((await shown()).filter((line) => !line.startsWith('azure_scope'))).toEqual(['azure_requests_total{api="arm",code="204"} 1']);
    expect(await defects()).toBe('1');
  });

  test('every area of requests has room for ten codes', async () => {
    const namespaces =
      'authorization cache cdn compute containerregistry containerservice dataprotection dbformysql dbforpostgresql documentdb eventgrid insights keyvault network operationalinsights recoveryservices resourcegraph resourcehealth resources security servicebus sql storage surprise web';
    const areas = new Set(namespaces.split(' ').map((name) => placeOf(`/providers/Microsoft.${name}/things`).area));
    expect(areas.size).toBe(25);
    const { look, shown, defects } = watch();
    const usual = ['200', '401', '403', '404', '429', '500', '502', '503', '504', 'network'];
    look([...areas].flatMap((api) => usual.map((code) => request(api, code))));
    expect((await shown()).filter((line) => line.startsWith('azure_requests_total'))).toHaveLength(250);
    expect(await defects()).toBe('0');
    look([request('resource-graph', '200'), request('resource-graph', '408')]);
    expect((await shown()).filter((line) => line.startsWith('azure_requests_total'))).toHaveLength(250);
    expect(await defects()).toBe('1');
  });

  test('whatever is counted, there are no more series than so many', async () => {
    const names = [
      'azure_requests_total',
      'azure_throttle_wait_seconds_total',
      'azure_endpoint_names_refused_total',
      'azure_effective_rules_total',
      'azure_quota_remaining',
    ];
    const labelled = (name: string, index: number): Metered['labels'] => {
      if (name === 'azure_requests_total') return { api: `api-${index}`, code: `${index}` };
      if (name === 'azure_effective_rules_total') return { outcome: `o${index}` };
      return name === 'azure_endpoint_names_refused_total' ? { type: `t${index}` } : { api: `api-${index}` };
    };
    const anything = fc.record({
      kind: fc.constantFrom('count' as const, 'set' as const),
      name: fc.constantFrom(...names, 'azure_scope_readable', 'azure_field_absent', 'azure_resources', 'other'),
      labels: fc.dictionary(fc.constantFrom('api', 'code', 'type', 'field', 'subscription'), fc.string()),
      value: fc.double(),
    });
    const { look, shown } = watch();
    const whole = [readable('a'), readable('b')];
    look([...whole, ...Array.from({ length: 500 }, (_, index) => absent(`f${index}`, 0))]);
    look([
      ...whole,
      ...Array.from({ length: 500 }, (_, index) => absent(`f${index}`, 1)),
      ...Array.from({ length: 500 }, (_, index) => readable(`s${index}`)),
      set('azure_resources', { type: 't' }),
      ...names.flatMap((name) =>
        Array.from({ length: 500 }, (_, index) => (name === 'azure_quota_remaining' ? set : count)(name, labelled(name, index))),
      ),
    ]);
    expect((await shown()).length).toBe(mostAzureSeries + 2);
    await fc.assert(
      fc.asyncProperty(fc.array(anything), fc.boolean(), async (metered, some) => {
        look(metered, { some });
        expect((await shown()).length).toBeLessThanOrEqual(mostAzureSeries + 2);
      }),
      { numRuns: 50 },
    );
    expect(mostAzureSeries).toBeLessThan(400);
  });
});

describe('how many subjects are watched', () => {
  const subject = { kind: 'endpoint', id: 'a:443', host: 'a', port: 443, httpPort: 80, httpPaths: ['/'] } as const;
  const shown = async (state: Parameters<typeof metricsOf>[0], azure: typeof plan.azure) => {
    const { body } = await metricsOf(state, () => nowMs, { plan: { ...plan, azure, subjects: [subject] } }).render();
    return body.split('\n').filter((line) => line.startsWith('claimwatch_subjects{'));
  };
  const configured = 'claimwatch_subjects{known_from="configuration"} 1';

  test('those that are configured, and those that the last look found', async () => {
    expect(await shown(someState, {})).toEqual([configured, 'claimwatch_subjects{known_from="azure"} 340']);
  });

  test('before the first look nothing was found', async () => {
    expect(await shown({}, {})).toEqual([configured, 'claimwatch_subjects{known_from="azure"} 0']);
  });

  test('where no Azure is configured nothing is looked for', async () => {
    expect(await shown(someState, null)).toEqual([configured]);
  });
});
