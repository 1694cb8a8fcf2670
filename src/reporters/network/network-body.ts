import type { NetworkPicture } from '../../domain/network-picture.ts';
import { html, markupOf } from '../reports/html.ts';
import { networkDrawing } from './network-svg.ts';
import { pictureTable } from './picture-table.ts';

/** The middle of the web page: the picture, and the same in words. Markup that may stand in a page as it is. */
export function networkBody(picture: NetworkPicture): string {
  return markupOf(
    html`<div class="scroll" role="group" aria-label="Picture of the network" tabindex="0">${networkDrawing(picture, 'network')}</div>${pictureTable(picture, 'network-table')}`,
  );
}
