import { type DrawnRun, type DrawnState, drawColumns, drawnState, drawnStates } from './drawn-columns.ts';
import { type Content, html, trustedMarkup } from './html.ts';
import { durationBetween, durationText, timeText } from './readable-time.ts';
import type { Interval, Period } from './report.ts';
import { ticksOf } from './time-axis.ts';

/** As many as a strip on paper shows apart: 600 on 180 mm are 0.3 mm each. */
const columns = 600;
const stripHeight = 26;
/** Intervals that the text alternative names; tables beside the strip hold them all. */
const mostNamed = 8;

/** Height says how grave it is, so that shape alone tells them apart; gaps are hatched, accepted is dotted. */
const heights: { readonly [S in DrawnState]: number } = { pass: 8, waived: 13, 'not-measured': 18, 'blind-fail': 26, fail: 26 };

const drawnWords: { readonly [S in DrawnState]: string } = {
  pass: 'pass',
  waived: 'accepted',
  'not-measured': 'not measured',
  'blind-fail': 'not measured, failing when last seen',
  fail: 'fail',
};

/** Patterns that every strip of the page uses. */
export const stripPatterns: Content = html`
<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2.5" height="6" fill="#5f6368"/></pattern>
<pattern id="red-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" fill="#fff"/><rect width="3.5" height="6" fill="#a3201a"/></pattern>
<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#dbe9f8"/><circle cx="2.5" cy="2.5" r="1.4" fill="#1b5a9e"/></pattern>
</defs></svg>`;

/** One row of time from left to right, with round times below it and what it says as text. */
export function timelineStrip(label: string, timeline: readonly Interval[], period: Period): Content {
  const drawn = drawColumns(timeline, period, columns);
  if (drawn.length === 0) return null;
  return html`
<svg class="strip" role="img" aria-label="${`${label}: ${describeTimeline(timeline)}`}" width="100%" height="46">
<svg viewBox="0 0 ${columns} ${stripHeight}" preserveAspectRatio="none" width="100%" height="${stripHeight}">
<rect class="ground" width="${columns}" height="${stripHeight}"/>${drawnStates.map((state) => pathOf(drawn, state))}
</svg>${axis(period)}
</svg>`;
}

function pathOf(drawn: readonly DrawnRun[], state: DrawnState): Content {
  const own = drawn.filter((run) => run.state === state);
  if (own.length === 0) return null;
  const top = stripHeight - heights[state];
  const path = own.map(({ from, to }) => `M${from} ${top}h${to - from}v${heights[state]}h${from - to}z`).join('');
  return html`<path class="${state}" d="${trustedMarkup(path)}"/>`;
}

function axis(period: Period): Content {
  const inner = ticksOf(period).map(({ at, label }) => {
    const place = `${(at * 100).toFixed(2)}%`;
    const line = html`<line x1="${place}" x2="${place}" y1="${stripHeight}" y2="31"/>`;
    // Beside an end there is no room for a second text.
    return at < 0.22 || at > 0.78 ? line : html`${line}<text class="inner" x="${place}" y="43" text-anchor="middle">${label}</text>`;
  });
  return html`
<g class="axis"><line x1="0" x2="100%" y1="${stripHeight}" y2="${stripHeight}"/>${inner}<text x="0" y="43">${shortTime(period.from)}</text><text x="100%" y="43" text-anchor="end">${shortTime(period.to)}</text></g>`;
}

function shortTime(at: string): string {
  return `${timeText(at).slice(0, 16)} UTC`;
}

/** What the strip shows, for who cannot see it: shares by state, then what is not pass. */
export function describeTimeline(timeline: readonly Interval[]): string {
  const sums = drawnStates.flatMap((state) => {
    const own = timeline.filter((interval) => drawnState(interval) === state);
    const ms = own.reduce((sum, interval) => sum + Date.parse(interval.to) - Date.parse(interval.from), 0);
    return own.length === 0 ? [] : [`${drawnWords[state]} ${durationText(ms)}`];
  });
  const notPass = timeline.filter(({ state }) => state !== 'pass');
  const named = notPass.slice(0, mostNamed).map(describeInterval);
  const rest = notPass.length > mostNamed ? [`and ${notPass.length - mostNamed} more times that are not pass`] : [];
  return `${[sums.join(', '), ...named, ...rest].join('; ')}.`;
}

function describeInterval(interval: Interval): string {
  const { from, to } = interval;
  return `${drawnWords[drawnState(interval)]} from ${timeText(from)} to ${timeText(to)} UTC (${durationBetween(from, to)})`;
}

/** What each shape means; once on the page. */
export function stripLegend(): Content {
  return html`
<ul class="legend">${[...drawnStates].reverse().map(
    (state) => html`
<li><svg width="30" height="${stripHeight}" aria-hidden="true" focusable="false"><rect class="ground" width="30" height="${stripHeight}"/>${pathOf([{ from: 0, to: 30, state }], state)}</svg> ${drawnWords[state]}</li>`,
  )}
</ul>`;
}
