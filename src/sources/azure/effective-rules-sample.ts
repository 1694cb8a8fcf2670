import PQueue from 'p-queue';
import type { EffectiveRules } from '../../domain/effective-rules.ts';
import { FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Observation, ResourceTypePlan } from '../../domain/look.ts';
import { resourceFromId } from '../../domain/resource-id.ts';
import type { Resource } from '../../domain/subject.ts';
import type { ArmClient, CallOptions } from './arm-client.ts';
import { readRow } from './read-at-origin.ts';
import type { ReadRights } from './read-rights.ts';
import { createRotation, type Rotation } from './sample.ts';

export const effectiveRulesKind = 'effective-rules';
/**
 * What asking for the rules in effect takes, and hearing the answer, which comes later. Without one of them nothing is unknown: only our own result is not
 * compared. Source: Microsoft, "Azure permissions for Networking".
 */
export const effectiveRulesActions = [
  'Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action',
  'Microsoft.Network/locations/operationResults/read',
  'Microsoft.Network/locations/operations/read',
] as const;

const interfaceType = 'microsoft.network/networkinterfaces';
const groupType = 'microsoft.network/networksecuritygroups';

/** Of one call. Azure takes some ten seconds for an answer. */
const deadlineMs = 60_000;
/** Of one interface, with all that belongs to it. */
const totalDeadlineMs = 120_000;

export interface Sampling {
  readonly rotation: Rotation;
  /** How many interfaces a look; 0: none. */
  readonly count: number;
}

export const noSampling: Sampling = { rotation: createRotation(''), count: 0 };

export interface EffectiveRulesNeeds {
  readonly client: ArmClient;
  readonly request: LookRequest;
  readonly scopes: readonly Resource[];
  readonly rights: ReadRights;
  readonly types: readonly ResourceTypePlan[];
  readonly sampling: Sampling;
}

/** Holds back a few interfaces of what the sweeps list, and brings them with the rules that Azure says are in effect there. */
export interface EffectiveRulesSample {
  /** What goes on at once: this, another one that is not held back any more, or nothing. */
  pass(observation: Observation): Observation | null;
  /**
   * What was held back: the interfaces, with the rules in effect where Azure told them, and only then that all interfaces were listed. A look that is cut
   * off before has an incomplete list.
   */
  rest(): AsyncIterable<Observation>;
}

const listKind = `list:${interfaceType}`;

/**
 * Azure is asked from when all interfaces are known, beside what else the look does. Where it does not tell, the interface comes without: no fault of
 * its own.
 */
export function createEffectiveRulesSample(needs: EffectiveRulesNeeds): EffectiveRulesSample {
  const groupPlan = groupPlanOf(needs);
  const sample = needs.sampling.rotation.begin<Observation>(groupPlan === null ? 0 : needs.sampling.count);
  const lists: Observation[] = [];
  let asking: readonly Promise<Observation>[] | null = null;
  return {
    pass(observation) {
      if (groupPlan === null) return observation;
      const { [listKind]: list, ...others } = observation.seen;
      if (list !== undefined) {
        asking ??= askEach(sample.choose(), groupPlan, needs);
        lists.push({ subject: observation.subject, seen: { [listKind]: list } });
        return { ...observation, seen: others };
      }
      return mayHaveRules(observation) && asking === null ? sample.offer(observation.subject.id, observation) : observation;
    },
    async *rest() {
      for (const one of asking ?? sample.choose()) yield await one;
      yield* lists;
    },
  };
}

/** Null where nobody compares them: our own result rests on the rules of groups. */
function groupPlanOf({ types, sampling }: EffectiveRulesNeeds): ResourceTypePlan | null {
  if (sampling.count === 0 || !comparesEffectiveRules(types)) return null;
  return types.find(({ type }) => type === groupType) ?? null;
}

