import { epochMs } from '../../domain/time.ts';
import { isInForce } from '../../domain/waiver.ts';
import type { StatusSeries } from './status-series.ts';

/** What decides whether people are told: which failures bind, what is left out, what is accepted. */
export const standingSeries: readonly StatusSeries[] = [
  {
    name: 'claimwatch_check_alerts',
    help:
      'Whether people are told of an interpretation of a check: 1 where it binds and the mode is active; 0 for a text defect, and for all while ' +
      'the mode is observe. The response is the gravest of what fails, else that of the check.',
    labels: ['check', 'interpretation', 'response', 'standing'],
    samples: ({ standings }, plan) =>
      standings.map(({ check, interpretation, standing, response }) => ({
        labels: { check, interpretation, response, standing },
        value: standing === 'binding' && plan.mode.kind === 'active' ? 1 : 0,
      })),
  },
  {
    name: 'claimwatch_claim_info',
    help: 'Who owns a claim, and how each interpretation is meant: binding, text-defect (never told) or not-testable.',
    labels: ['claim', 'owner', 'literal', 'intent'],
    samples: (_snapshot, plan) =>
      plan.register.claims.map(({ id, owner, literal, intent }) => ({
        labels: { claim: id, owner, literal: literal.kind, intent: intent.kind },
        value: 1,
      })),
  },
  {
    name: 'claimwatch_claim_unknown_info',
    help: 'Why an interpretation of a claim is unknown; absent where it is not.',
    labels: ['claim', 'interpretation', 'because'],
    samples: ({ claims }) =>
      claims.flatMap(({ claim, interpretation, because }) =>
        because === null ? [] : [{ labels: { claim, interpretation, because }, value: 1 }],
      ),
  },
  {
    name: 'claimwatch_subjects',
    help: 'Subjects that are watched, by where they are known from: the configuration, or the last look that found them itself. One that is known from both counts in each.',
    labels: ['known_from'],
    samples: ({ looks }, plan) => [
      { labels: { known_from: 'configuration' }, value: plan.subjects.length },
      ...plan.looks.flatMap(({ name, source }) =>
        source === 'azure' && plan.azure !== null ? [{ labels: { known_from: name }, value: looks.get(name)?.expected ?? 0 }] : [],
      ),
    ],
  },
  {
    name: 'claimwatch_subjects_out_of_scope',
    help: 'Subjects that are left out on purpose.',
    labels: [],
    samples: (_snapshot, plan) => [{ labels: {}, value: plan.outOfScope.length }],
  },
  {
    name: 'claimwatch_waiver_end_timestamp_seconds',
    help: 'When a waiver that is in force ends.',
    labels: ['waiver', 'check'],
    samples: ({ nowMs }, plan) =>
      plan.waivers
        .filter((waiver) => isInForce(waiver, nowMs))
        .map(({ id, check, until }) => ({ labels: { waiver: id, check }, value: epochMs(until) / 1000 })),
  },
];
