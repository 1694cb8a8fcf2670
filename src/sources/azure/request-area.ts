import type { Method } from './allowed-requests.ts';

/** Under which name a request is counted and limited. A closed list: names of the outside never become labels. */
const areas = [
  'authorization',
  'cache',
  'cdn',
  'compute',
  'containerregistry',
  'containerservice',
  'dataprotection',
  'dbformysql',
  'dbforpostgresql',
  'documentdb',
  'eventgrid',
  'insights',
  'keyvault',
  'network',
  'operationalinsights',
  'recoveryservices',
  'resourcehealth',
  'resources',
  'security',
  'servicebus',
  'sql',
  'storage',
  'web',
] as const;
export type RequestArea = 'resource-graph' | 'activity-log' | 'arm' | 'log-analytics' | (typeof areas)[number];

export interface RequestPlace {
  readonly area: RequestArea;
  /** Lower case; empty where the request is about none or several. */
  readonly subscription: string;
  /** A list of things, which some providers limit harder than reading one. */
  readonly isList: boolean;
  /** A POST about something of a subscription: Azure counts it with the writes, even where it changes nothing. */
  readonly isAction: boolean;
}

/** Where a path leads, in any casing. Of several providers the last counts, as in an extension resource. */
export function placeOf(path: string, method: Method = 'GET'): RequestPlace {
  const text = path.toLowerCase();
  const subscription = /^\/subscriptions\/([^/]+)/.exec(text)?.[1] ?? '';
  const [namespace = '', ...rest] = (text.split('/providers/').slice(1).at(-1) ?? '').split('/');
  const area = namespace === 'microsoft.insights' && rest[0] === 'eventtypes' ? 'activity-log' : areaOf(namespace);
  return { area, subscription, isList: rest.length % 2 === 1, isAction: method === 'POST' && subscription !== '' };
}

function areaOf(namespace: string): RequestArea {
  const name = namespace.replace(/^microsoft\./, '');
  if (name === 'resourcegraph') return 'resource-graph';
  return areas.find((area) => area === name) ?? 'arm';
}
