import { describe, expect, test } from 'vitest';
import { neededProperties } from '../../src/config/needed-properties.ts';
import { type Check, interpretationsOf } from '../../src/domain/check.ts';
import type { LookRequest, Observation } from '../../src/domain/look.ts';
import { subscriptionType } from '../../src/domain/resource-id.ts';
import type { ArmClient } from '../../src/sources/azure/arm-client.ts';
import { readAtOrigin } from '../../src/sources/azure/read-at-origin.ts';
import { expectGolden } from '../support/golden.ts';
import { judgeAll } from '../support/judge.ts';
import { loadShippedPlan } from '../support/shipped-plan.ts';
import { describeBodies } from './describe-bodies.ts';
import { documentedPasses, reasonsFor, type Survivor } from './documented-passes.ts';
import { type Goodness, goodnessOf } from './good-rows.ts';
import { haveBodies, isOfItsType, type OfficialBody, readOfficialBodies } from './official-bodies.ts';
import { type Estate, fieldsOf, isRead, keptOf, type Posed, passesOf, pose, survivorsOf } from './posed-rows.ts';

const { plan, checks } = await loadShippedPlan();
const types = new Map(plan.resourceTypes.map((one) => [one.type, one]));
const bodies = haveBodies ? readOfficialBodies() : [];
const estate: Estate = { types, bodies };
const read = bodies.filter(({ resource }) => types.has(resource.type));
const own = read.filter(isOfItsType);
const typesWithBodies = [...new Set(own.map(({ resource }) => resource.type))].sort();

interface Reader {
  readonly id: string;
  readonly check: Check;
  readonly type: string;
}

/** Facts that can be had for a body: its row, and which types there are. */
const posedKinds = ['resource', 'census'];

/** The checks that judge resources of this type by what is in their rows, and by nothing else. */
function readersOf(type: string): readonly Reader[] {
  return [...checks].flatMap(([id, check]) => {
    const kinds = Object.keys(check.needs);
    const judges = check.subjects !== 'endpoint' && check.subjects.resources.includes(type) && kinds.includes('resource');
    return judges && kinds.every((kind) => posedKinds.includes(kind)) ? [{ id, check, type }] : [];
  });
}

/** All bodies of the type as a check gets them. */
function poseAll({ id, check, type }: Reader, good: Goodness = {}): readonly Posed[] {
  const starts = own.filter(({ resource, file }) => resource.type === type && file.includes(good.file ?? ''));
  return starts.map((start) => pose(id, check, start, estate, good));
}

/** The one with most in it that passes; null where none does. */
function bestOf(posed: readonly Posed[]): Posed | null {
  const size = ({ row }: Posed): number => JSON.stringify(row).length;
  return posed.filter((one) => passesOf(one).length > 0).sort((a, b) => size(b) - size(a))[0] ?? null;
}

function textOf({ check, type, path, kind, interpretations }: Survivor): string {
  return `${check} passes (${interpretations.join(', ')}) ${type} where ${path} is ${kind}`;
}

/** Bodies as they are that pass although a property is absent that the check reads, which other bodies of the type have. */
function passesWithout(type: string): readonly Survivor[] {
  const rows = own.filter(({ resource }) => resource.type === type).map((one) => keptOf(one, estate));
  const seen = new Set(rows.flatMap(fieldsOf));
  return readersOf(type).flatMap((reader) =>
    poseAll(reader).flatMap((one) => {
      const interpretations = passesOf(one);
      if (interpretations.length === 0) return [];
      const absent = neededProperties(one.check, type).filter((field) => seen.has(field) && !fieldsOf(one.row).includes(field));
      return absent.map((field): Survivor => ({ check: one.id, type, path: `properties.${field}`, kind: 'not given', interpretations }));
    }),
  );
}

/** What is said of a resource that Azure answers with this body when it is asked for the resource. */
async function readAgain({ body, resource }: OfficialBody): Promise<Observation['seen']> {
  const client: ArmClient = {
    get: async () => body,
    list: async function* () {},
    query: async function* () {},
    compute: async () => null,
    effectiveRules: async () => [],
  };
  const request: LookRequest = {
    subjects: [resource],
    origin: true,
    resourceTypes: plan.resourceTypes,
    options: {},
    vantage: plan.vantage,
    concurrency: 1,
    subjectDeadlineMs: 1_000,
    signal: new AbortController().signal,
  };
  const found: Observation[] = [];
  for await (const observation of readAtOrigin(client, request)) found.push(observation);
  expect(found).toHaveLength(1);
  return found[0]?.seen ?? {};
}