/** Whether somebody reads what has to be compared with them. */
export function comparesEffectiveRules(types: readonly ResourceTypePlan[]): boolean {
  const reads = (wanted: string, field: string) => types.some(({ type, fields }) => type === wanted && fields.includes(field));
  return reads(interfaceType, 'virtualMachine') && reads(groupType, 'securityRules');
}

/** Azure tells of an interface at a running machine only. */
function mayHaveRules({ subject, seen }: Observation): boolean {
  const row = seen['resource'];
  if (subject.kind !== 'resource' || subject.type !== interfaceType || row === undefined || 'fault' in row) return false;
  return isObject(row.fact) && isObject(row.fact['properties']) && isObject(row.fact['properties']['virtualMachine']);
}

function askEach(chosen: readonly Observation[], groupPlan: ResourceTypePlan, needs: EffectiveRulesNeeds): readonly Promise<Observation>[] {
  const queue = new PQueue({ concurrency: needs.request.concurrency });
  const asking = chosen.map((observation) => queue.add(() => askOne(observation, groupPlan, needs)));
  // Nobody waits for them yet who would hear of a defect.
  for (const one of asking) one.catch(() => undefined);
  return asking;
}

async function askOne(observation: Observation, groupPlan: ResourceTypePlan, needs: EffectiveRulesNeeds): Promise<Observation> {
  const count = (outcome: string) => needs.request.meter?.count('azure_effective_rules_total', { outcome });
  const scope = needs.scopes.find(
    ({ subscription }) => 'subscription' in observation.subject && subscription === observation.subject.subscription,
  );
  if (scope !== undefined && effectiveRulesActions.some((action) => needs.rights.deniedIn(scope, action) !== null)) {
    count('denied');
    return observation;
  }
  try {
    const signal = AbortSignal.any([needs.request.signal, AbortSignal.timeout(totalDeadlineMs)]);
    const rules = await readRules(needs.client, observation.subject.id, groupPlan, { signal, deadlineMs });
    count(rules === null ? 'changed' : 'read');
    if (rules === null) return observation;
    const fact: JsonObject = { effective: rules.effective, groups: rules.groups };
    return { ...observation, seen: { ...observation.seen, [effectiveRulesKind]: { fact } } };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    count(error.fault.code === 'unsupported' ? 'refused' : error.fault.code);
    return observation;
  }
}

/**
 * Asked twice, around the reading of the groups: only where Azure says the same both times do the groups stand for what it says. Null where something
 * changed meanwhile.
 */
async function readRules(
  client: ArmClient,
  networkInterface: string,
  groupPlan: ResourceTypePlan,
  options: CallOptions,
): Promise<EffectiveRules | null> {
  const before = await client.effectiveRules(networkInterface, options);
  const groups: JsonObject[] = [];
  for (const group of groupsOf(before)) {
    const row = await readRow(client, group, groupPlan, options);
    if (row === null) return null;
    groups.push(row);
  }
  const after = await client.effectiveRules(networkInterface, options);
  return textOf(before) === textOf(after) ? { effective: after, groups } : null;
}

/** The groups that the answer names, each once, in the order of their ids. @throws FaultError */
function groupsOf(effective: readonly JsonObject[]): readonly Resource[] {
  const groups = new Map<string, Resource>();
  for (const { networkSecurityGroup, association } of effective) {
    // The rules of a network manager are of no group.
    if (!isObject(networkSecurityGroup) && isObject(association) && isObject(association['networkManager'])) continue;
    const id = isObject(networkSecurityGroup) ? networkSecurityGroup['id'] : undefined;
    const group = typeof id === 'string' ? resourceFromId(id) : null;
    if (group?.type !== groupType) throw new FaultError('malformed', 'Azure says rules in effect without the group that they are of');
    groups.set(group.id, group);
  }
  return [...groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whatever the order in which Azure gives lists and members. */
function textOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(textOf).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${textOf(one)}`);
  return `{${members.sort().join()}}`;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
