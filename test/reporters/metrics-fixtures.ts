import { z } from 'zod';
import type { Alert } from '../../src/domain/alert.ts';
import type { Check } from '../../src/domain/check.ts';
import type { Claim, Interpretation } from '../../src/domain/claim.ts';
import type { Finding, Response } from '../../src/domain/finding.ts';
import type { Look, Vantage } from '../../src/domain/look.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { CheckStatus } from '../../src/domain/ports.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import type { Run } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import type { EndedLook } from '../../src/reporters/metrics/counters.ts';
import { createMetrics, type Metrics, type MetricsNeeds } from '../../src/reporters/metrics/metrics.ts';
import { type FixedState, fixedStore } from '../support/fixed-store.ts';

export const nowMs = Date.parse('2026-11-24T08:00:00.000Z');
const ago = (ms: number): string => timestamp(nowMs - ms);
const vantage: Vantage = { name: 'office', external: false, egressAddress: null, resolver: ['system'] };

const claim = (id: string, testable = true): Claim => ({
  id,
  quotes: ['All data is sent over HTTPS.'],
  document: 'security-policy',
  owner: 'Jane Doe',
  literal: testable ? { kind: 'binding' } : { kind: 'not-testable', reason: 'no measure' },
  intent: { kind: 'binding' },
  intentText: 'as written',
  controls: { soc2: [], iso27001: [], cisAzure: [], pciDss: [] },
});

