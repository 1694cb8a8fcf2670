import type { NetworkPicture, PicturedEntry } from '../../domain/network-picture.ts';
import { type Content, html, markupOf, trustedMarkup, visibleText } from '../reports/html.ts';
import { type Box, columns, type LaidOut, type LaidOutWay, layOut, pictureMargin, pictureWidth } from './picture-layout.ts';
import { darkPictureStyle, pictureStyle } from './picture-style.ts';
import {
  fleetText,
  kindText,
  namesText,
  serversText,
  sourcesText,
  summaryOf,
  type Tone,
  toneOf,
  tones,
  toneWords,
  verdictWords,
  wayText,
} from './picture-words.ts';
import { type Lettering, shortenEnd, shortenMiddle, widthOf, wrap } from './text-width.ts';

/** Ways that the text alternative names. */
const mostTold = 40;
const mostUnlisted = 5;
const strong: Lettering = { size: 13, bold: true };
const plain: Lettering = { size: 12 };
const small: Lettering = { size: 11 };
const headline: Lettering = { size: 15, bold: true };
const inset = 10;

/** A picture as a file of its own, with its style, in light and in dark. */
export function networkSvg(picture: NetworkPicture): string {
  const style = trustedMarkup(`${pictureStyle}${darkPictureStyle}`);
  return `${markupOf(drawing(picture, 'network', html`<style>${style}</style>`))}\n`;
}

/** A picture within a page that has `pictureStyle`. `prefix` begins the ids in it, of which a page may hold each once. */
export function networkDrawing(picture: NetworkPicture, prefix: string): Content {
  return drawing(picture, prefix, null);
}

