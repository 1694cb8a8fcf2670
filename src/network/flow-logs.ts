import { isFlag, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** A row of `microsoft.network/networkwatchers/flowlogs`. */
export interface FlowLog {
  readonly name: string;
  readonly properties: {
    readonly enabled?: boolean | null | undefined;
    readonly storageId?: Text;
    readonly enabledFilteringCriteria?: Text;
    /** `B,C,E,D`; all where it is absent. */
    readonly recordTypes?: Text;
    readonly retentionPolicy?:
      | { readonly enabled?: boolean | null | undefined; readonly days?: number | null | undefined }
      | null
      | undefined;
  };
}

export function judgeFlowLog({ name, properties }: FlowLog, leastDays: number): readonly PropertyVerdict[] {
  const path = 'flowLogs.properties.enabled';
  return [
    judgeProperty({ path: `${name}: enabled`, rule: path, isGood: isFlag(true) }, properties.enabled),
    judgeStorage(name, properties.storageId),
    ...judgeFilters(name, properties),
    judgeRetention(name, properties.retentionPolicy, leastDays),
  ];
}

function judgeStorage(name: string, storageId: Text): PropertyVerdict {
  const rule = 'flowLogs.properties.storageId';
  if (storageId !== null && storageId !== undefined && storageId !== '')
    return { rule, observed: `${name}: kept in ${storageId}`, status: 'pass' };
  return { rule, observed: `${name}: storageId is absent, so where it is kept is not said`, status: 'unknown', reason: 'unsupported' };
}

/** Absent or empty they leave out nothing (FlowLogPropertiesFormat of Microsoft.Network). */
function judgeFilters(name: string, { enabledFilteringCriteria, recordTypes }: FlowLog['properties']): readonly PropertyVerdict[] {
  const [criteria, types] = [enabledFilteringCriteria?.trim() ?? '', recordTypes?.trim() ?? ''];
  return [...(criteria === '' ? [] : [filtered(name, criteria)]), ...(types === '' ? [] : [judgeRecordTypes(name, types)])];
}

/** What a filter leaves out may be just those who matter; it is not taken apart here. */
function filtered(name: string, criteria: string): PropertyVerdict {
  return {
    rule: 'flowLogs.properties.enabledFilteringCriteria',
    observed: `${name}: records only what meets ${JSON.stringify(criteria)}; whom that leaves out is not known`,
    status: 'unknown',
    reason: 'unsupported',
  };
}

/** Who came is in what begins (B), who was refused in what is denied (D). */
function judgeRecordTypes(name: string, types: string): PropertyVerdict {
  const rule = 'flowLogs.properties.recordTypes';
  const letters = types
    .toUpperCase()
    .split(',')
    .map((letter) => letter.trim());
  const observed = `${name}: recordTypes is ${JSON.stringify(types)}`;
  if (!letters.every((letter) => ['B', 'C', 'E', 'D'].includes(letter)))
    return { rule, observed: `${observed}, which we do not know`, status: 'unknown', reason: 'malformed' };
  if (letters.includes('B') && letters.includes('D')) return { rule, observed, status: 'pass' };
  return { rule, observed: `${observed}: it leaves out ${letters.includes('B') ? 'who was refused' : 'who came'}`, status: 'fail' };
}

/** No days, or a policy that is off, delete nothing (Azure Network Watcher, "flow logs"). */
function judgeRetention(name: string, policy: FlowLog['properties']['retentionPolicy'], leastDays: number): PropertyVerdict {
  const rule = 'flowLogs.properties.retentionPolicy';
  const days = policy?.days;
  if (days === null || days === undefined)
    return {
      rule,
      observed: `${name}: retentionPolicy.days is absent; an absent property proves nothing`,
      status: 'unknown',
      reason: 'unsupported',
    };
  if (!Number.isInteger(days) || days < 0)
    return { rule, observed: `${name}: kept for ${days} days`, status: 'unknown', reason: 'malformed' };
  if (days === 0) return { rule, observed: `${name}: kept for ever`, status: 'pass' };
  const observed = `${name}: kept for ${days} days`;
  if (days >= leastDays) return { rule, observed, status: 'pass' };
  if (policy?.enabled === true) return { rule, observed, status: 'fail' };
  return { rule, observed: `${observed}, by a policy that is not said to be on`, status: 'unknown', reason: 'unsupported' };
}

/** Of no flow log. Those that stand at parts of a network leave out what is added to it later. */
export const noFlowLog: PropertyVerdict = {
  rule: 'flowLogs.properties.targetResourceId (built-in policy 4c3c6c5f)',
  observed: 'no flow log of the network itself; those of its subnets, interfaces or network security groups do not cover it',
  status: 'fail',
};