const check = (claimId: string, interpretations: readonly Interpretation[]): Check => ({
  title: 'A check',
  claims: [{ claim: claimId, interpretations }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: {},
  whenNone: 'unknown',
  judge: () => [],
  repeat: () => '',
  mend: '',
});

export const checks: ReadonlyMap<string, Check> = new Map([
  ['https-redirect', check('https-everywhere', ['literal', 'intent'])],
  ['tls-versions', check('https-everywhere', ['intent'])],
  ['tls-profile', check('bank-grade', ['intent'])],
  ['never-configured', check('https-everywhere', ['intent'])],
]);

const checkPlan = (id: string) => ({ id, maxAgeMs: 300_000, judgementDeadlineMs: 10_000, parameters: { defaults: {}, overrides: {} } });
const lookPlan = (name: string) => ({
  name,
  source: name,
  schedule: '* * * * *',
  jitterMs: 0,
  deadlineMs: 50_000,
  subjectDeadlineMs: 20_000,
  concurrency: 4,
  options: {},
});

const waiver = (id: string, checkId: string, days: number): Waiver => ({
  id,
  check: checkId,
  subject: 'old.example.com:443',
  interpretations: ['intent'],
  reason: 'being retired',
  requestedBy: 'Jane Doe',
  approvedBy: 'John Doe',
  from: ago(86_400_000),
  until: timestamp(nowMs + days * 86_400_000),
});

export const plan: Plan = {
  register: { claims: [claim('https-everywhere'), claim('bank-grade', false), claim('multiple-backups')], notTestable: [] },
  subjects: [],
  outOfScope: [{ subject: 'old.example.com:8443', owner: 'Jane Doe', reason: 'being retired' }],
  azure: {},
  scopes: [subscriptionResource('s-production'), subscriptionResource('s-lost')],
  resourceTypes: [],
  discovered: { port: 443, httpPort: 80 },
  vantage,
  looks: ['http', 'tls', 'azure', 'logs', 'activity-log'].map(lookPlan),
  checks: [checkPlan('https-redirect'), checkPlan('tls-versions'), checkPlan('tls-profile')],
  waivers: [waiver('w1', 'https-redirect', 30), waiver('ended', 'tls-versions', 0)],
  mode: { kind: 'observe' },
  receivers: [
    {
      name: 'ops',
      kind: 'webhook',
      responses: ['page'],
      options: { url: 'https://hooks.example.com/secret-path', secret: 'whsec_c2VjcmV0' },
    },
  ],
  alerting: { unknownAfterRuns: 2, unknownAfterMs: 1_800_000, waiverNoticeMs: 0 },
  configurationDigest: 'c0ffee',
  stateDirectory: '/nowhere',
  listen: { host: '127.0.0.1', port: 0 },
};

export function statusOf(
  id: string,
  interpretation: Interpretation,
  counts: Partial<CheckStatus['counts']>,
  ageMs: number,
  run = 1,
): CheckStatus {
  return {
    check: id,
    interpretation,
    counts: { pass: 0, fail: 0, unknown: 0, waived: 0, ...counts },
    since: ago(ageMs),
    run,
    trigger: 'looked',
    dataAsOf: ago(ageMs),
    finishedAt: ago(ageMs - 1_000),
  };
}

export function runOf(id: number, checkId: string, ageMs = 60_000): Run {
  return {
    id,
    entry: id,
    check: checkId,
    trigger: 'looked',
    codeVersion: '0.1.0',
    parametersDigest: '',
    waiversDigest: '',
    scheduledFor: ago(ageMs),
    startedAt: ago(ageMs),
    finishedAt: ago(ageMs - 20),
    dataAsOf: ago(ageMs),
    extent: { kind: 'all' },
    previousRun: null,
    looks: {},
    population: { expected: 0, seen: 0, unread: 0, digest: '' },
    subjectsDigest: '',
    counts: {},
    findingsDigest: '',
    notPassDigest: '',
    inputDigest: '',
  };
}

export function lookOf(name: string, expected: number, unread: number): Look {
  return {
    id: 1,
    name,
    source: name,
    vantage,
    extent: { kind: 'all' },
    scheduledFor: ago(60_000),
    startedAt: ago(60_000),
    finishedAt: ago(57_000),
    dataAsOf: ago(60_000),
    expected,
    seen: expected,
    unread,
    populationDigest: '',
    mapDigest: '',
    base: null,
    depth: 0,
  };
}

export function failOf(subject: string, interpretation: Interpretation, response: Response = 'ticket') {
  return { subject, interpretation, expected: '', observed: '', rule: '', status: 'fail', response } as const satisfies Finding;
}

const openAlert: Alert = {
  id: 'a1',
  key: 'fail:https-redirect:intent',
  kind: 'fail',
  check: 'https-redirect',
  interpretation: 'intent',
  failing: [],
  response: 'ticket',
  openedAt: ago(60_000),
  closedAt: null,
  closedBecause: null,
  toldAt: null,
  sequence: 0,
};

/** One of each: fails, a waived one, a check past its limit, one that never ran, claims without a check, one that nobody could test. */
export const someState: FixedState = {
  statuses: [
    statusOf('https-redirect', 'literal', { pass: 3 }, 60_000),
    statusOf('https-redirect', 'intent', { pass: 1, fail: 1, waived: 1 }, 60_000),
    statusOf('tls-versions', 'intent', { pass: 2, waived: 1 }, 300_001, 2),
  ],
  runs: [runOf(1, 'https-redirect'), runOf(2, 'tls-versions', 300_001)],
  findings: {
    1: [failOf('shop.example.com:443', 'intent'), { ...failOf('old.example.com:443', 'intent'), status: 'waived', waiver: 'w1' }],
  },
  looks: [lookOf('http', 3, 1), lookOf('azure', 340, 2)],
  openAlerts: [openAlert],
  outbox: [{ receiver: 'former', pending: 2, oldestPendingAt: ago(120_000), accepted: 0 }],
  entries: 2,
};

export function metricsOf(state: FixedState, now: () => number = () => nowMs, changes: Partial<MetricsNeeds> = {}): Metrics {
  return createMetrics({
    store: fixedStore(state),
    plan,
    checks,
    clock: { now },
    lookAgeLimits: new Map(plan.looks.map(({ name }) => [name, 300_000])),
    version: { version: '0.1.0', revision: 'abc' },
    ...changes,
  });
}

/** Fields of storage accounts, one of which stops coming; `isSeen`: the second of two subscriptions. */
function azureLook(isAbsent: 0 | 1, isSeen: 0 | 1): EndedLook {
  const type = 'microsoft.storage/storageaccounts';
  return {
    phaseSeconds: {},
    faults: { partial: 1 },
    measures: {},
    metered: [
      { kind: 'count', name: 'azure_requests_total', labels: { api: 'resource-graph', code: '200' }, value: 9 },
      { kind: 'count', name: 'azure_requests_total', labels: { api: 'resource-graph', code: '429' }, value: 1 },
      { kind: 'count', name: 'azure_throttle_wait_seconds_total', labels: { api: 'resource-graph' }, value: 2.5 },
      { kind: 'count', name: 'azure_effective_rules_total', labels: { outcome: 'read' }, value: 1 },
      { kind: 'count', name: 'azure_endpoint_names_refused_total', labels: { type: 'microsoft.web/sites' }, value: 1 },
      { kind: 'set', name: 'azure_quota_remaining', labels: { api: 'resource-graph' }, value: 11 },
      { kind: 'set', name: 'azure_scope_readable', labels: { subscription: 's-production' }, value: 1 },
      { kind: 'set', name: 'azure_scope_readable', labels: { subscription: 's-lost' }, value: isSeen },
      { kind: 'set', name: 'azure_resources', labels: { type }, value: 7 },
      { kind: 'set', name: 'azure_resources', labels: { type: 'microsoft.web/sites' }, value: 4 },
      { kind: 'set', name: 'azure_field_absent', labels: { type, field: 'minimumTlsVersion' }, value: isAbsent },
      { kind: 'set', name: 'azure_field_absent', labels: { type, field: 'isSftpEnabled' }, value: 1 },
      { kind: 'set', name: 'azure_field_absent', labels: { type, field: 'encryption' }, value: 0 },
    ],
  };
}

const logsLook: EndedLook = {
  phaseSeconds: {},
  faults: {},
  measures: {},
  metered: [{ kind: 'set', name: 'log_ingestion_delay_seconds', labels: { workspace: 'central', table: 'SigninLogs' }, value: 184 }],
};

const activityLook: EndedLook = {
  phaseSeconds: {},
  faults: {},
  measures: {
    '/subscriptions/s-production': {
      activity_log_listed_events: 120,
      activity_log_missing_events: 1,
      activity_log_ingestion_seconds: 600,
    },
  },
  metered: [],
};

/** As an engine would tell of its work. */
export function observeSomething(metrics: Metrics): void {
  metrics.ticked(nowMs);
  metrics.missed(2);
  metrics.lookEnded(lookOf('http', 3, 1), {
    phaseSeconds: { connect: [0.004, 0.3] },
    faults: { timeout: 1 },
    measures: { 'shop.example.com:443': { certificate_expiry_timestamp_seconds: 1_800_000_000 } },
    metered: [],
  });
  metrics.lookEnded(lookOf('azure', 340, 2), azureLook(0, 1));
  metrics.lookEnded(lookOf('azure', 340, 2), azureLook(1, 1));
  metrics.lookEnded(lookOf('azure', 340, 2), azureLook(1, 0));
  metrics.lookEnded(lookOf('logs', 2, 0), logsLook);
  metrics.lookEnded(lookOf('activity-log', 3, 0), activityLook);
  metrics.runEnded(runOf(1, 'https-redirect'));
  metrics.defect('check tls-versions');
  metrics.clockJumped();
  metrics.mainThreadBlocked(1_500);
  metrics.worldRestarted();
  metrics.mirrored({ receiver: 'alertmanager', target: 'am-1', firing: 2, resolved: 1, isAccepted: true, endedAtMs: nowMs - 60_000 });
  metrics.mirrored({ receiver: 'alertmanager', target: 'am-2', firing: 2, resolved: 1, isAccepted: false, endedAtMs: nowMs });
  metrics.attemptEnded({ receiver: 'ops', reason: null });
  metrics.attemptEnded({ receiver: 'ops', reason: 'timeout' });
}
