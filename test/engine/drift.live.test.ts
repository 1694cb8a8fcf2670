import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startWebhookInbox } from '../../sandbox/webhook-inbox.ts';
import { createOutbox } from '../../src/alerts/outbox.ts';
import { receiver as webhook } from '../../src/alerts/receivers/webhook.ts';
import { realClock } from '../../src/commands/real-clock.ts';
import type { Json } from '../../src/domain/json.ts';
import type { Seen } from '../../src/domain/look.ts';
import type { World } from '../../src/engine/world.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { tlsFollower } from '../../src/transport/tls-follower.ts';
import { checkPlan, endpoint, faulty, lookPlan, makeFakeSource, stateCheck } from '../support/engine-fixtures.ts';
import { type EngineOptions, type RunningEngine, startTestEngine } from '../support/running-engine.ts';
import { tlsAddress } from '../support/tls-address.ts';
import { webhookSecret } from '../support/watched-endpoint.ts';

const weak = 'TLS_RSA_WITH_3DES_EDE_CBC_SHA';
const {
  suites: { 'TLSv1.2': strong = { accepted: [], fault: null, order: null, preferred: null }, ...others },
} = tlsAddress();
const b = endpoint('b').id;

function facts(change: Partial<TlsAddress> = {}): Seen {
  return { fact: JSON.parse(JSON.stringify({ addresses: [tlsAddress(change)], differences: [] })) as Json };
}

const plain = facts();
const weaker = facts({ suites: { ...others, 'TLSv1.2': { ...strong, accepted: [...strong.accepted, weak] } } });
/** As it was stored before suites were listed. */
const older: Seen = { fact: { addresses: [{ address: '192.0.2.1', suites: { 'TLSv1.2': { broken: { outcome: 'refused' } } } }] } };

const explained = { expected: 'a fact', observed: 'a fact', rule: 'fact' };
const anyFact = stateCheck(['tls'], {
  needs: { tls: z.looseObject({}) },
  judge: () => (['literal', 'intent'] as const).map((interpretation) => ({ ...explained, interpretation, status: 'pass' as const })),
});

/** The source says of `b` what the test says, and of the others always the same. */
async function startDrifting(options: Partial<EngineOptions> = {}) {
  const source = makeFakeSource('tls');
  const seen = { now: plain };
  source.answer = ({ id }) => (id === b ? seen.now : plain);
  const running = await startTestEngine({
    sources: [source],
    checks: { 'tls-there': anyFact },
    followers: [tlsFollower],
    ...options,
    plan: { looks: [lookPlan('tls')], checks: [checkPlan('tls-there')], ...options.plan },
  });
  const show = (next: Seen): void => {
    seen.now = next;
  };
  return { running, show };
}

const titles = ({ told }: RunningEngine) => told.filter(({ kind }) => kind === 'notice').map(({ message }) => message.title);
const more = `${b}: TLS changed: TLS 1.2 accepts ${weak} now`;
const less = `${b}: TLS changed: TLS 1.2 no longer accepts ${weak}`;

