import type { NetworkPicture, PicturedArrow, PicturedEntry, PicturedServers, PicturedSubnet } from '../../domain/network-picture.ts';

/** In pixels of a picture that is 1,040 wide, without the margin around it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LaidOut {
  readonly height: number;
  readonly entries: readonly { readonly entry: PicturedEntry; readonly box: Box; readonly arrows: readonly PicturedArrow[] }[];
  readonly subnets: readonly {
    readonly subnet: PicturedSubnet;
    readonly box: Box;
    readonly groups: readonly { readonly servers: PicturedServers; readonly box: Box }[];
  }[];
  readonly ways: readonly LaidOutWay[];
}

/** Leaves the entry at `from`, and is straight at the height `y` where its text stands. */
export interface LaidOutWay {
  readonly arrow: PicturedArrow;
  readonly entry: PicturedEntry;
  readonly servers: PicturedServers;
  readonly subnet: PicturedSubnet;
  readonly from: number;
  readonly y: number;
}

export const columns = {
  internet: { x: 0.5, width: 78 },
  entries: { x: 120, width: 200 },
  labels: { x: 396, width: 334 },
  subnets: { x: 742, width: 297.5 },
  groups: { x: 756, width: 270 },
} as const;
export const pictureWidth = 1_040;
export const pictureMargin = 10;

const rowHeight = 44;
const subnetHead = 26;
const subnetFoot = 6;
const subnetGap = 10;
const groupGap = 8;
/** What is missing needs more lines than a name. */
const entryHeights = { known: 58, unknown: 72 } as const;
const entryGap = 10;
/** Between two arrows where they leave an entry. */
const leastStep = 6;

/**
 * Servers stand in the order of the picture, a row for each arrow; entries stand as near as there is room to the rows they lead to, so that few arrows
 * cross, and no text is ever crossed. `top` is where the first box may begin.
 */
export function layOut({ entries, subnets, arrows }: NetworkPicture, top: number): LaidOut {
  const arrowsOf = Map.groupBy(arrows, ({ servers }) => servers);
  const placed = placeSubnets(subnets, arrowsOf, top);
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
  const rows = placed.flatMap(({ subnet, groups }) =>
    groups.flatMap(({ servers, box }) =>
      (arrowsOf.get(servers.id) ?? []).flatMap((arrow, index) => {
        const entry = entryOf.get(arrow.entry);
        return entry === undefined ? [] : [{ arrow, entry, servers, subnet, y: box.y - groupGap / 2 + rowHeight * (index + 0.5) }];
      }),
    ),
  );
  const rowsOf = Map.groupBy(rows, ({ arrow }) => arrow.entry);
  const stacked = stackEntries(
    entries.flatMap((entry) => {
      const own = rowsOf.get(entry.id) ?? [];
      return own.length === 0 ? [] : [{ entry, rows: own }];
    }),
    top,
  );
  const ways = stacked.flatMap(({ rows: own, box }) =>
    own.map((row, index) => ({ ...row, from: box.y + (box.height * (index + 1)) / (own.length + 1) })),
  );
  const bottoms = [...placed, ...stacked].map(({ box }) => box.y + box.height);
  return {
    height: Math.max(top, ...bottoms),
    subnets: placed,
    entries: stacked.map(({ entry, box, rows: own }) => ({ entry, box, arrows: own.map(({ arrow }) => arrow) })),
    ways: ways.toSorted((a, b) => a.y - b.y),
  };
}

function placeSubnets(
  subnets: readonly PicturedSubnet[],
  arrowsOf: ReadonlyMap<string, readonly PicturedArrow[]>,
  top: number,
): LaidOut['subnets'] {
  let y = top;
  return subnets.map((subnet) => {
    const start = y;
    y += subnetHead;
    const groups = subnet.groups.map((servers) => {
      const height = rowHeight * Math.max(1, arrowsOf.get(servers.id)?.length ?? 0);
      const box = { ...columns.groups, y: y + groupGap / 2, height: height - groupGap };
      y += height;
      return { servers, box };
    });
    y += subnetFoot;
    const box = { ...columns.subnets, y: start, height: y - start };
    y += subnetGap;
    return { subnet, box, groups };
  });
}

interface Stacked<Row> {
  readonly entry: PicturedEntry;
  readonly rows: readonly Row[];
}

/** Each at the middle of the rows that it leads to, as far as there is room. */
function stackEntries<Row extends { readonly y: number }>(
  entries: readonly Stacked<Row>[],
  top: number,
): readonly (Stacked<Row> & { readonly box: Box })[] {
  const wishing = entries.map(({ entry, rows }) => {
    const height = Math.max(entryHeights[entry.kind === 'unknown' ? 'unknown' : 'known'], leastStep * (rows.length + 1));
    return { entry, rows, height, wish: rows.reduce((sum, { y }) => sum + y, 0) / rows.length - height / 2 };
  });
  const ordered = wishing.toSorted((a, b) => a.wish + a.height / 2 - b.wish - b.height / 2 || (a.entry.id < b.entry.id ? -1 : 1));
  return spread(ordered, top).map(({ entry, rows, height, y }) => ({ entry, rows, box: { ...columns.entries, y, height } }));
}

interface Wishing {
  /** Where it would like to begin. */
  readonly wish: number;
  readonly height: number;
}

/** Boxes that stand close together. */
interface Run<Item> {
  readonly start: number;
  readonly size: number;
  readonly items: readonly Item[];
}

/** In this order, as near to their wishes as there is room: those that push one another share the way (isotonic regression). */
function spread<Item extends Wishing>(items: readonly Item[], top: number): readonly (Item & { readonly y: number })[] {
  const runs: Run<Item>[] = [];
  for (const item of items) {
    let run: Run<Item> = { start: Math.max(top, item.wish), size: item.height + entryGap, items: [item] };
    for (let before = runs.at(-1); before !== undefined && before.start + before.size > run.start; before = runs.at(-1)) {
      runs.pop();
      run = joinRuns(before, run, top);
    }
    runs.push(run);
  }
  return runs.flatMap(({ start, items: own }) => {
    let y = start;
    return own.map((item) => {
      const placed = { ...item, y };
      y += item.height + entryGap;
      return placed;
    });
  });
}

function joinRuns<Item>(before: Run<Item>, after: Run<Item>, top: number): Run<Item> {
  const [few, more] = [before.items.length, after.items.length];
  const start = (before.start * few + (after.start - before.size) * more) / (few + more);
  return { start: Math.max(top, start), size: before.size + after.size, items: [...before.items, ...after.items] };
}
