import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { decideWithdrawn } from '../../src/alerts/decide-withdrawn.ts';
import { mirrorAlerts } from '../../src/alerts/mirror-alerts.ts';
import { webhookBody } from '../../src/alerts/webhook-body.ts';
import type { Alert, MessageSubject } from '../../src/domain/alert.ts';
import type { Change } from '../../src/domain/change.ts';
import type { Decision } from '../../src/domain/ports.ts';
import { timestamp } from '../../src/domain/time.ts';
import { apply, fails, first, makeContext, minuteMs, onlyFail, receivers, result, run, startMs } from './fixtures.ts';

const write = 'Microsoft.Storage/storageAccounts/write';
const person = 'person-0123456789abcdef';

const change = (target: string, changes: Partial<Change> = {}): Change => ({
  target,
  at: timestamp(startMs - minuteMs),
  by: person,
  operation: write,
  clientType: 'Azure Portal',
  properties: ['properties.allowBlobPublicAccess'],
  ...changes,
});

/** What the engine would have found before it decided. */
const knowing = (...found: readonly Change[]) => {
  const known = new Map(found.map((one) => [one.target, one]));
  return makeContext({ changeOf: (subject) => known.get(subject) ?? null });
};

const told = { by: person, at: timestamp(startMs - minuteMs), operation: write };
const subjectsOf = (decision: Decision): readonly MessageSubject[] => first(decision.notifications).message.subjects;
const reasonOf = (decision: Decision): string => first(decision.notifications).message.reason;
const openWith = (context: ReturnType<typeof makeContext>, ...subjects: readonly string[]) =>
  decideRun([], run({ failing: subjects.map((subject) => fails(subject)) }), context);

describe('a firing', () => {
  it('says who changed the one subject, when and with what', () => {
    const decision = openWith(knowing(change('/a')), '/a');
    expect(subjectsOf(decision)).toMatchObject([{ subject: '/a', changedBy: told }]);
    expect(reasonOf(decision)).toBe(`1 subject fails; changed by ${person} at ${told.at} with ${write}`);
  });

  it('names what was changed where that is another resource, on which the verdict rests', () => {
    const target = '/subscriptions/1/resourcegroups/g/providers/microsoft.network/networksecuritygroups/nsg-web';
    const decision = openWith(makeContext({ changeOf: () => change(target) }), '/a');
    expect(subjectsOf(decision)).toMatchObject([{ changedBy: { ...told, target } }]);
    expect(reasonOf(decision)).toBe(`1 subject fails; changed by ${person} at ${told.at} with ${write} on networksecuritygroups/nsg-web`);
  });

  it('says it of each of several, and of those of whom nothing is known that nothing is', () => {
    const decision = openWith(knowing(change('/b', { operation: null, by: 'System' })), '/a', '/b');
    expect(subjectsOf(decision).map(({ changedBy }) => changedBy)).toEqual([null, { ...told, by: 'System', operation: null }]);
    expect(reasonOf(decision)).toBe('2 subjects fail');
  });

  it('goes out as ever where nothing was found', () => {
    const decision = openWith(makeContext(), '/a');
    expect(subjectsOf(decision)).toMatchObject([{ subject: '/a', changedBy: null }]);
    expect(reasonOf(decision)).toBe('1 subject fails');
    expect(onlyFail(decision.alerts)).not.toHaveProperty('changes');
  });

  it('holds no more than it is to tell', () => {
    const { changes } = onlyFail(openWith(knowing(change('/a')), '/a').alerts);
    expect(changes).toEqual({ '/a': told });
  });
});

