import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Hello, HelloAnswer } from '../../../src/sources/tls/hello.ts';
import { gentlePacing } from '../../../src/sources/tls/pacing.ts';
import { auditOptions, auditPaced } from '../../support/audit-paced.ts';
import { answerOf, type ModelledServer, wholesome } from '../../support/modelled-server.ts';

const server: ModelledServer = {
  ...wholesome,
  suites: { ...wholesome.suites, TLSv1: [0x002f], 'TLSv1.1': [0x002f] },
  refusesVersionBy: 'reset',
};

/** From the one after the first few on, it hangs up on one of so many connections. */
function unsteady(first: number, period: number): (hello: Hello) => HelloAnswer {
  let count = 0;
  return (hello) => {
    count += 1;
    return count > first && count % period === 0 ? { kind: 'reset' } : answerOf(server, hello);
  };
}

it('the time for a peer is kept, however unsteady it is: what waits for its turn waits no longer than that', async () => {
  const totalMs = fc.integer({ min: 500, max: 20_000 });
  const [first, period, inFlight] = [fc.integer({ min: 0, max: 40 }), fc.integer({ min: 2, max: 7 }), fc.constantFrom(1, 6, 32)];
  await fc.assert(
    fc.asyncProperty(totalMs, first, period, inFlight, async (ms, count, each, most) => {
      const options = { totalMs: ms, options: { ...auditOptions, asksOtherNames: true } };
      const { tookMs } = await auditPaced(unsteady(count, each), { ...gentlePacing, inFlight: most }, options);
      // What was asked at the last moment may still be answered.
      expect(tookMs).toBeLessThanOrEqual(ms + 2);
    }),
  );
});
