import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, it } from 'vitest';
import { startWebhookInbox } from '../../sandbox/webhook-inbox.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const inbox = await startWebhookInbox(secret);
afterAll(() => inbox.close());

describe('the inbox', () => {
  it('takes what is signed with its secret', async () => {
    expect(await send({ id: 'm1', body: '{"n":1}', signedWith: secret })).toBe(204);
    expect(inbox.arrivals().at(-1)).toMatchObject({ id: 'm1', body: { n: 1 } });
  });

  it.each([
    ['another secret', { signedWith: otherSecret }],
    ['a body changed on the way', { sentBody: '{"n":2}' }],
    ['another id', { sentId: 'm9' }],
    ['an old time', { at: new Date(Date.now() - 600_000) }],
    ['no signature', { signature: '' }],
  ])('refuses %s', async (_what, changes) => {
    const [before, refusedBefore] = [inbox.arrivals(), inbox.refusedCount()];
    expect(await send({ id: 'm2', body: '{"n":1}', signedWith: secret, ...changes })).toBe(401);
    expect(inbox.arrivals()).toEqual(before);
    expect(inbox.refusedCount()).toBe(refusedBefore + 1);
  });

  it('waits for what comes and finds what came', async () => {
    const pick = ({ id }: { readonly id: string }) => (id === 'm3' ? 'found' : undefined);
    const waiting = inbox.waitFor(pick, AbortSignal.timeout(5_000));
    await send({ id: 'm3', body: '{}', signedWith: secret });
    expect(await waiting).toBe('found');
    expect(await inbox.waitFor(pick, AbortSignal.timeout(5_000))).toBe('found');
  });

  it('gives up at the deadline', async () => {
    await expect(inbox.waitFor(() => undefined, AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
    await expect(inbox.waitFor(() => undefined, AbortSignal.abort(new Error('over')))).rejects.toThrow(/over/);
  });
});

interface Sending {
  readonly id: string;
  readonly body: string;
  readonly signedWith: string;
  readonly sentBody?: string;
  readonly sentId?: string;
  readonly at?: Date;
  readonly signature?: string;
}

async function send(sending: Sending): Promise<number> {
  const at = sending.at ?? new Date();
  const signature = sending.signature ?? new Webhook(sending.signedWith).sign(sending.id, at, sending.body);
  const headers = {
    'webhook-id': sending.sentId ?? sending.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
  };
  return (await fetch(inbox.url, { method: 'POST', headers, body: sending.sentBody ?? sending.body })).status;
}
