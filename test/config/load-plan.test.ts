import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import { loadPlan } from '../../src/config/load-plan.ts';
import { findScheduleError, longestGapMs } from '../../src/engine/schedule.ts';
import { badConfig, load, refusalOf, rooms, withConfiguration } from '../support/configuration.ts';

const good = readFileSync(join(badConfig, 'good', 'claimwatch.yaml'), 'utf8');

const bundle = readFileSync(new URL('../../config/trust/mozilla-roots.pem', import.meta.url), 'utf8');
const [root = ''] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(bundle) ?? [];

/** The good main file with one part replaced. */
function changed(from: string, to: string): Record<string, string> {
  if (!good.includes(from)) throw new Error(`the good file holds no ${from}`);
  return { 'claimwatch.yaml': good.replace(from, to) };
}

const webhook = '  ops: { kind: webhook, responses: [page], url: "https://hooks.example.com/${env:PART}", secret: "${env:SECRET}" }';
const withWebhook = changed('  log: { kind: log }', `  log: { kind: log }\n${webhook}`);

describe('what a good configuration comes to', () => {
  test('endpoints with their defaults', async () => {
    const { subjects } = await load({});
    expect(subjects).toEqual([
      { kind: 'endpoint', id: 'shop.example.com:443', host: 'shop.example.com', port: 443, httpPort: 80, httpPaths: ['/'] },
      { kind: 'endpoint', id: 'api.example.com:8443', host: 'api.example.com', port: 8443, httpPort: 80, httpPaths: ['/'] },
    ]);
  });

  test('looks with their defaults, durations in milliseconds', async () => {
    const { looks } = await load(
      changed('source: tls, schedule: "* * * * *"', 'source: tls, schedule: "* * * * *", jitter: 5s, retryUnread: 500ms'),
    );
    expect(looks[0]).toEqual({
      name: 'tls',
      source: 'tls',
      schedule: '* * * * *',
      jitterMs: 5_000,
      deadlineMs: 50_000,
      subjectDeadlineMs: 20_000,
      concurrency: 16,
      retryUnreadMs: 500,
      options: { rootBundle: null, extraRoots: [], addressFamilies: ['ipv4', 'ipv6'], connectionsAtOnce: 6 },
    });
    expect(looks[1]).not.toHaveProperty('retryUnreadMs');
  });

  test('the parameters of a check, whole for each endpoint that differs', async () => {
    const { checks } = await load({});
    expect(checks.find(({ id }) => id === 'tls-certificate-expiry')).toEqual({
      id: 'tls-certificate-expiry',
      maxAgeMs: 300_000,
      judgementDeadlineMs: 10_000,
      parameters: {
        defaults: { ticketBelowRatio: 0.2, pageBelowRatio: 0.07 },
        overrides: { 'api.example.com:8443': { ticketBelowRatio: 0.2, pageBelowRatio: 0.1 } },
      },
    });
  });

  test('an override stands on top of what the check itself is given', async () => {
    const { checks } = await load(
      changed('tls-certificate-expiry: { maxAge: 5m }', 'tls-certificate-expiry: { maxAge: 5m, parameters: { ticketBelowRatio: 0.5 } }'),
    );
    expect(checks[1]?.parameters.overrides).toEqual({ 'api.example.com:8443': { ticketBelowRatio: 0.5, pageBelowRatio: 0.1 } });
  });

  test('waivers in UTC, for both interpretations unless written', async () => {
    const { waivers } = await load({});
    expect(waivers).toEqual([
      expect.objectContaining({
        subject: 'shop.example.com:443',
        interpretations: ['literal', 'intent'],
        from: '2026-11-24T00:00:00.000Z',
        until: '2026-12-24T00:00:00.000Z',
      }),
    ]);
  });

  test('a signed mode, the folder of the state beside the file, and defaults', async () => {
    const plan = await withConfiguration({}, async (path) => ({ folder: path, ...(await loadPlan({ ...rooms, path, environment: {} })) }));
    expect(plan.mode).toEqual({ kind: 'active', signed: { by: 'Jane Doe', on: '2026-11-24' } });
    expect(plan.stateDirectory).toBe(join(plan.folder, 'state'));
    expect(plan.listen).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(plan.vantage).toEqual({ name: 'local', external: false, egressAddress: null, resolver: ['system'] });
    expect(plan.alerting).toEqual({ unknownAfterRuns: 2, unknownAfterMs: 1_800_000, waiverNoticeMs: 1_209_600_000 });
  });

  test('the mode is observe where nothing is written', async () => {
    const { mode } = await load(changed('mode: active\nsigned: { by: Jane Doe, on: 2026-11-24 }\n', ''));
    expect(mode).toEqual({ kind: 'observe' });
  });

  test('what is excluded leaves the subjects and is listed, and cannot be waived', async () => {
    const scope = 'scope: { excluded: [{ subject: "API.example.com:8443", owner: Jane Doe, reason: being retired }] }\nlooks:';
    const plan = await load(changed('looks:', scope));
    expect(plan.subjects.map(({ id }) => id)).toEqual(['shop.example.com:443']);
    expect(plan.outOfScope).toEqual([{ subject: 'api.example.com:8443', owner: 'Jane Doe', reason: 'being retired' }]);
    const refusal = await refusalOf(changed('looks:', scope.replace('API.example.com:8443', 'shop.example.com:443')));
    expect(refusal).toEqual([expect.stringContaining('nothing in scope is called "shop.example.com:443"')]);
  });

  test('a file instead of its folder', async () => {
    const plan = await withConfiguration({}, (folder) => loadPlan({ ...rooms, path: join(folder, 'claimwatch.yaml'), environment: {} }));
    expect(plan.subjects).toHaveLength(2);
  });

  test('anchors, aliases and merges', async () => {
    const merged = good
      .replace('tls: { source: tls, schedule: "* * * * *" }', 'tls: &pace { source: tls, schedule: "* * * * *", concurrency: 4 }')
      .replace('{ source: http, schedule: "*/5 * * * *" }', '{ <<: *pace, source: http }');
    const { looks } = await load({ 'claimwatch.yaml': merged });
    expect(looks.map(({ source, concurrency }) => [source, concurrency])).toEqual([
      ['tls', 4],
      ['http', 4],
    ]);
  });
});

