import { type Mutation, operator, production, servers, staging } from './mutation.ts';

/** What all of them have in common: nothing of the estate changes, and nobody tells of it. */
const untold = {
  by: operator,
  operation: 'Microsoft.OperationalInsights/workspaces/write',
  edits: [],
  verdict: 'fail',
  isUntold: true,
} as const;
const hours = 60;

/** What goes wrong with logs while every setting stays as it was. */
export const logMutations: { readonly [name: string]: Mutation } = {
  'drop-one-event': {
    ...untold,
    title: 'One event of ten hours ago is in no workspace',
    logs: [{ drop: idOf(production), agoMinutes: 10 * hours }],
    claims: { 'console-actions-logged': ['intent'] },
    checks: ['audit-completeness'],
  },
  'late-ingestion': {
    ...untold,
    title: 'What is done in a subscription needs three hours to its workspace',
    logs: [{ late: idOf(staging), fromMinutes: 5 * hours, minutes: 3 * hours }],
    claims: { 'console-actions-logged': ['intent'] },
    checks: ['audit-freshness'],
  },
  'half-a-day-silent': {
    ...untold,
    title: 'For half a day no sign-in arrived',
    logs: [{ silence: 'SigninLogs', fromMinutes: 13 * hours, toMinutes: hours }],
    claims: { 'console-actions-logged': ['intent'] },
    checks: ['audit-consoles'],
  },
  'undeclared-console': {
    ...untold,
    title: 'Somebody signs in to Azure with a tool that nobody declared',
    logs: [{ signIn: 'Cloud Console for Tablets', applicationId: 'dddddddd-dddd-4ddd-8ddd-dddddddddddd', fromMinutes: 3 * hours }],
    claims: { 'console-actions-logged': ['literal', 'intent'] },
    checks: ['audit-consoles'],
  },
  'heartbeat-lost': {
    ...untold,
    title: 'A server that runs is silent',
    isRemembered: true,
    logs: [
      { silence: 'Heartbeat', fromMinutes: 40, toMinutes: null, resource: `${servers}/Microsoft.Compute/virtualMachines/vm-search-2` },
    ],
    claims: { 'monitored-24-7': ['intent'] },
    checks: ['monitoring-heartbeats'],
  },
  'monitor-silent': {
    ...untold,
    title: 'Nobody tries the shop from outside any more',
    logs: [{ silence: 'AppAvailabilityResults', fromMinutes: 3 * hours, toMinutes: null }],
    claims: { 'constantly-monitored': ['literal'], 'monitored-24-7': ['literal'] },
    checks: ['monitoring-coverage'],
  },
};

function idOf(subscription: string): string {
  return subscription.split('/').at(-1) ?? '';
}
