export const faultNames = [
  'throttled',
  'throttled-without-wait',
  'unavailable',
  'cut-body',
  'html',
  'empty-object',
  'slow-drip',
  'expired-token',
  'claims-challenge',
  'connection-reset',
  'missing-subscription',
  'truncated',
  'short',
  'wrong-total',
] as const;

export type FaultName = (typeof faultNames)[number];
/** Of Log Analytics alone: half of the rows, and an error beside them. */
export type LogFaultName = 'partial-answer';

/**
 * `graph`: Resource Graph; `activity`: the activity log; `arm`: the rest of Azure Resource Manager; `logs`: Log Analytics; `token`: every way to a token.
 */
export type AzureApi = 'graph' | 'arm' | 'activity' | 'logs' | 'token';

export interface AzureFault {
  readonly name: FaultName | LogFaultName;
  /** Default: every API that can have it. */
  readonly api?: AzureApi;
  readonly path?: RegExp;
  /** Only requests that name this type, in any casing; to Resource Graph one of its query, to the authority a scope of the token. */
  readonly type?: string;
  /** How many calls it spoils; default: for ever. */
  readonly times?: number;
  /** For `throttled`; default 1. */
  readonly retryAfterSeconds?: number;
  /** For `missing-subscription`; default: the first. */
  readonly subscription?: string;
  /** For `slow-drip`: how long from byte to byte; default 200. */
  readonly dripMs?: number;
}

/** What a fault is matched against; types are lower case. */
export interface FaultTarget {
  readonly api: AzureApi;
  readonly path: string;
  readonly types: readonly string[];
}

export interface Faults {
  /** This fault alone from now on; null: none. */
  set(fault: AzureFault | null): void;
  /** Besides those there are; the one added first goes first. */
  add(fault: AzureFault): void;
  /** The fault of a call, which counts as used. */
  take(target: FaultTarget): AzureFault | null;
}

export function makeFaults(): Faults {
  let standing: { readonly fault: AzureFault; left: number }[] = [];
  function add(fault: AzureFault): void {
    standing.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }
  return {
    add,
    set(fault) {
      standing = [];
      if (fault !== null) add(fault);
    },
    take(target) {
      const found = standing.find(({ fault, left }) => left > 0 && concerns(fault, target));
      if (found === undefined) return null;
      found.left -= 1;
      return found.fault;
    },
  };
}

function concerns(fault: AzureFault, target: FaultTarget): boolean {
  if (!canHave(target, fault.name) || (fault.api ?? target.api) !== target.api) return false;
  if (fault.path !== undefined && target.path.search(fault.path) === -1) return false;
  return fault.type === undefined || target.types.includes(fault.type.toLowerCase());
}

function canHave(target: FaultTarget, name: FaultName | LogFaultName): boolean {
  switch (name) {
    case 'truncated':
    case 'short':
    case 'wrong-total':
      return target.api === 'graph';
    case 'partial-answer':
      return target.api === 'logs';
    case 'missing-subscription':
      return target.api === 'graph' || (target.api === 'arm' && target.path === '/subscriptions');
    case 'expired-token':
    case 'claims-challenge':
      return target.api !== 'token';
    default:
      return true;
  }
}
