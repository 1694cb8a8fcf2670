import { createHash } from 'node:crypto';
import type { Alert, ChangedBy, FailAlert, UnknownAlert } from '../domain/alert.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { Response } from '../domain/finding.ts';
import type { MirroredAlert } from '../domain/mirroring.ts';
import type { CheckDescription } from './decide-context.ts';
import { shorten } from './shorten.ts';
import { changedByText } from './wording.ts';

export interface MirrorContext {
  readonly receiver: string;
  readonly vantage: string;
  /** Null: the check is not configured any more. */
  describe(check: string): CheckDescription | null;
}

/** Of one open alert at most this many subjects have an alert of their own; one more says how many are left out. */
export const mirroredSubjects = 100;
const mostText = 1_000;
const severities: { readonly [R in Response]: string } = { page: 'critical', ticket: 'warning', report: 'info' };

/**
 * The open alerts that a receiver was told of, as an Alertmanager holds them: one per check, interpretation and subject, since to it an alert is its
 * labels, and it tells its people of a group that grew. So whoever newly fails, or becomes blind, is told.
 */
export function mirrorAlerts(open: readonly Alert[], context: MirrorContext): readonly MirroredAlert[] {
  return open
    .filter((alert) => alert.closedAt === null && (alert.toldTo ?? []).includes(context.receiver))
    .flatMap((alert) => (alert.kind === 'fail' ? mirrorFail(alert, context) : mirrorUnknown(alert, context)));
}

/** SHA-256 of the labels in the order of their names, lower-case hex. */
export function fingerprintOf({ labels }: Pick<MirroredAlert, 'labels'>): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

interface Told {
  readonly check: string;
  readonly interpretation: Interpretation;
  readonly subject: string;
  readonly response: Response;
  readonly labels?: { readonly [name: string]: string };
  readonly description: string;
  readonly lastSeen: string | null;
  readonly changedBy?: ChangedBy | undefined;
}

function mirrorFail(alert: FailAlert, context: MirrorContext): readonly MirroredAlert[] {
  const { check, interpretation } = alert;
  const told = alert.failing.map(
    ({ subject, response, expected, observed, rule, lastSeen }): Told => ({
      check,
      interpretation,
      subject,
      response,
      description: `expected: ${expected}; observed: ${observed} (${rule})`,
      lastSeen,
      changedBy: alert.changes?.[subject],
    }),
  );
  return limit(told).map((one) => mirrorOne('ClaimwatchFail', `${check} (${interpretation}) fails on ${one.subject}`, alert, one, context));
}

/** Those that people were told of and that are still blind. */
function mirrorUnknown(alert: UnknownAlert, context: MirrorContext): readonly MirroredAlert[] {
  // One stored before it was kept who was told: then everybody was.
  const known = alert.toldSubjects === undefined ? null : new Set(alert.toldSubjects);
  const members = (alert.toldMembers ?? Object.keys(alert.blinded)).filter((member) => Object.hasOwn(alert.blinded, member));
  const told = members.flatMap((member) => {
    const at = member.lastIndexOf(':');
    const [check, interpretation] = [member.slice(0, at), member.slice(at + 1) as Interpretation];
    const subjects = (alert.blinded[member]?.subjects ?? []).filter((subject) => known === null || known.has(subject));
    const cause = alert.cause === null ? {} : { cause: alert.cause };
    return subjects.map(
      (subject): Told => ({
        check,
        interpretation,
        subject,
        response: alert.response,
        labels: cause,
        description: alert.message,
        lastSeen: null,
      }),
    );
  });
  return limit(told).map((one) =>
    mirrorOne('ClaimwatchUnknown', `${one.check} (${one.interpretation}) cannot be known of ${one.subject}`, alert, one, context),
  );
}

/** How many are left out stands in the labels: whenever it changes, people are told. */
function limit(told: readonly Told[]): readonly Told[] {
  const [last] = told.slice(mirroredSubjects);
  if (last === undefined) return told;
  const more = `and ${told.length - mirroredSubjects} more`;
  return [
    ...told.slice(0, mirroredSubjects),
    { ...last, subject: more, description: `${more}; claimwatch findings lists them all`, lastSeen: null, changedBy: undefined },
  ];
}

function mirrorOne(alertname: string, summary: string, alert: Alert, told: Told, context: MirrorContext): MirroredAlert {
  const check = context.describe(told.check);
  const { check: id, interpretation, response } = told;
  const labels = {
    alertname,
    check: id,
    interpretation,
    subject: shorten(told.subject, mostText),
    response,
    severity: severities[response],
    vantage: context.vantage,
    ...told.labels,
  };
  const annotations = {
    summary,
    description: told.description,
    claims: (check?.claimsUnder(interpretation) ?? []).map((claim) => `${claim.id}: "${claim.quote}"`).join('; '),
    mend: check?.mend ?? '',
    repeat: check?.repeat(told.subject) ?? '',
    last_seen: told.lastSeen ?? '',
    changed_by: told.changedBy === undefined ? '' : changedByText(told.changedBy),
    claimwatch_alert: alert.id,
  };
  // An empty value says nothing, and Alertmanager drops it.
  const shown = Object.entries(annotations).flatMap(([name, text]) => (text === '' ? [] : [[name, shorten(text, mostText)] as const]));
  return { labels, annotations: Object.fromEntries(shown), startsAt: alert.openedAt };
}
