import { expect, it } from 'vitest';
import { gentlePacing } from '../../../src/sources/tls/pacing.ts';
import { auditOptions, auditPaced } from '../../support/audit-paced.ts';
import { limits, seededRandom } from '../../support/interfere.ts';
import { answerOf, type ModelledServer, wholesome } from '../../support/modelled-server.ts';

const old = [0xc013, 0xc014, 0x002f];
const server: ModelledServer = { ...wholesome, suites: { ...wholesome.suites, TLSv1: old, 'TLSv1.1': old } };
/** What a look of 20 seconds has for this. */
const options = { totalMs: 12_600, exchangeMs: 30, options: { ...auditOptions, asksOtherNames: true } };

const peers: readonly (readonly [what: string, makeTake: (seed: number) => (nowMs: number) => boolean])[] = [
  ['ten connections at once and then 20 a second', () => limits.tokenBucket(10, 20)],
  ['15 connections a second', () => limits.takenWindow(15, 1_000)],
  ['all but every fifth', () => everyBut(5)],
  ['nine of ten on average', (seed) => onAverage(seededRandom(seed), 0.1)],
];

function everyBut(period: number): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    return count % period !== 0;
  };
}

function onAverage(random: () => number, lost: number): () => boolean {
  return () => random() >= lost;
}

it.each(peers)('who takes %s is seen as who takes all, in the time for a look', async (_what, makeTake) => {
  const { seen: healthy } = await auditPaced((hello) => answerOf(server, hello), gentlePacing, options);
  for (let seed = 1; seed <= 20; seed += 1) {
    const take = makeTake(seed);
    const { seen } = await auditPaced((hello, nowMs) => (take(nowMs) ? answerOf(server, hello) : { kind: 'reset' }), gentlePacing, options);
    expect(seen).toEqual(healthy);
  }
});

it('who loses three of ten is never said to refuse what it accepts', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const take = onAverage(seededRandom(seed), 0.3);
    const { seen } = await auditPaced((hello) => (take() ? answerOf(server, hello) : { kind: 'reset' }), gentlePacing, options);
    expect(Object.entries(seen.protocols).filter(([, { outcome }]) => outcome === 'refused')).toHaveLength(
      seen.protocols.SSLv3.outcome === 'refused' ? 1 : 0,
    );
  }
});