describe('an update', () => {
  const open = apply([], openWith(knowing(change('/a')), '/a'));
  const later = change('/b', { by: 'app 1', at: timestamp(startMs) });
  const grow = (context: ReturnType<typeof makeContext>, before: readonly Alert[] = open) =>
    decideRun(before, run({ failing: [fails('/a'), fails('/b')] }), context);

  it('says it of the new subject; the old one keeps what was told of it, whoever touched it since', () => {
    const decision = grow(knowing(later, change('/a', { by: 'app 2', at: timestamp(startMs + 1) })));
    expect(subjectsOf(decision)).toMatchObject([
      { subject: '/b', changedBy: { by: 'app 1' } },
      { subject: '/a', changedBy: told },
    ]);
    expect(reasonOf(decision)).toBe(`1 subject began to fail; 2 fail now; changed by app 1 at ${timestamp(startMs)} with ${write}`);
    expect(onlyFail(decision.alerts).changes).toEqual({ '/a': told, '/b': { ...told, by: 'app 1', at: timestamp(startMs) } });
  });

  it('loses nothing where nobody could be asked this time', () => {
    expect(subjectsOf(grow(makeContext()))).toMatchObject([
      { subject: '/b', changedBy: null },
      { subject: '/a', changedBy: told },
    ]);
  });

  it('writes nothing anew where nothing happened', () => {
    expect(decideRun(open, run({ failing: [fails('/a')] }), knowing(change('/a', { by: 'app 2' })))).toEqual({
      alerts: [],
      notifications: [],
    });
  });

  it('a subject that passed and fails again is asked about again', () => {
    const both = apply(open, grow(knowing(later)));
    const without = apply(both, decideRun(both, run({ failing: [fails('/b')] }), makeContext()));
    expect(onlyFail(without).changes).toEqual({ '/b': { ...told, by: 'app 1', at: timestamp(startMs) } });
    const again = change('/a', { by: 'app 3' });
    expect(onlyFail(apply(without, grow(knowing(again), without))).changes).toMatchObject({ '/a': { by: 'app 3' }, '/b': { by: 'app 1' } });
  });

  it('a receiver that comes to be routed later hears it too', () => {
    const few = makeContext({ changeOf: knowing(change('/a')).changeOf, receivers: receivers.slice(0, 1) });
    const before = apply([], decideRun([], run({ failing: [fails('/a')] }), few));
    expect(subjectsOf(decideRun(before, run({ failing: [fails('/a')] }), makeContext()))).toMatchObject([{ changedBy: told }]);
  });

  it('keeps those of the newest hundred', () => {
    const names = Array.from({ length: 150 }, (_, index) => `/${String(index).padStart(3, '0')}`);
    const all = knowing(...names.map((name) => change(name)));
    const [old, fresh] = [names.slice(0, 120), names.slice(120)];
    const before = apply([], openWith(all, ...old));
    expect(Object.keys(onlyFail(before).changes ?? {})).toHaveLength(100);
    const after = apply(before, decideRun(before, run({ failing: names.map((name) => fails(name)) }), all));
    const kept = Object.keys(onlyFail(after).changes ?? {});
    expect(kept).toHaveLength(100);
    expect(fresh.every((name) => kept.includes(name))).toBe(true);
  });
});

describe('an end', () => {
  const open = apply([], openWith(knowing(change('/a')), '/a'));

  it.each<[string, Decision]>([
    ['resolved', decideRun(open, run(result()), knowing(change('/a')))],
    ['withdrawn', decideWithdrawn(open, [], makeContext())],
  ])('that is %s names nobody', (_what, decision) => {
    expect(subjectsOf(decision)).toMatchObject([{ subject: '/a' }]);
    expect(JSON.stringify(decision.notifications)).not.toContain(person);
  });
});

describe('receivers', () => {
  it('a webhook gets it as data', () => {
    const notifications = openWith(knowing(change('/a')), '/a', '/b').notifications.slice(0, 1);
    const body = webhookBody({ id: 'n', notifications, attempt: 1, sentAt: timestamp(startMs), delayed: false });
    expect(JSON.parse(body).data.subjects).toMatchObject([
      { subject: '/a', changedBy: told },
      { subject: '/b', changedBy: null },
    ]);
  });

  it('an Alertmanager gets it as an annotation, which is no part of who the alert is', () => {
    const mirror = { name: 'am', kind: 'alertmanager', responses: ['ticket'], isMirror: true } as const;
    const context = { ...knowing(change('/a')), receivers: [mirror] };
    const mirrored = mirrorAlerts(apply([], openWith(context, '/a', '/b')), {
      receiver: 'am',
      vantage: 'office',
      describe: context.describe,
    });
    expect(mirrored.map(({ annotations }) => annotations['changed_by'])).toEqual([`${person} at ${told.at} with ${write}`, undefined]);
    expect(mirrored.every(({ labels }) => !JSON.stringify(labels).includes(person))).toBe(true);
  });
});
