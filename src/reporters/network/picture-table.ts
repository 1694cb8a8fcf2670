import type { NetworkPicture } from '../../domain/network-picture.ts';
import { type Content, html } from '../reports/html.ts';
import { cut, leftOut, table } from '../reports/page-table.ts';
import { kindText, namesText, serversText, sourcesText, toneOf, toneWords } from './picture-words.ts';

const mostRows = 400;
const mostNames = 40;

/** All that the picture shows, with the long names, for who cannot see it or wants to search in it. Null where nothing is drawn. */
export function pictureTable(picture: NetworkPicture, id: string): Content {
  if (picture.arrows.length === 0) return null;
  const { shown, left } = cut(rowsOf(picture), mostRows);
  return [
    table({
      id,
      caption: 'The same in words',
      columns: [
        { title: 'Servers', kind: 'name' },
        { title: 'Way in', kind: 'text' },
        { title: 'Open ports, for whom', kind: 'text' },
        { title: 'Standing', kind: 'text' },
      ],
      rows: shown,
    }),
    leftOut(left, 'ways in'),
  ];
}

function rowsOf({ subnets, arrows, entries }: NetworkPicture): readonly (readonly Content[])[] {
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
  const arrowsOf = Map.groupBy(arrows, ({ servers }) => servers);
  return subnets.flatMap((subnet) =>
    subnet.groups.flatMap((servers) =>
      (arrowsOf.get(servers.id) ?? []).flatMap((arrow) => {
        const entry = entryOf.get(arrow.entry);
        if (entry === undefined) return [];
        const names = namesText(
          servers.members.map(({ name }) => name),
          mostNames,
        );
        const through =
          entry.kind === 'unknown' ? `not known: ${entry.name}` : [`${entry.name} (${kindText(entry)})`, ...entry.addresses].join(', ');
        const who = servers.members.length === 1 ? serversText(servers) : `${serversText(servers)}: ${names}`;
        const ports = [arrow.ports, sourcesText(arrow)].filter((text) => text !== '').join(' ');
        const because = arrow.because.length === 0 ? '' : `: ${namesText(arrow.because, 6)}`;
        return [[html`${subnet.name}: ${who}`, through, ports, html`<strong>${toneWords[toneOf(arrow)]}</strong>${because}`]];
      }),
    ),
  );
}