describe.skipIf(!haveBodies)(`official and recorded bodies${haveBodies ? '' : ' (skipped: ../shared is not there)'}`, () => {
  const readers = typesWithBodies.flatMap(readersOf);
  const passing = readers.flatMap((reader) => goodnessOf(reader.id, reader.type).flatMap((good) => bestOf(poseAll(reader, good)) ?? []));
  const survivors = passing.flatMap(survivorsOf);
  const withouts = typesWithBodies.flatMap(passesWithout);

  test('are there, of most types of which checks read properties', () => {
    expect(own.length).toBeGreaterThan(400);
    expect(own.filter(({ origin }) => origin === 'recorded').length).toBeGreaterThan(50);
  });

  describe.each(typesWithBodies)('%s', (type) => {
    const ofType = own.filter(({ resource }) => resource.type === type);

    test('each is read by every check that judges it', () => {
      for (const reader of readersOf(type)) {
        const refused = poseAll(reader).filter((one) => !isRead(one));
        expect([reader.id, refused.map(({ subject }) => subject.id)]).toEqual([reader.id, []]);
      }
    });

    test('each is read by every check to whose subjects it is related', () => {
      for (const [id, check] of checks) {
        for (const [name, relation] of Object.entries(check.related ?? {})) {
          if (relation.type !== type) continue;
          const refused = ofType.filter((one) => !relation.row.safeParse(keptOf(one, estate)).success).map(({ file }) => file);
          expect([id, name, refused]).toEqual([id, name, []]);
        }
      }
    });

    test('each gets one judgement for each interpretation', () => {
      for (const reader of readersOf(type)) {
        for (const { id, check, row, census, subject, parameters } of poseAll(reader)) {
          const judged = judgeAll(check, { resource: row, census }, { subject, parameters });
          expect([id, judged.map(({ interpretation }) => interpretation)]).toEqual([id, interpretationsOf(check)]);
        }
      }
    });
  });

  test('an absent property is the documented default, or nothing passes', () => {
    expect(withouts.filter((one) => reasonsFor(one).length === 0).map(textOf)).toEqual([]);
  });

  test('a part that is absent, null, of another type or a word that nobody knows makes no pass that is not documented', () => {
    expect(survivors.filter((one) => reasonsFor(one).length === 0).map(textOf)).toEqual([]);
    expect(survivors.filter(({ kind }) => kind === 'another type').map(textOf)).toEqual([]);
  });

  test('each documented reason explains something', () => {
    const used = new Set([...survivors, ...withouts].flatMap(reasonsFor));
    expect(documentedPasses.filter((one) => !used.has(one))).toEqual([]);
  });

  test('read at the origin each is what was kept of it, and one of another type is refused', async () => {
    for (const one of read) {
      const seen = await readAgain(one);
      const wanted = isOfItsType(one) ? { fact: keptOf(one, estate) } : { fault: { code: 'malformed' } };
      expect(seen).toMatchObject({ resource: wanted });
    }
    expect(read.length).toBeGreaterThan(own.length);
  });

  // Resource Manager says the state of a subscription beside `properties`, Resource Graph within: the origin has to be read as the other is.
  test('the state of a subscription is known when it is read at the origin', async () => {
    const subscriptions = own.filter(({ resource, body }) => resource.type === subscriptionType && body['state'] === 'Enabled');
    expect(subscriptions).not.toEqual([]);
    for (const one of subscriptions)
      expect(await readAgain(one)).toMatchObject({ resource: { fact: { properties: { state: 'Enabled' } } } });
  });

  test('a resource answered with the body of one of another type is refused', async () => {
    const [first] = own;
    for (const type of typesWithBodies) {
      const other = own.find(({ resource, body }) => resource.type === type && typeof body['type'] === 'string');
      if (first === undefined || other === undefined || type === first.resource.type) continue;
      const seen = await readAgain({ ...first, body: other.body });
      expect(seen).toMatchObject({ resource: { fault: { code: 'malformed' } } });
    }
  });

  test('what was found in them is known', () => {
    const never = readers.filter(({ id, type }) => !passing.some((one) => one.id === id && one.subject.type === type));
    expectGolden('azure-payloads.txt', describeBodies({ checks, estate, read, own, never }));
  });
});
