/**
 * Advance widths of DejaVu Sans in thousandths of the size, from space to tilde: the widest of the fonts that a reader may have, so that what fits by
 * them fits by the others.
 */
const widths = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337,
  337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732,
  684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635,
  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
/** Of bold letters against plain ones. */
const boldFactor = 1.14;
const firstKnown = 0x20;
/** Signs of other scripts. */
const widest = 1_350;

export interface Lettering {
  readonly size: number;
  readonly bold?: boolean;
}

/** Never less than what a browser needs, in pixels. */
export function widthOf(text: string, { size, bold = false }: Lettering): number {
  let thousandths = 0;
  for (const sign of text) thousandths += widths[(sign.codePointAt(0) ?? 0) - firstKnown] ?? widest;
  return (thousandths / 1_000) * size * (bold ? boldFactor : 1);
}

/** Begin and end stay: names of one fleet differ in either. */
export function shortenMiddle(text: string, width: number, lettering: Lettering): string {
  const signs = Array.from(text);
  return shorten(text, width, lettering, (kept) => {
    const end = Math.floor(kept / 2);
    return `${signs.slice(0, kept - end).join('')}…${end === 0 ? '' : signs.slice(-end).join('')}`;
  });
}

export function shortenEnd(text: string, width: number, lettering: Lettering): string {
  const signs = Array.from(text);
  return shorten(text, width, lettering, (kept) => `${signs.slice(0, kept).join('').trimEnd()}…`);
}

/** The most signs that fit. */
function shorten(text: string, width: number, lettering: Lettering, keep: (kept: number) => string): string {
  if (widthOf(text, lettering) <= width) return text;
  let [least, most] = [0, Array.from(text).length];
  while (least < most) {
    const tried = Math.ceil((least + most) / 2);
    if (widthOf(keep(tried), lettering) <= width) least = tried;
    else most = tried - 1;
  }
  return keep(least);
}

/** At spaces, else where the line is full; the last line says that there is more. */
export function wrap(text: string, width: number, lettering: Lettering, mostLines: number): readonly string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < mostLines - 1 && widthOf(rest, lettering) > width) {
    const line = fittingStart(rest, width, lettering);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return rest === '' ? lines : [...lines, shortenEnd(rest, width, lettering)];
}

/** At least one sign, so that it ends. */
function fittingStart(text: string, width: number, lettering: Lettering): string {
  let fits = '';
  for (const sign of text) {
    if (fits !== '' && widthOf(fits + sign, lettering) > width) break;
    fits += sign;
  }
  const space = fits.lastIndexOf(' ');
  return space > 0 ? fits.slice(0, space + 1) : fits;
}
