import { type Content, html, visibleText } from '../reports/html.ts';
import type { Box } from './picture-layout.ts';
import type { Tone } from './picture-words.ts';
import type { Lettering } from './text-width.ts';

/** As the style says them. */
export const letterings = {
  headline: { size: 15, bold: true },
  strong: { size: 13, bold: true },
  plain: { size: 12 },
  small: { size: 11 },
} as const satisfies Record<string, Lettering>;

/** A shape for each tone: a triangle that warns, a dashed ring with a question, a disc with a tick. */
export function markAt(x: number, y: number, tone: Tone): Content {
  switch (tone) {
    case 'outside':
      return html`<path class="mark" d="${`M${x} ${y - 10}l11 18h-22z`}"/><text class="mark-text" x="${x}" y="${y + 6}" text-anchor="middle">!</text>`;
    case 'unsure':
      return html`<circle class="mark" cx="${x}" cy="${y}" r="8"/><text class="mark-text" x="${x}" y="${y + 4}" text-anchor="middle">?</text>`;
    case 'allowed':
      return html`<circle class="mark" cx="${x}" cy="${y}" r="8"/><path class="sign" d="${`M${x - 3.5} ${y + 0.5}l2.5 2.5l4.5 -5`}"/>`;
  }
}

export function arrowHead(x: number, y: number): Content {
  return html`<path class="head" d="${`M${x} ${y}l-9 -4.5v9z`}"/>`;
}

export function frame({ x, y, width, height }: Box): Content {
  return html`x="${x}" y="${round(y)}" width="${width}" height="${round(height)}"`;
}

/** On one line, and as long as it will be shown. */
export function clean(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' '));
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