describe('what changed at an endpoint', () => {
  it('is told once, and what stays as it is, was not seen, or is of another shape is not', async () => {
    const { running, show } = await startDrifting();
    await running.minutes(3);
    expect(titles(running)).toEqual([]);
    for (const seen of [weaker, weaker, faulty('timeout'), weaker, older, weaker]) {
      show(seen);
      await running.minutes(1);
    }
    expect(titles(running)).toEqual([more]);
    show(plain);
    await running.minutes(2);
    // What comes, goes and comes again is told each time.
    show(weaker);
    await running.minutes(2);
    expect(titles(running)).toEqual([more, less, more]);
    expect(running.told.filter(({ kind }) => kind === 'notice').map(({ response }) => response)).toEqual(['report', 'report', 'report']);
  });

  it('is told where it changed while nothing ran, or while nothing could be seen', async () => {
    const { running, show } = await startDrifting();
    await running.minutes(1);
    show(faulty('unreachable'));
    await running.minutes(1);
    show(weaker);
    await running.restart();
    await running.minutes(2);
    expect(titles(running)).toEqual([more]);
    await running.restart();
    await running.minutes(2);
    expect(titles(running)).toEqual([more]);
  });

  it('is told of a look at some subjects, and not again of the next one at all', async () => {
    const { running, show } = await startDrifting();
    await running.minutes(1);
    show(weaker);
    await running.engine().lookAtSome('tls', [b]);
    await running.engine().settled();
    expect(titles(running)).toEqual([more]);
    await running.minutes(2);
    expect(titles(running)).toEqual([more]);
  });

  it('is told of an endpoint that left the configuration and came back', async () => {
    const { running, show } = await startDrifting();
    await running.minutes(1);
    const looks = { looks: [lookPlan('tls')], checks: [checkPlan('tls-there')] };
    await running.restart({ plan: { ...looks, subjects: [endpoint('a')] } });
    await running.minutes(2);
    show(weaker);
    await running.restart({ plan: { ...looks, subjects: [endpoint('a'), endpoint('b')] } });
    await running.minutes(1);
    expect(titles(running)).toEqual([more]);
  });

  it('is told to the log alone in mode observe', async () => {
    const receivers = ['log', 'webhook'].map((kind) => ({ name: kind, kind, responses: ['report'] as const, options: {} }));
    const { running, show } = await startDrifting({ plan: { mode: { kind: 'observe' }, receivers } });
    await running.minutes(1);
    show(weaker);
    await running.minutes(1);
    expect(running.told.filter(({ kind }) => kind === 'notice').map(({ receiver }) => receiver)).toEqual(['log']);
  });
});

describe('where the world is lost', () => {
  /** Throws once: when the look has been made, or before it is adopted. */
  function losing(what: 'look' | 'adoptLook') {
    const state = { isLosing: false };
    const lose = () => {
      if (!state.isLosing) return;
      state.isLosing = false;
      throw new Error('lost');
    };
    const around = (world: World): World => ({
      ...world,
      look: async (request, keep) => {
        const reply = await world.look(request, keep);
        if (what === 'look') lose();
        return reply;
      },
      adoptLook: async (token, look) => {
        if (what === 'adoptLook') lose();
        await world.adoptLook(token, look);
      },
    });
    const loseNext = (): void => {
      state.isLosing = true;
    };
    return { around, loseNext };
  }

  it.each(['look', 'adoptLook'] as const)('at %s: a change is told once all the same', async (what) => {
    const { around, loseNext } = losing(what);
    const { running, show } = await startDrifting({ around });
    await running.minutes(1);
    show(weaker);
    loseNext();
    await running.minutes(1);
    expect([what, titles(running)]).toEqual([what, what === 'look' ? [] : [more]]);
    await running.minutes(2);
    expect(titles(running)).toEqual([more]);
    await running.restart();
    await running.minutes(2);
    expect(titles(running)).toEqual([more]);
  });
});

it('one message arrives where one is listened to', async () => {
  const inbox = await startWebhookInbox(webhookSecret);
  onTestFinished(() => inbox.close());
  const wake: { now: () => void } = { now: () => undefined };
  const { running, show } = await startDrifting({ onRecorded: () => wake.now() });
  const receivers = new Map([['ops', webhook.create('ops', { url: inbox.url, secret: webhookSecret }, { log: running.log })]]);
  const outbox = createOutbox({ store: running.store(), receivers, clock: realClock, log: running.log, random: () => 0.5 });
  wake.now = outbox.wake;
  outbox.start();
  onTestFinished(() => outbox.stop(0));
  await running.minutes(2);
  show(weaker);
  await running.minutes(2);
  const arrival = await inbox.waitFor((one) => one, AbortSignal.timeout(10_000));
  await running.minutes(2);
  show(plain);
  await running.minutes(1);
  await inbox.waitFor((one) => (JSON.stringify(one.body).includes('no longer') ? one : undefined), AbortSignal.timeout(10_000));
  expect(inbox.arrivals()).toHaveLength(2);
  expect(arrival.body).toMatchObject({
    type: 'claimwatch.notice',
    data: { response: 'report', title: more, subjects: [{ subject: b, observed: `TLS 1.2 accepts ${weak} now (192.0.2.1)` }] },
  });
});
