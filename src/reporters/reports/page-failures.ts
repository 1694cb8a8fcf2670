import type { Interpretation } from '../../domain/claim.ts';
import { type Content, html } from './html.ts';
import { checkLink, sectionLink } from './page-anchors.ts';
import { cut, leftOut, table } from './page-table.ts';
import { durationBetween, durationText, time } from './readable-time.ts';
import type { FailureReport, Gap, Numbers, Report } from './report.ts';
import type { CheckFailure, GapInterval } from './report-lookup.ts';
import { lengthMs, measuredMs } from './report-lookup.ts';

const ends: { readonly [E in FailureReport['ended']]: string } = {
  passed: 'seen to pass',
  waived: 'risk accepted',
  gone: 'no longer in the population',
  'not-ended': 'still failing at the end of the period',
};

export function began({ from, beganBefore }: FailureReport): Content {
  return beganBefore ? html`${time(from)}<br><span class="quiet">began before the period</span>` : time(from);
}

export function ended({ to, ended: how }: FailureReport): Content {
  return to === null ? ends[how] : html`${time(to)}<br><span class="quiet">${ends[how]}</span>`;
}

/** How long it failed within the period: what came before it is not this report's. */
export function failedFor({ from, to }: FailureReport, { period }: Report): string {
  return durationBetween(from < period.from ? period.from : from, to ?? period.to);
}

/** No failures where nobody looked says nothing, and must not read as if it did. */
export function noneNoted(numbers: Numbers): Content {
  const measured = measuredMs(numbers);
  if (measured === 0)
    return html`
<p>Failures: none could be noted, because nothing was measured.</p>`;
  const where = measured < numbers.periodMs ? ' in the time that was measured' : null;
  return html`
<p>Failures: none noted${where}.</p>`;
}

/** What the report itself does not list, because it is too much. */
export function notListed(count: number): Content {
  if (count === 0) return null;
  return html`
<p class="left-out">${count.toLocaleString('en')} more failures are listed neither here nor in the report as data, because there are so many; the
numbers and the timeline hold them. <code>claimwatch runs</code> names the runs that found them.</p>`;
}

const mostPerClaim = 20;

/** Short: the whole of each failure stands among the deviations. */
export function failuresOfClaim(
  report: Report,
  id: string,
  interpretation: Interpretation,
  numbers: Numbers,
  { failures, notListed: unlisted }: { readonly failures: readonly CheckFailure[]; readonly notListed: number },
): Content {
  if (failures.length === 0 && unlisted === 0) return noneNoted(numbers);
  const { shown, left } = cut(failures, mostPerClaim);
  return [
    table({
      id,
      caption: `Failures, ${interpretation}`,
      columns: [
        { title: 'Subject' },
        { title: 'Check', kind: 'name' },
        { title: 'From (UTC)', kind: 'time' },
        { title: 'To (UTC)', kind: 'time' },
        { title: 'In the period' },
        { title: 'Observed', kind: 'text' },
      ],
      rows: shown.map(({ check, failure }) => [
        failure.subject,
        checkLink(report, check),
        began(failure),
        ended(failure),
        failedFor(failure, report),
        failure.observed,
      ]),
    }),
    leftOut(left, 'failures', sectionLink('deviations')),
    notListed(unlisted),
  ];
}

/** Why nothing was measured, with the failure that may stand behind it. */
export function gapTable(id: string, caption: string, gaps: readonly GapInterval[], most: number): Content {
  if (gaps.length === 0)
    return html`
<p>Gaps: none.</p>`;
  const { shown, left } = cut(gaps, most);
  return [
    table({
      id,
      caption,
      columns: [
        { title: 'From (UTC)', kind: 'time' },
        { title: 'To (UTC)', kind: 'time' },
        { title: 'Lasted' },
        { title: 'Cause' },
        { title: 'What happened', kind: 'text' },
      ],
      rows: shown.map((interval) => [
        time(interval.from),
        time(interval.to),
        durationText(lengthMs(interval)),
        causeOf(interval),
        messageOf(interval),
      ]),
    }),
    leftOut(left, 'gaps'),
  ];
}

const reasons: { readonly [R in Gap['reason']]: string } = {
  timeout: 'no answer in time',
  unreachable: 'not reachable',
  denied: 'reading was denied',
  throttled: 'asked to wait',
  malformed: 'the answer could not be read',
  partial: 'only a part could be read',
  unsupported: 'our client cannot ask',
  defect: 'a defect of our own code',
  stale: 'data past its freshness limit',
  'none-seen': 'no subject was seen',
  'not-provable': 'can be refuted, never proved',
  unconfirmed: 'not confirmed at the origin yet',
  'no-run': 'nothing ran',
};

function causeOf({ gap }: GapInterval): Content {
  return gap.cause === null ? reasons[gap.reason] : html`${reasons[gap.reason]}<br><code>${gap.cause}</code>`;
}

function messageOf({ gap }: GapInterval): Content {
  return gap.failsAsLastSeen ? html`${gap.message}; <strong>it failed when it was last seen</strong>` : gap.message;
}
