import { type Content, html } from './html.ts';
import type { Report } from './report.ts';

/** Headings of the page, in order; links name a section by its number, which paper shows too. */
export const sections = [
  { id: 'result', title: 'Result' },
  { id: 'scope', title: 'Scope and population' },
  { id: 'claims', title: 'Claims' },
  { id: 'deviations', title: 'Deviations' },
  { id: 'gaps', title: 'Gaps' },
  { id: 'network', title: 'What the Internet can reach' },
  { id: 'waivers', title: 'Accepted risks' },
  { id: 'changes', title: 'Changes in the period' },
  { id: 'method', title: 'Method' },
  { id: 'not-testable', title: 'Sentences that are not testable' },
  { id: 'limits', title: 'Limits' },
  { id: 'sign-off', title: 'Sign-off' },
  { id: 'glossary', title: 'Glossary' },
] as const;

export type SectionId = (typeof sections)[number]['id'];

/** `claim-https-everywhere`. Two names never share an anchor, whatever signs they hold. */
export function anchorOf(kind: string, name: string): string {
  return `${kind}-${Array.from(name, (sign) => (/[a-z0-9-]/.test(sign) ? sign : `_${sign.codePointAt(0)}_`)).join('')}`;
}

export function sectionNumber(section: SectionId): number {
  return sections.findIndex(({ id }) => id === section) + 1;
}

export function claimNumber(report: Report, claim: string): string {
  return `${sectionNumber('claims')}.${report.claims.findIndex(({ id }) => id === claim) + 1}`;
}

export function checkNumber(report: Report, check: string, section: 'method' | 'deviations'): string {
  return `${sectionNumber(section)}.${report.checks.findIndex(({ id }) => id === check) + 1}`;
}

export function sectionLink(section: SectionId): Content {
  return html`<a href="#${section}">section ${sectionNumber(section)}</a>`;
}

/** Plain text where the report holds no such claim (a report about one control). */
export function claimLink(report: Report, claim: string): Content {
  if (report.claims.every(({ id }) => id !== claim)) return claim;
  return html`<a href="#${anchorOf('claim', claim)}">${claimNumber(report, claim)} ${claim}</a>`;
}

export function checkLink(report: Report, check: string): Content {
  if (report.checks.every(({ id }) => id !== check)) return check;
  return html`<a href="#${anchorOf('check', check)}">${checkNumber(report, check, 'method')} ${check}</a>`;
}
