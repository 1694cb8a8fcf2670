import { isFlag, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** A row of `microsoft.network/networkwatchers/flowlogs`. */
export interface FlowLog {
  readonly name: string;
  readonly properties: {
    readonly enabled?: boolean | null | undefined;
    readonly storageId?: Text;
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
    judgeRetention(name, properties.retentionPolicy, leastDays),
  ];
}

function judgeStorage(name: string, storageId: Text): PropertyVerdict {
  const rule = 'flowLogs.properties.storageId';
  if (storageId !== null && storageId !== undefined && storageId !== '')
    return { rule, observed: `${name}: kept in ${storageId}`, status: 'pass' };
  return { rule, observed: `${name}: storageId is absent, so where it is kept is not said`, status: 'unknown', reason: 'unsupported' };
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
