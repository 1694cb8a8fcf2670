import { isOneOf, isSameText, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** What lets chosen networks in: of storage and key vaults `networkAcls`, of registries `networkRuleSet`, of Cosmos DB members of the account. */
export interface SelectedNetworks {
  readonly path: string;
  readonly defaultAction: Text;
  /** Addresses or prefixes that are let in from the Internet. */
  readonly addresses: readonly string[];
}

export interface PublicAccess {
  /** Built-in policy whose expectation it is. */
  readonly policy: string;
  /** `properties.publicNetworkAccess`, or where else the service keeps it. */
  readonly path?: string;
  readonly value: Text;
  /** Null: the row of the service does not hold them. */
  readonly selected: SelectedNetworks | null;
}

/** `Disabled` passes; absent is `Enabled` with every service. A perimeter has rules of its own, which the row does not hold. */
export function judgePublicAccess(access: PublicAccess, allowSelectedNetworks: boolean): readonly PropertyVerdict[] {
  const path = access.path ?? 'properties.publicNetworkAccess';
  if (isSameText(access.value ?? '', 'SecuredByPerimeter'))
    return [
      {
        observed: `${path} is ${access.value}: the access rules of the perimeter would have to be read`,
        status: 'unknown',
        reason: 'unsupported',
      },
    ];
  const rule = `${path} (built-in policy ${access.policy})`;
  const verdict = judgeProperty({ path, isGood: isOneOf(['Disabled'], ['Enabled']), byDefault: 'Enabled', rule }, access.value);
  if (verdict.status !== 'fail' || !allowSelectedNetworks || access.selected === null) return [verdict];
  return judgeSelection(access.selected);
}

/** Only chosen networks are let in, and what is chosen is not most of the Internet in pieces. */
function judgeSelection({ path, defaultAction, addresses }: SelectedNetworks): readonly PropertyVerdict[] {
  return [
    judgeProperty({ path: `${path}.defaultAction`, isGood: isOneOf(['Deny'], ['Allow']), byDefault: 'Allow' }, defaultAction),
    ...addresses.flatMap((address) => judgeAddress(`${path}.ipRules`, address)),
  ];
}

/** A /16 is the most that one company's own addresses plausibly are; vaults were seen that let in 0.0.0.0/2 and the rest of it. */
const widestIpv4 = 16;
const widestIpv6 = 32;

function judgeAddress(path: string, text: string): readonly PropertyVerdict[] {
  const [, address, length] = /^([0-9a-f.:]+?)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (address === undefined) {
    if (/^[0-9.]+-[0-9.]+$/.test(text))
      return [{ observed: `${path} holds the range ${text}, which we do not measure`, status: 'unknown', reason: 'unsupported' }];
    return [{ observed: `${path} holds "${text}", which is no address`, status: 'unknown', reason: 'malformed' }];
  }
  // Cosmos DB and SQL write it for "everything within Azure", the machines of strangers included.
  if (address === '0.0.0.0' && length === undefined) return [{ observed: `${path} lets all of Azure in (0.0.0.0)`, status: 'fail' }];
  const widest = address.includes(':') ? widestIpv6 : widestIpv4;
  if (length === undefined || Number(length) >= widest) return [];
  return [{ observed: `${path} lets ${text} in, which is wider than a /${widest}`, status: 'fail' }];
}

/** Flexible servers with a subnet of ours have no public address, whatever else is said. */
export function judgeDelegatedSubnet(subnet: Text, otherwise: readonly PropertyVerdict[], path: string): readonly PropertyVerdict[] {
  return isGiven(subnet) ? [{ observed: `${path} is ${subnet}`, rule: path, status: 'pass' }] : otherwise;
}

export interface DiskAccess {
  readonly networkAccessPolicy?: Text;
  readonly publicNetworkAccess?: Text;
}

/** Either of two properties keeps the export of a disk from the Internet (Microsoft, "Restrict managed disks from being imported or exported"). */
export function judgeDiskAccess({ networkAccessPolicy, publicNetworkAccess }: DiskAccess): readonly PropertyVerdict[] {
  const rule = 'properties.networkAccessPolicy (built-in policy 8405fdab)';
  const both = [
    judgeProperty(
      { path: 'properties.networkAccessPolicy', isGood: isOneOf(['AllowPrivate', 'DenyAll'], ['AllowAll']), byDefault: 'AllowAll', rule },
      networkAccessPolicy,
    ),
    judgeProperty(
      { path: 'properties.publicNetworkAccess', isGood: isOneOf(['Disabled'], ['Enabled']), byDefault: 'Enabled', rule },
      publicNetworkAccess,
    ),
  ];
  return firstOf(both);
}

export interface SiteNetwork {
  readonly virtualNetworkSubnetId: Text;
  /** Of its own environment in a network of ours (App Service Environment). */
  readonly environment: Text;
  /** State of each private endpoint connection; null where the row does not hold them. */
  readonly connections: readonly Text[] | null;
}

/** A site belongs to a network of ours by its integration, its environment, or a private endpoint that somebody approved. */
export function judgeSiteNetwork({ virtualNetworkSubnetId, environment, connections }: SiteNetwork): readonly PropertyVerdict[] {
  if (isGiven(virtualNetworkSubnetId)) return [passed(`properties.virtualNetworkSubnetId is ${virtualNetworkSubnetId}`)];
  if (isGiven(environment)) return [passed(`properties.hostingEnvironmentProfile is ${environment}`)];
  const none = 'properties.virtualNetworkSubnetId is absent: the site is in no network of ours';
  if (connections === null)
    return [
      {
        observed: `${none}; properties.privateEndpointConnections is absent, so whether it has a private endpoint is not said`,
        status: 'unknown',
        reason: 'unsupported',
      },
    ];
  if (connections.some((status) => isSameText(status ?? '', 'Approved'))) return [passed('a private endpoint connection is Approved')];
  const states = connections.map((status) => status ?? 'of no known state');
  const strange = connections.filter((status) => !isKnownState(status));
  const endpoints =
    states.length === 0 ? 'it has no private endpoint' : `no private endpoint connection is approved (${states.join(', ')})`;
  if (strange.length > 0) return [{ observed: `${none}, and ${endpoints}`, status: 'unknown', reason: 'malformed' }];
  return [{ observed: `${none}, and ${endpoints}`, status: 'fail' }];
}

function isKnownState(status: Text): boolean {
  return ['Approved', 'Pending', 'Rejected', 'Disconnected', 'Removed', 'Timeout'].some((known) => isSameText(known, status ?? ''));
}

/** Of properties of which one is enough: the one that passes; else one that is not known may be it; else all that fail. */
function firstOf(verdicts: readonly PropertyVerdict[]): readonly PropertyVerdict[] {
  const passed = verdicts.filter(({ status }) => status === 'pass');
  if (passed.length > 0) return passed;
  const unknown = verdicts.filter(({ status }) => status === 'unknown');
  return unknown.length > 0 ? unknown : verdicts;
}

function passed(observed: string): PropertyVerdict {
  return { observed, status: 'pass' };
}

/** An empty id is none. */
function isGiven(text: Text): text is string {
  return text !== null && text !== undefined && text !== '';
}
