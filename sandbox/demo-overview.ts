import { type ClaimStanding, readClaims } from './claim-standings.ts';
import { explainClaims, renderClaims, summariseClaims } from './claim-table.ts';
import { demoChecks, endpointChecks } from './demo-checks.ts';
import type { DemoWorld } from './demo-world.ts';
import { claimsOfMetrics, countsOfMetrics } from './metrics-claims.ts';
import type { Sample } from './metrics-text.ts';
import type { Screen } from './screen.ts';
import { type EndpointStanding, readStandings, type Standing, standingOf } from './standings.ts';
import { describeFound, renderStandings } from './status-table.ts';

/** Those that are configured, and those that are found in Azure. */
export function endpointCountOf({ estate, azure }: DemoWorld): number {
  return estate.endpoints.length + azure.hosts.length;
}

/** The claims, then the endpoints. */
export async function overviewLines(world: DemoWorld, screen: Screen, signal: AbortSignal): Promise<readonly string[]> {
  const [claims, standings] = await Promise.all([readClaims(world.folder, signal), readStandings(world.folder, signal)]);
  return [
    '',
    screen.paint('bold', summaryOf(world, standings)),
    '',
    ...renderClaims(claims, standings, screen.paint),
    screen.paint('dim', explainClaims(claims)),
    '',
    ...renderStandings(endpointStandings(world, standings), screen.paint),
    describeFound(foundStandings(world, standings), screen.paint),
    '',
  ];
}

/** A screen of fewer rows has no room for a table below the story. */
const rowsForTable = 36;

/** The claims as they stand at one moment, to be drawn anew: a table where there is room, otherwise a line. */
export function liveLines(known: readonly ClaimStanding[], samples: readonly Sample[], screen: Screen): readonly string[] {
  const claims = claimsOfMetrics(known, samples);
  if (screen.rows < rowsForTable) return ['', screen.paint('bold', summariseClaims(claims))];
  return ['', ...renderClaims(claims, countsOfMetrics(samples), screen.paint)];
}

function endpointStandings(world: DemoWorld, standings: readonly Standing[]): readonly EndpointStanding[] {
  const count = endpointCountOf(world);
  return world.estate.endpoints.map((endpoint) => standingOf(endpoint, ofEndpoints(standings), count));
}

function foundStandings(world: DemoWorld, standings: readonly Standing[]): readonly EndpointStanding[] {
  const { hosts, ports } = world.azure;
  const count = endpointCountOf(world);
  return hosts.map((host) => standingOf({ name: host, subject: `${host}:${ports.port}` }, ofEndpoints(standings), count));
}

function ofEndpoints(standings: readonly Standing[]): readonly Standing[] {
  return standings.filter(({ check }) => endpointChecks.includes(check));
}

function summaryOf(world: DemoWorld, standings: readonly Standing[]): string {
  const { estate } = world.azure;
  const resources = Array.from(estate.all()).length;
  const findings = standings.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  const parts = [`${endpointCountOf(world)} endpoints`, `${demoChecks.length} checks`, `${findings} findings`];
  return `${resources} resources in ${estate.subscriptions.length} subscriptions of Azure, ${parts.join(', ')}`;
}
