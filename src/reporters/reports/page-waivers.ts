import { type Content, html } from './html.ts';
import { checkLink } from './page-anchors.ts';
import { cut, leftOut, table } from './page-table.ts';
import { time } from './readable-time.ts';
import type { Change, Report, WaiverReport } from './report.ts';

const mostWaivers = 500;
const mostChanges = 500;

export function waivers(report: Report): Content {
  if (report.waivers.length === 0)
    return html`
<p>${nothingRecorded(report) ?? 'None: no risk was accepted in the period.'}</p>`;
  const { shown, left } = cut(report.waivers, mostWaivers);
  return html`
<p>An accepted risk (a waiver) was asked for by one person and approved by another, and it ends. The check still runs; what it covers is shown as
accepted and never counted as pass.</p>${table({
    id: 'waivers-table',
    caption: 'Waivers in force in the period',
    columns: [
      { title: 'Waiver' },
      { title: 'Check', kind: 'name' },
      { title: 'Subject' },
      { title: 'Reason' },
      { title: 'Asked by' },
      { title: 'Approved by' },
      { title: 'From (UTC)', kind: 'time' },
      { title: 'Until (UTC)', kind: 'time' },
    ],
    rows: shown.map((waiver) => waiverRow(report, waiver)),
  })}${leftOut(left, 'waivers')}`;
}

/** Both are read from the runs: without any, nobody knows. */
function nothingRecorded({ evidence }: Report): string | null {
  return evidence.runs === 0 ? 'Nothing is recorded: no run ended within the period.' : null;
}

function waiverRow(report: Report, waiver: WaiverReport): readonly Content[] {
  const check = html`${checkLink(report, waiver.check)}<br><span class="quiet">${waiver.interpretations.join(' and ')}</span>`;
  const subject = waiver.subject === '*' ? 'all subjects' : waiver.subject;
  return [waiver.id, check, subject, waiver.reason, waiver.requestedBy, waiver.approvedBy, time(waiver.from), time(waiver.until)];
}

const changed: { readonly [W in Change['what']]: string } = {
  code: 'code of the check',
  parameters: 'parameters',
  population: 'population',
  waivers: 'waivers',
};

export function changes(report: Report): Content {
  if (report.changes.length === 0)
    return html`
<p>${nothingRecorded(report) ?? 'None: code, parameters, population and waivers stayed as they were.'}</p>`;
  const { shown, left } = cut(report.changes, mostChanges);
  return html`
<p>What was changed about the measuring itself, oldest first. The run is the first one with the new state.</p>${table({
    id: 'changes-table',
    caption: 'Changes in the period',
    columns: [
      { title: 'At (UTC)', kind: 'time' },
      { title: 'Run', kind: 'number' },
      { title: 'Check', kind: 'name' },
      { title: 'What' },
      { title: 'Before' },
      { title: 'After' },
    ],
    rows: shown.map(({ at, run, check, what, before, after }) => [time(at), run, checkLink(report, check), changed[what], before, after]),
  })}${leftOut(left, 'changes')}`;
}