function drawing(picture: NetworkPicture, prefix: string, style: Content): Content {
  const top = headerOf(picture);
  const layout = layOut(picture, top.height);
  const full = pictureWidth + 2 * pictureMargin;
  const tall = Math.ceil(layout.height) + 2 * pictureMargin;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="network" role="img" aria-labelledby="${prefix}-title ${prefix}-desc" viewBox="${-pictureMargin} ${-pictureMargin} ${full} ${tall}" width="${full}" height="${tall}">
<title id="${prefix}-title">What the Internet can reach of our networks</title>
<desc id="${prefix}-desc">${describe(picture, layout)}</desc>${style}
<rect class="ground" x="${-pictureMargin}" y="${-pictureMargin}" width="${full}" height="${tall}"/>${top.content}${layout.ways.length === 0 ? null : body(layout, top.height)}
</svg>`;
}

function describe(picture: NetworkPicture, { ways }: LaidOut): string {
  const told = ways.slice(0, mostTold).map(({ arrow, entry, servers, subnet }) => `${wayText(arrow, entry, servers, subnet)}.`);
  const rest = ways.length > mostTold ? [`And ${ways.length - mostTold} more ways in.`] : [];
  return [...summaryOf(picture), ...picture.unlisted, ...told, ...rest].join(' ');
}

/** What it comes to, what the lines mean, and what stands in which column. */
function headerOf(picture: NetworkPicture): { readonly content: Content; readonly height: number } {
  const [first = '', ...others] = summaryOf(picture);
  const missing = [...picture.unlisted.slice(0, mostUnlisted), ...moreUnlisted(picture.unlisted)];
  const lines = [
    ...wrap(first, pictureWidth, headline, 2).map((text) => ({ text, kind: 'headline', step: 22 })),
    ...others.flatMap((text) => wrap(text, pictureWidth, plain, 2)).map((text) => ({ text, kind: 'plain', step: 18 })),
    ...missing
      .flatMap((text) => wrap(`? Interfaces may be missing: ${visibleText(text)}`, pictureWidth, plain, 2))
      .map((text) => ({ text, kind: 'plain', step: 18 })),
  ];
  let y = 0;
  const texts = lines.map(({ text, kind, step }) => {
    y += step;
    return html`
<text class="${kind}" x="0" y="${y - 4}">${text}</text>`;
  });
  if (picture.arrows.length === 0) return { content: texts, height: y + 6 };
  return { content: [texts, legend(picture, y + 22), heads(y + 54)], height: y + 66 };
}

function moreUnlisted({ length }: readonly string[]): readonly string[] {
  return length > mostUnlisted ? [`${length - mostUnlisted} more places`] : [];
}

function legend({ arrows }: NetworkPicture, y: number): Content {
  let x = 0;
  return tones.map((tone) => {
    const own = arrows.filter((arrow) => toneOf(arrow) === tone).length;
    const words = tone === 'unsure' ? toneWords[tone] : `${verdictWords[tone]}: ${toneWords[tone]}`;
    const text = `${words} (${own.toLocaleString('en')})`;
    const start = x;
    x += 74 + widthOf(text, plain) + 28;
    return html`
<g class="${tone}"><path class="line" d="${`M${start} ${y}h58`}"/>${arrowHead(start + 66, y)}${markAt(start + 28, y, tone)}<text x="${start + 76}" y="${y + 4}">${text}</text></g>`;
  });
}

function heads(y: number): Content {
  const titles = [
    [columns.internet.x, 'From'],
    [columns.entries.x, 'Way in'],
    [columns.labels.x, 'Open ports, for whom'],
    [columns.subnets.x, 'Subnets and servers'],
  ] as const;
  return titles.map(
    ([x, title]) => html`
<text class="small" x="${Math.floor(x)}" y="${y}">${title}</text>`,
  );
}

function body(layout: LaidOut, top: number): Content {
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
  const count = others === 0 ? '' : `${others.toLocaleString('en')} more not drawn`;
  const room = box.width - 3 * inset - widthOf(count, small);
  return html`
<g><title>${`${name}${others === 0 ? '' : `, and ${count}`}`}</title><rect class="subnet" ${frame(box)} rx="8"/><text class="strong" x="${box.x + inset}" y="${box.y + 20}">${shortenMiddle(clean(name), room, strong)}</text><text class="small" x="${box.x + box.width - inset}" y="${box.y + 20}" text-anchor="end">${count}</text></g>`;
}

function groupBox(servers: LaidOutWay['servers'], box: Box): Content {
  const room = box.width - 2 * inset;
  const names = servers.members.map(({ name }) => clean(name));
  const middle = box.y + box.height / 2;
  const isOne = names.length === 1;
  const second = isOne
    ? null
    : html`<text class="small" x="${box.x + inset}" y="${middle + 12}">${shortenEnd(fleetText(names, 40), room, small)}</text>`;
  return html`
<g><title>${`${serversText(servers)}: ${namesText(
    servers.members.map(({ name }) => name),
    300,
  )}`}</title><rect class="box" ${frame(box)} rx="5"/><text class="strong" x="${box.x + inset}" y="${middle + (isOne ? 4.5 : -3)}">${shortenMiddle(clean(serversText(servers)), room, strong)}</text>${second}</g>`;
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

/** A shape for each tone: a triangle that warns, a dashed ring with a question, a disc with a tick. */
function markAt(x: number, y: number, tone: Tone): Content {
  switch (tone) {
    case 'outside':
      return html`<path class="mark" d="${`M${x} ${y - 10}l11 18h-22z`}"/><text class="mark-text" x="${x}" y="${y + 6}" text-anchor="middle">!</text>`;
    case 'unsure':
      return html`<circle class="mark" cx="${x}" cy="${y}" r="8"/><text class="mark-text" x="${x}" y="${y + 4}" text-anchor="middle">?</text>`;
    case 'allowed':
      return html`<circle class="mark" cx="${x}" cy="${y}" r="8"/><path class="sign" d="${`M${x - 3.5} ${y + 0.5}l2.5 2.5l4.5 -5`}"/>`;
  }
}

function arrowHead(x: number, y: number): Content {
  return html`<path class="head" d="${`M${x} ${y}l-9 -4.5v9z`}"/>`;
}

function frame({ x, y, width, height }: Box): Content {
  return html`x="${x}" y="${round(y)}" width="${width}" height="${round(height)}"`;
}

/** On one line, and as long as it will be shown. */
function clean(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' '));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
