import { expect, it, onTestFinished } from 'vitest';
import { startWebhookInbox } from '../../sandbox/webhook-inbox.ts';
import { type DaemonProcess, readyMessage, startDaemonProcess } from '../support/daemon-process.ts';
import { expectToldOnce, hasNothingToSend, messageOf, untilState, withReader } from '../support/state-laws.ts';
import { makeWatchFolder, secretVariable, startWatchedEndpoint, webhookSecret } from '../support/watched-endpoint.ts';

/** Resolves when so many more whole looks were recorded, and all that is to be told of them is. */
async function untilLooks(statePath: string, more: number): Promise<void> {
  const before = await withReader(statePath, async (reader) => (await reader.latestLook('tls'))?.id ?? 0);
  let [seen, count] = [before, 0];
  await untilState(statePath, `${more} more looks`, async (reader) => {
    const look = await reader.latestLook('tls');
    if (look !== null && look.id > seen) {
      seen = look.id;
      count += 1;
    }
    return count >= more && (await hasNothingToSend(reader));
  });
}

async function stop(daemon: DaemonProcess): Promise<void> {
  daemon.kill('SIGTERM');
  expect([await daemon.ended, daemon.complaints()]).toEqual([0, '']);
}

it('a running daemon tells once what changed at an endpoint, and once what changed while it was dead', async () => {
  const endpoint = await startWatchedEndpoint();
  const inbox = await startWebhookInbox(webhookSecret);
  onTestFinished(() => inbox.close());
  const folder = await makeWatchFolder(endpoint, { checks: ['tls-certificate-expiry'], webhooks: { inbox: inbox.url } });
  const start = () => startDaemonProcess(folder.path, { [secretVariable]: webhookSecret });
  const titles = () => inbox.arrivals().map((arrival) => messageOf(arrival).data['title']);
  const keyChanged = expect.stringMatching(`^${endpoint.subject}: TLS changed: TLS 1.2 accepts TLS_ECDHE_ECDSA_.*, and [1-9] more$`);
  const versionsChanged = expect.stringMatching(`^${endpoint.subject}: TLS changed: TLS 1.0 is accepted now, and [1-9]`);

  const first = start();
  await first.whenLogged(readyMessage);
  await untilLooks(folder.statePath, 2);
  expect(titles()).toEqual([]);
  endpoint.server.useCertificate(endpoint.rekeyed);
  await untilLooks(folder.statePath, 3);
  expect(titles()).toEqual([keyChanged]);
  expect(messageOf(inbox.arrivals()[0] ?? { body: null })).toMatchObject({
    type: 'claimwatch.notice',
    data: {
      response: 'report',
      subjects: expect.arrayContaining([
        expect.objectContaining({
          subject: endpoint.subject,
          observed: expect.stringMatching(/^TLS 1.2 no longer accepts TLS_ECDHE_RSA_/),
        }),
        expect.objectContaining({
          observed: expect.stringMatching(/^the key of the certificate: sha256 \w{64} instead of sha256 \w{64} \(127/),
        }),
      ]),
    },
  });

  first.kill('SIGKILL');
  await first.ended;
  endpoint.server.offerFrom('TLSv1');
  const second = start();
  await second.whenLogged(readyMessage);
  await untilLooks(folder.statePath, 3);
  await stop(second);
  expect(titles()).toEqual([keyChanged, versionsChanged]);
  await expectToldOnce(folder.statePath, 'inbox', inbox.arrivals());
}, 90_000);
