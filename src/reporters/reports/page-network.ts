import { networkDrawings } from '../network/network-svg.ts';
import { pictureTable } from '../network/picture-table.ts';
import { type Content, html } from './html.ts';
import { checkLink } from './page-anchors.ts';
import { timeUtc } from './readable-time.ts';
import type { Report } from './report.ts';

/** A drawing is 1,060 wide: what of its height is then on a sheet of Letter, which is lower than A4, the first below the heading. */
const mostHeights = { first: 1_100, others: 1_360 } as const;

/** As it was seen last before the end of the period. */
export function network(report: Report): Content {
  const { network: seen, period } = report;
  if (seen === null)
    return html`
<p>Nothing is drawn: ${report.control === null ? 'no look at a network was judged before the end of the period' : 'this report is about one control, or no look at a network was judged before the end of the period'}, and nothing is known of what can be reached.</p>`;
  return html`
<p>State at the end of the period, with data as of ${timeUtc(seen.dataAsOf)}, as judged by run ${seen.run} of ${checkLink(report, seen.check)} (look ${seen.look}).
Drawn is what can be reached and what cannot be known, over every way in that is followed; servers of one subnet that are reached alike are drawn as one.</p>${seen.isStale ? stale(period.to) : null}${networkDrawings(
    seen.picture,
    'network-picture',
    mostHeights,
  ).map(
    (drawing, index, all) => html`
<div class="scroll" role="group" aria-label="Picture of the network${all.length > 1 ? `, part ${index + 1} of ${all.length}` : ''}" tabindex="0">${drawing}</div>`,
  )}${pictureTable(seen.picture, 'network-table')}`;
}

function stale(at: string): Content {
  return html`
<div class="note"><p><strong>Stale.</strong> At the end of the period (${timeUtc(at)}) these data were older than the check allows: what could be reached then is not known.</p></div>`;
}
