import { check as hostingRegions } from '../checks/hosting-regions.ts';
import type { Json } from '../domain/json.ts';
import { dataTypes, trafficTypes } from '../domain/placed-types.ts';
import { normalRegion, type PlacedRow, replicasOf } from '../domain/replica-regions.ts';

/** Where what is placed stands, as `hosting-regions` will judge it. */
export interface RegionSurvey {
  /** Region -> resources that hold data or serve traffic. */
  readonly homes: ReadonlyMap<string, number>;
  /** Region -> copies of data that a row says are there. */
  readonly copies: ReadonlyMap<string, number>;
  /** Region -> the one that rows name as its second -> how many rows say so. */
  readonly pairs: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Region -> copies of which the row says only that they lie in the region that Azure pairs with it. */
  readonly pairsNeeded: ReadonlyMap<string, number>;
  /** Type that holds data and stands everywhere -> resources. */
  readonly global: ReadonlyMap<string, number>;
}

export interface RegionCounts {
  /** Rows of types that are not placed, and such as the check could not read, are left out. */
  see(type: string, row: Json): void;
  survey(): RegionSurvey;
}

const holdsData: ReadonlySet<string> = new Set(dataTypes);
const servesTraffic: ReadonlySet<string> = new Set(trafficTypes);

export function createRegionCounts(): RegionCounts {
  const homes = new Map<string, number>();
  const copies = new Map<string, number>();
  const pairs = new Map<string, Map<string, number>>();
  const pairsNeeded = new Map<string, number>();
  const global = new Map<string, number>();

  function seePlaced(type: string, row: PlacedRow): void {
    const home = normalRegion(row.location ?? '');
    if (home === 'global') {
      if (holdsData.has(type)) add(global, type);
    } else if (home !== '') add(homes, home);
    for (const replica of replicasOf(type, row)) {
      if ('region' in replica) add(copies, normalRegion(replica.region));
      else if ('pairOf' in replica) add(pairsNeeded, normalRegion(replica.pairOf));
    }
    const second = normalRegion(row.properties?.secondaryLocation ?? row.properties?.defaultSecondaryLocation ?? '');
    if (home === '' || second === '' || second === home) return;
    const own = pairs.get(home) ?? new Map<string, number>();
    pairs.set(home, add(own, second));
  }

  return {
    see: (type, row) => {
      if (!holdsData.has(type) && !servesTraffic.has(type)) return;
      const parsed = hostingRegions.needs['resource']?.safeParse(row);
      // The check's own schema is one of such rows; its type is lost where all checks are alike.
      if (parsed?.success === true) seePlaced(type, parsed.data as PlacedRow);
    },
    survey: () => ({ homes, copies, pairs, pairsNeeded, global }),
  };
}

function add(counts: Map<string, number>, key: string): Map<string, number> {
  return counts.set(key, (counts.get(key) ?? 0) + 1);
}