describe('references', () => {
  test('stand for a variable, as the whole value or within it', async () => {
    const { receivers } = await load(withWebhook, { PART: 'abc', SECRET: 'whsec_$&$1' });
    expect(receivers[1]?.options).toEqual({ url: 'https://hooks.example.com/abc', secret: 'whsec_$&$1' });
    expect(receivers[1]?.responses).toEqual(['page']);
  });

  test('are not resolved in what they stand for', async () => {
    const { receivers } = await load(withWebhook, { PART: 'abc', SECRET: 'whsec_${env:PART}' });
    expect(receivers[1]?.options).toHaveProperty('secret', 'whsec_${env:PART}');
  });

  test('stand for a file, its last line end left out, relative to the configuration', async () => {
    const { looks } = await load({
      ...changed('schedule: "* * * * *"', 'schedule: "* * * * *", options: { extraRoots: ["${file:roots.pem}"] }'),
      'roots.pem': `${root}\n`,
    });
    expect(looks[0]?.options).toHaveProperty('extraRoots', [root]);
  });

  test('a secret shorter than what surrounds it is hidden in every message, whichever mistake there is', async () => {
    const lines = await refusalOf(withWebhook, { PART: '/x', SECRET: 'Tr0ub4dor' });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('Tr0ub4dor');
  });

  test('the digest is over the files as written: another secret is the same configuration, another word is not', async () => {
    const [one, other, third] = await Promise.all([
      load(withWebhook, { PART: 'a', SECRET: 'whsec_one' }),
      load(withWebhook, { PART: 'b', SECRET: 'whsec_other' }),
      load({ ...withWebhook, 'waivers.yaml': 'waivers: []\n' }, { PART: 'a', SECRET: 'whsec_one' }),
    ]);
    expect(one.configurationDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(other.configurationDigest).toBe(one.configurationDigest);
    expect(third.configurationDigest).not.toBe(one.configurationDigest);
  });
});

test.each([
  ['not UTF-8', Uint8Array.of(0x6d, 0xff, 0xfe), /^claimwatch\.yaml:1:1: the file cannot be read \(not UTF-8\); remedy: /],
  [
    'a byte-order mark before a mistake',
    '\uFEFFmode: actve\n',
    /^claimwatch\.yaml:1:\d+ mode: expected "observe" or "active", got "actve"/,
  ],
])('%s', async (_name, text, message) => {
  expect((await refusalOf({ 'claimwatch.yaml': text }))[0]).toMatch(message);
});

test('a folder without configuration is refused', async () => {
  const refused = withConfiguration({}, (folder) => loadPlan({ ...rooms, path: join(folder, 'elsewhere'), environment: {} }));
  await expect(refused).rejects.toThrow('elsewhere:1:1: the file cannot be read (ENOENT); remedy: create the file, or name the right one');
});

test('the packaged configuration is accepted with the rooms as they are', async () => {
  const { derivations, ...found } = await openRooms();
  const plan = await loadPlan({
    ...found,
    azure: azureNeeds,
    derivations: new Map([...derivations].map(([kind, { from }]) => [kind, from])),
    validateSchedule: findScheduleError,
    longestGapMs,
    path: fileURLToPath(new URL('../../config', import.meta.url)),
    environment: {},
  });
  expect(plan.mode).toEqual({ kind: 'observe' });
  expect(plan.subjects).toEqual([]);
  expect(plan.receivers.map(({ kind }) => kind)).toEqual(['log']);
});
