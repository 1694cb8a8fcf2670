import type { Standing } from '../../domain/claim.ts';
import type { Status } from '../../domain/status.ts';
import { type Content, html } from './html.ts';

/** By sign and by word, so that it reads without colour too. Unknown is never green. */
const signs: { readonly [S in Status]: string } = {
  pass: '✓',
  fail: '✗',
  unknown: '?',
  waived: '~',
  'not-applicable': '–',
  'not-testable': '–',
};

export function statusMark(status: Status): Content {
  return html`<span class="status ${status}"><span aria-hidden="true">${signs[status]}</span> ${wordOf(status)}</span>`;
}

/** What a waived status is called towards people who did not waive it. */
export function wordOf(status: Status): string {
  return status === 'waived' ? 'accepted' : status.replace('-', ' ');
}

export function standingWord(standing: Standing): string {
  return standing.kind.replace('-', ' ');
}
