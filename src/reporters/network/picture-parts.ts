import type { NetworkPicture, PicturedServers, PicturedSubnet } from '../../domain/network-picture.ts';
import { layOut } from './picture-layout.ts';

/** Of a part, in pixels. On the first sheet something else may stand above it. */
export interface MostHeights {
  readonly first: number;
  readonly others: number;
}

/**
 * The same picture in parts that are no higher than this (one group of servers alone may be): a sheet of paper cannot be scrolled. An entry that leads
 * to several parts stands in each.
 */
export function partsOf(picture: NetworkPicture, most: MostHeights): readonly NetworkPicture[] {
  const parts: NetworkPicture[] = [];
  let current: readonly PicturedSubnet[] = [];
  for (const { subnet, servers } of picture.subnets.flatMap((subnet) => subnet.groups.map((servers) => ({ subnet, servers })))) {
    const grown = withServers(current, subnet, servers);
    if (current.length > 0 && layOut(partOf(picture, grown), 0).height > (parts.length === 0 ? most.first : most.others)) {
      parts.push(partOf(picture, current));
      current = withServers([], subnet, servers);
    } else current = grown;
  }
  return current.length === 0 ? [picture] : [...parts, partOf(picture, current)];
}

function withServers(subnets: readonly PicturedSubnet[], subnet: PicturedSubnet, servers: PicturedServers): readonly PicturedSubnet[] {
  const last = subnets.at(-1);
  if (last?.id !== subnet.id) return [...subnets, { ...subnet, groups: [servers] }];
  return [...subnets.slice(0, -1), { ...last, groups: [...last.groups, servers] }];
}

function partOf(picture: NetworkPicture, subnets: readonly PicturedSubnet[]): NetworkPicture {
  const shown = new Set(subnets.flatMap(({ groups }) => groups.map(({ id }) => id)));
  const arrows = picture.arrows.filter(({ servers }) => shown.has(servers));
  const used = new Set(arrows.map(({ entry }) => entry));
  return { ...picture, subnets, arrows, entries: picture.entries.filter(({ id }) => used.has(id)) };
}
