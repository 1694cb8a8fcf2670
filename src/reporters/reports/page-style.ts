import { pictureStyle } from '../network/picture-style.ts';
import { timeText } from './readable-time.ts';
import type { Period } from './report.ts';

/** Everything that the page wears. Fonts are those of the reader's machine: nothing is loaded. */
const style = `
:root { color-scheme: light; --ink: #1c1f23; --quiet: #4b5159; --line: #c9ced6; --soft: #f4f6f8; --link: #174ea6;
  --pass: #1e6b34; --fail: #a3201a; --gap: #5f6368; --accepted: #1b5a9e; }
* { box-sizing: border-box; }
html { background: #fff; }
body { margin: 0 auto; max-width: 66rem; padding: 1.5rem 1.25rem 4rem; background: #fff; color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0 0 .25rem; }
h2 { font-size: 1.5rem; margin: 3.5rem 0 1rem; padding-bottom: .3rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .35rem; }
p, ul, ol, dl { margin: .5rem 0 .75rem; max-width: 48rem; }
a { color: var(--link); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .5rem; }
code { font: .88em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; background: var(--soft); padding: .1em .3em; border-radius: 3px; }
code.command { display: block; padding: .5rem .7rem; border: 1px solid var(--line); white-space: pre-wrap; }
blockquote { margin: .75rem 0; padding: .1rem 0 .1rem 1rem; border-left: 4px solid var(--ink); font-size: 1.08rem; max-width: 48rem; }
blockquote p { margin: .35rem 0; }
.subtitle { font-size: 1.15rem; color: var(--quiet); margin: 0 0 1.5rem; }
.note { border: 1px solid var(--line); border-left: 4px solid var(--accepted); background: var(--soft); padding: .6rem 1rem; max-width: 48rem; }
.note p { margin: .25rem 0; }
.quiet, .left-out { color: var(--quiet); }
.defect { border-left: 4px solid #8a5a00; padding-left: 1rem; max-width: 48rem; }
.defect p { margin: .3rem 0; }
dl.facts { max-width: 60rem; }
dl.facts > div { display: grid; grid-template-columns: 12rem 1fr; gap: .25rem 1rem; padding: .3rem 0; border-bottom: 1px solid #e4e7eb; }
dl.facts dt { font-weight: 600; }
dl.facts dd { margin: 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
table.wide { min-width: 46rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--quiet); vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 600; min-width: 9rem; }
td { min-width: 5rem; }
tbody th:has(time) { font-weight: 400; }
.number { text-align: right; white-space: nowrap; min-width: 0; }
.time { min-width: 7rem; }
.name { min-width: 9rem; }
.text { min-width: 11rem; }
.part { font-weight: 400; }
time { white-space: nowrap; }
.wide td time { white-space: normal; }
.status { white-space: nowrap; font-weight: 600; border: 1.5px solid currentColor; border-radius: 3px; padding: 0 .4em; background: #fff; font-size: .92em; }
.status.pass { color: var(--pass); }
.status.fail { color: #fff; background: var(--fail); border-color: var(--fail); }
.status.unknown { color: #3c4043; border-style: dashed; }
.status.waived { color: var(--accepted); border-style: dotted; }
.status.not-applicable, .status.not-testable { color: #3c4043; border-color: var(--line); }
figure { margin: 1rem 0; }
.scroll > .network { min-width: 52rem; max-width: 100%; height: auto; }
figcaption { font-weight: 600; font-size: .92rem; margin-bottom: .3rem; }
.strip { display: block; overflow: visible; }
.patterns { position: absolute; }
.ground { fill: #fff; }
path { vector-effect: non-scaling-stroke; stroke-width: 1; }
path.pass { fill: #3f9d5a; }
path.waived { fill: url(#dots); stroke: var(--accepted); }
path.not-measured { fill: url(#hatch); stroke: var(--gap); }
path.blind-fail { fill: url(#red-hatch); stroke: var(--fail); }
path.fail { fill: var(--fail); stroke: var(--fail); }
.axis line { stroke: var(--quiet); stroke-width: 1; }
.axis text { font-size: 11px; fill: var(--quiet); }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; max-width: none; }
.legend li { display: flex; align-items: center; gap: .5rem; }
nav ol { padding-left: 2.4rem; }
nav ol ol { columns: 2 18rem; padding-left: 0; list-style: none; font-size: .92rem; }
.columns { columns: 3 16rem; max-width: none; padding-left: 1.2rem; font-size: .92rem; }
.sign td { height: 3.2rem; }
.sign td:nth-child(3), .sign td:nth-child(5) { min-width: 12rem; }
.sign td:nth-child(4) { min-width: 7rem; }
@media (max-width: 40rem) {
  body { padding: 1rem .9rem 3rem; }
  dl.facts > div { grid-template-columns: 1fr; gap: 0; }
  .inner { display: none; }
}
@media print {
  html { font-size: 8.6pt; }
  body { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; }
  .skip { display: none; }
  .scroll { overflow: visible; }
  table.wide { min-width: 0; }
  table { font-size: .92rem; }
  tbody th { min-width: 11rem; }
  td { min-width: 5.4rem; }
  p:has(+ .scroll) { break-after: avoid; }
  th[scope="rowgroup"] { min-width: 11.5rem; }
  .number { min-width: 0; }
  .number .quiet { white-space: normal; }
  .name { min-width: 8.5rem; }
  .text { min-width: 8rem; }
  .time { min-width: 7.8rem; }
  dl.facts > div { padding: .2rem 0; }
  thead { display: table-header-group; break-after: avoid; }
  tbody:first-of-type > tr:first-child { break-before: avoid; }
  tr, figure, blockquote, .together, .defect, .note, dl.facts > div, li { break-inside: avoid; }
  caption, h2, h3, h4 { break-after: avoid; }
  .scroll > .network { min-width: 0; break-inside: avoid; }
  .page { break-before: page; }
  .page > h2, nav h2 { margin-top: 0; }
  nav { margin-top: 1.5rem; }
  p { orphans: 3; widows: 3; }
}
`;

/** The same on A4 and on Letter: the reader's printer says the size. Only times that are times get into the foot. */
export function pageStyle(period: Period): string {
  const [from, to] = [timeText(period.from), timeText(period.to)];
  const foot = [from, to].every((text) => /^[\d :.-]+$/.test(text)) ? `${from} to ${to} UTC` : '';
  return `@page { margin: 15mm 14mm 17mm;
  @bottom-left { content: "claimwatch report, ${foot}"; font: 7.5pt sans-serif; color: #4b5159; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 7.5pt sans-serif; color: #4b5159; } }
${style}${pictureStyle}`;
}
