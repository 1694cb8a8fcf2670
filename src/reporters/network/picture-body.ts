import type { PicturedEntry } from '../../domain/network-picture.ts';
import { type Content, html } from '../reports/html.ts';
import { type Box, columns, type LaidOut, type LaidOutWay } from './picture-layout.ts';
import { arrowHead, clean, frame, letterings, markAt, round } from './picture-shapes.ts';
import {
  fleetText,
  kindText,
  namesText,
  serversText,
  sourcesText,
  type Tone,
  toneOf,
  tones,
  verdictWords,
  wayText,
} from './picture-words.ts';
import { shortenEnd, shortenMiddle, widthOf, wrap } from './text-width.ts';

const { strong, small } = letterings;
/** Between a box and its text. */
const inset = 10;

export function body(layout: LaidOut, top: number): Content {
  return [
    internet(layout, top),
    layout.subnets.map(({ subnet, box, groups }) => [
      subnetBox(subnet.name, subnet.others, box),
      groups.map(({ servers, box: own }) => groupBox(servers, own)),
    ]),
    layout.ways.map(wayPart),
    layout.entries.map(({ entry, box, arrows }) => entryPart(entry, box, gravestTone(arrows.map(toneOf)))),
  ];
}

function gravestTone(own: readonly Tone[]): Tone {
  return tones.find((tone) => own.includes(tone)) ?? 'unsure';
}

/** As high as the picture, so that every way in begins straight beside it; its name comes again where a screen would have lost it. */
function internet({ height }: LaidOut, top: number): Content {
  const { x, width } = columns.internet;
  const names = Array.from({ length: Math.max(1, Math.round((height - top) / 700)) }, (_, index) => top + 26 + index * 700);
  return html`
<rect class="cloud" x="${x}" y="${top}" width="${width}" height="${round(height - top)}" rx="12"/>${names.map(
    (y) => html`
<text class="cloud-text" x="${x + width / 2}" y="${y}" text-anchor="middle">Internet</text>`,
  )}`;
}

function subnetBox(name: string, others: number, box: Box): Content {
  const count = others === 0 ? null : `${others.toLocaleString('en')} more not drawn`;
  const room = box.width - 2 * inset - (count === null ? 0 : inset + widthOf(count, small));
  const [top, end] = [box.y + 20, box.x + box.width - inset];
  return html`
<g><title>${count === null ? name : `${name}, and ${count}`}</title><rect class="subnet" ${frame(box)} rx="8"/><text class="strong" x="${box.x + inset}" y="${top}">${shortenMiddle(clean(name), room, strong)}</text>${count === null ? null : html`<text class="small" x="${end}" y="${top}" text-anchor="end">${count}</text>`}</g>`;
}

function groupBox(servers: LaidOutWay['servers'], box: Box): Content {
  const room = box.width - 2 * inset;
  const names = servers.members.map(({ name }) => clean(name));
  const middle = box.y + box.height / 2;
  const isOne = names.length === 1;
  const second = isOne
    ? null
    : html`<text class="small" x="${box.x + inset}" y="${middle + 13}">${shortenEnd(fleetText(names, 40), room, small)}</text>`;
  return html`
<g><title>${`${serversText(servers)}: ${namesText(
    servers.members.map(({ name }) => name),
    300,
  )}`}</title><rect class="box" ${frame(box)} rx="5"/><text class="strong" x="${box.x + inset}" y="${middle + (isOne ? 4.5 : -2)}">${shortenMiddle(clean(serversText(servers)), room, strong)}</text>${second}</g>`;
}

function entryPart(entry: PicturedEntry, box: Box, tone: Tone): Content {
  const middle = round(box.y + box.height / 2);
  const start = columns.internet.x + columns.internet.width;
  return html`
<g class="${tone}"><title>${entryText(entry)}</title><path class="line" d="${`M${start} ${middle}H${box.x - 8}`}"/>${arrowHead(box.x, middle)}<rect class="box ${tone}" ${frame(box)} rx="5"/>${entryLines(entry, box)}</g>`;
}

function entryText(entry: PicturedEntry): string {
  return entry.kind === 'unknown' ? `Not known: ${entry.name}` : [`${entry.name} (${kindText(entry)})`, ...entry.addresses].join(', ');
}

function entryLines(entry: PicturedEntry, box: Box): Content {
  const room = box.width - 2 * inset;
  const isUnknown = entry.kind === 'unknown';
  const title = isUnknown ? 'Not known' : shortenMiddle(clean(entry.name), room, strong);
  const details = isUnknown
    ? wrap(clean(entry.name), room, small, 3)
    : [kindText(entry), ...addressLine(entry)].map((text) => shortenEnd(clean(text), room, small));
  const top = box.y + box.height / 2 - (18 + 14 * details.length) / 2;
  return [
    html`<text class="strong" x="${box.x + inset}" y="${round(top + 12)}">${title}</text>`,
    details.map((text, index) => html`<text class="small" x="${box.x + inset}" y="${round(top + 27 + 14 * index)}">${text}</text>`),
  ];
}

function addressLine({ addresses }: PicturedEntry): readonly string[] {
  return addresses.length === 0 ? [] : [addresses.length > 1 ? `${addresses[0]} and ${addresses.length - 1} more` : addresses.join('')];
}

/** The text stands on the straight part of its line, where no other line comes. */
function wayPart({ arrow, entry, servers, subnet, from, y }: LaidOutWay): Content {
  const tone = toneOf(arrow);
  const start = columns.entries.x + columns.entries.width;
  const { x, width } = columns.labels;
  const bend = (x - start) / 2;
  const end = columns.groups.x;
  const path = `M${start} ${round(from)}C${start + bend} ${round(from)} ${x - bend} ${round(y)} ${x} ${round(y)}H${end - 8}`;
  const text = x + 26;
  const room = width - 26;
  return html`
<g class="way ${tone}${arrow.outcome === 'unknown' ? ' dashed' : ''}"><title>${wayText(arrow, entry, servers, subnet)}</title><path class="line" d="${path}"/>${arrowHead(end, round(y))}${markAt(x + 10, round(y), tone)}<text class="strong" x="${text}" y="${round(y - 6)}">${shortenEnd(clean(arrow.ports), room, strong)}</text>${verdictLine(clean(sourcesText(arrow)), tone, text, round(y + 15), room)}</g>`;
}

/** Sources give way, the verdict never does. */
function verdictLine(sources: string, tone: Tone, x: number, y: number, room: number): Content {
  const verdict = html`<tspan class="verdict">${verdictWords[tone]}</tspan>`;
  if (sources === '') return html`<text class="small" x="${x}" y="${y}">${verdict}</text>`;
  const left = room - widthOf(`, ${verdictWords[tone]}`, { ...small, bold: true });
  return html`<text class="small" x="${x}" y="${y}">${shortenEnd(sources, left, small)}, ${verdict}</text>`;
}
