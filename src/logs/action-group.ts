/** A group of receivers to whom alerts are sent (`Microsoft.Insights/actionGroups`), as far as it was read. */
export interface ActionGroup {
  readonly enabled?: boolean | null | undefined;
  readonly receivers: readonly GroupReceivers[];
}

export interface GroupReceivers {
  /** `emailReceivers` */
  readonly kind: string;
  readonly receivers: readonly GroupReceiver[];
}

/** Nothing of where it sends to, or to whom. */
export interface GroupReceiver {
  readonly status?: string | null | undefined;
  readonly enabled?: boolean | null | undefined;
}

/** Every list of receivers that an action group has (2023-01-01). */
export const receiverKinds = [
  'emailReceivers',
  'smsReceivers',
  'webhookReceivers',
  'itsmReceivers',
  'azureAppPushReceivers',
  'automationRunbookReceivers',
  'voiceReceivers',
  'logicAppReceivers',
  'azureFunctionReceivers',
  'armRoleReceivers',
  'eventHubReceivers',
] as const;

/** Whether what is sent to it reaches somebody, and why not. */
export type Reach = { readonly reaches: true } | { readonly reaches: false | null; readonly why: string };

/**
 * One receiver is enough. Known hole: an alert processing rule can suppress what a group would send, and whether anybody reads a mail nobody but the
 * reader knows.
 */
export function reachOf({ enabled, receivers }: ActionGroup): Reach {
  if (enabled === false) return { reaches: false, why: 'is disabled' };
  if (enabled === undefined || enabled === null) return { reaches: null, why: 'does not say whether it is enabled' };
  const all = receivers.flatMap((list) => list.receivers.map((receiver) => reachesOne(list.kind, receiver)));
  if (all.includes(true)) return { reaches: true };
  if (all.includes(null)) return { reaches: null, why: 'has receivers of which it does not say whether they are enabled' };
  return { reaches: false, why: all.length === 0 ? 'has no receiver' : 'has only receivers that are disabled' };
}

/** Mails and short messages can be refused by who receives them, which their status says; the others have none. */
function reachesOne(kind: string, { status, enabled }: GroupReceiver): boolean | null {
  const state = status?.toLowerCase() ?? '';
  if (enabled === false || state === 'disabled') return false;
  if (state === 'enabled') return true;
  return ['emailReceivers', 'smsReceivers'].includes(kind) || state !== '' ? null : true;
}
