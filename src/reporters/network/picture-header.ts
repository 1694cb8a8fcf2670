import type { NetworkPicture } from '../../domain/network-picture.ts';
import { type Content, html, visibleText } from '../reports/html.ts';
import { columns, pictureWidth } from './picture-layout.ts';
import { arrowHead, letterings, markAt } from './picture-shapes.ts';
import { summaryOf, toneOf, tones, toneWords, verdictWords } from './picture-words.ts';
import { widthOf, wrap } from './text-width.ts';

const mostUnlisted = 5;
/** From the line above them to what stands below. */
export const headsHeight = 26;
const { headline, plain } = letterings;

/** What it comes to, what the lines mean, and what stands in which column. */
export function headerOf(picture: NetworkPicture): { readonly content: Content; readonly height: number } {
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
  return { content: [texts, legend(picture, y + 22), heads(y + 54)], height: y + 40 + headsHeight };
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
    x += 102 + Math.ceil(widthOf(text, plain));
    return html`
<g class="${tone}"><path class="line" d="${`M${start} ${y}h58`}"/>${arrowHead(start + 66, y)}${markAt(start + 28, y, tone)}<text x="${start + 76}" y="${y + 4}">${text}</text></g>`;
  });
}

export function heads(y: number): Content {
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
