import type { NetworkPicture } from '../../domain/network-picture.ts';
import { type Content, html, markupOf, trustedMarkup } from '../reports/html.ts';
import { body } from './picture-body.ts';
import { headerOf, heads, headsHeight } from './picture-header.ts';
import { type LaidOut, layOut, pictureMargin, pictureWidth } from './picture-layout.ts';
import { type MostHeights, partsOf } from './picture-parts.ts';
import { darkPictureStyle, pictureStyle } from './picture-style.ts';
import { summaryOf, wayText } from './picture-words.ts';

/** Ways that the text alternative names. */
const mostTold = 40;
/** A page needs none, and names nothing outside. */
const namespace = html` xmlns="http://www.w3.org/2000/svg"`;

/** A picture as a file of its own, with its style, in light and in dark. */
export function networkSvg(picture: NetworkPicture): string {
  const style = html`<style>${trustedMarkup(`${pictureStyle}${darkPictureStyle}`)}</style>`;
  return `${markupOf(drawing({ picture, prefix: 'network', style, header: headerOf(picture), lead: leadOf(picture) }))}\n`;
}

/** Within a page that has `pictureStyle`. `prefix` begins the ids in it, of which a page may hold each once. */
export function networkDrawing(picture: NetworkPicture, prefix: string): Content {
  return drawing({ picture, prefix, style: null, header: headerOf(picture), lead: leadOf(picture) });
}

/** The same in several drawings, none of them higher than this: a sheet of paper cannot be scrolled. */
export function networkDrawings(picture: NetworkPicture, prefix: string, { first, others }: MostHeights): readonly Content[] {
  const whole = headerOf(picture);
  const parts = partsOf(picture, { first: first - whole.height - 2 * pictureMargin, others: others - headsHeight - 2 * pictureMargin });
  return parts.map((part, index) => {
    const isFirst = index === 0;
    const header = isFirst ? whole : { content: heads(14), height: headsHeight };
    return drawing({
      picture: part,
      prefix: `${prefix}-${index + 1}`,
      style: null,
      header,
      lead: [...(parts.length > 1 ? [`Part ${index + 1} of ${parts.length}.`] : []), ...(isFirst ? leadOf(picture) : [])],
    });
  });
}

interface Drawn {
  readonly picture: NetworkPicture;
  readonly prefix: string;
  readonly style: Content;
  readonly header: { readonly content: Content; readonly height: number };
  /** Sentences before those about single ways. */
  readonly lead: readonly string[];
}

function drawing({ picture, prefix, style, header, lead }: Drawn): Content {
  const layout = layOut(picture, header.height);
  const full = pictureWidth + 2 * pictureMargin;
  const tall = Math.ceil(layout.height) + 2 * pictureMargin;
  return html`<svg${style === null ? null : namespace} class="network" role="img" aria-labelledby="${prefix}-title ${prefix}-desc" viewBox="${-pictureMargin} ${-pictureMargin} ${full} ${tall}" width="${full}" height="${tall}">
<title id="${prefix}-title">What the Internet can reach of our networks</title>
<desc id="${prefix}-desc">${describe(layout, lead)}</desc>${style}
<rect class="ground" x="${-pictureMargin}" y="${-pictureMargin}" width="${full}" height="${tall}"/>${header.content}${layout.ways.length === 0 ? null : body(layout, header.height)}
</svg>`;
}

function leadOf(picture: NetworkPicture): readonly string[] {
  return [...summaryOf(picture), ...picture.unlisted.map((text) => `Interfaces may be missing: ${text}.`)];
}

function describe({ ways }: LaidOut, lead: readonly string[]): string {
  const told = ways.slice(0, mostTold).map(({ arrow, entry, servers, subnet }) => `${wayText(arrow, entry, servers, subnet)}.`);
  const rest = ways.length > mostTold ? [`And ${ways.length - mostTold} more ways in.`] : [];
  return [...lead, ...told, ...rest].join(' ');
}
