import { subscriptionOf } from '../arm-path.ts';
import type { EstateResource, PretendEstate } from '../estate-port.ts';
import { findLogPlaces, type LogPlaces } from './log-places.ts';
import { textOf } from './log-row.ts';
import { isRunning } from './machine-rows.ts';

/** What of an estate writes logs. Ids are lower case. */
export interface LogWorld {
  readonly places: LogPlaces;
  readonly subscriptions: readonly string[];
  /** By the workspace to which they send, and there by id. */
  readonly machines: ReadonlyMap<string, ReadonlyMap<string, EstateResource>>;
  /** By the workspace in which they keep their rows: what Application Insights watches. */
  readonly components: ReadonlyMap<string, readonly string[]>;
  /** Servers whose auditing is on and sends to a workspace. */
  readonly auditedServers: readonly string[];
}

/** As the estate is; looked through again only after it has changed. */
export function makeLogWorlds(estate: PretendEstate): () => LogWorld {
  let version: number | undefined;
  let world: LogWorld | undefined;
  return () => {
    const now = world !== undefined && version === estate.version ? world : findLogWorld(estate);
    world = now;
    version = estate.version;
    return now;
  };
}

function findLogWorld(estate: PretendEstate): LogWorld {
  const places = findLogPlaces(estate);
  const machines: EstateResource[] = [];
  const components: EstateResource[] = [];
  const auditedServers: string[] = [];
  for (const resource of estate.all()) {
    const type = resource.type.toLowerCase();
    if (type === 'microsoft.compute/virtualmachines' && isRunning(resource)) machines.push(resource);
    if (type === 'microsoft.insights/components') components.push(resource);
    if (type === 'microsoft.sql/servers/auditingsettings' && isAudited(resource)) auditedServers.push(parentOf(resource.id));
  }
  return {
    places,
    subscriptions: estate.subscriptions.map(({ id }) => id.toLowerCase()),
    machines: new Map(
      [...Map.groupBy(machines, ({ id }) => places.home(subscriptionOf(id)) ?? '')].map(([workspace, members]) => [
        workspace,
        new Map(members.map((each) => [each.id.toLowerCase(), each])),
      ]),
    ),
    components: new Map(
      [...Map.groupBy(components, ({ properties }) => textOf(properties['WorkspaceResourceId']).toLowerCase())].map(
        ([workspace, members]) => [workspace, members.map(({ id }) => id.toLowerCase())],
      ),
    ),
    auditedServers,
  };
}

function isAudited({ properties }: EstateResource): boolean {
  return textOf(properties['state']).toLowerCase() === 'enabled' && properties['isAzureMonitorTargetEnabled'] === true;
}

function parentOf(id: string): string {
  return id.toLowerCase().split('/').slice(0, -2).join('/');
}
