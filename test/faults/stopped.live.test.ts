import { expect, it } from 'vitest';
import { readyMessage, startDaemonProcess } from '../support/daemon-process.ts';
import { standStill } from '../support/stand-still.ts';
import { expectWholeRecord, untilState, withReader } from '../support/state-laws.ts';
import { startTroubledInbox } from '../support/troubled-inbox.ts';
import { makeWatchFolder, secretVariable, startWatchedEndpoint, webhookSecret } from '../support/watched-endpoint.ts';

/** Longer than a subject may take, and far longer than the schedule's second. */
const stoppedMs = 7_000;

it('a daemon that is stopped in the midst of its looks, and goes on: no failure, nothing hung, no burst, nobody told, and an event', async () => {
  const endpoint = await startWatchedEndpoint();
  const inbox = await startTroubledInbox('none');
  const folder = await makeWatchFolder(endpoint, { webhooks: { inbox: inbox.url } });
  const daemon = startDaemonProcess(folder.path, { [secretVariable]: webhookSecret });
  await daemon.whenLogged(readyMessage);
  for (let stop = 0; stop < 2; stop += 1) {
    const before = await withReader(folder.statePath, (reader) => reader.entryCount());
    await untilState(folder.statePath, 'runs go on', async (reader) => (await reader.entryCount()) >= before + 6);
    await standStill(daemon.pid, stoppedMs / 1_000);
    await untilState(folder.statePath, 'all pass', async (reader) =>
      (await reader.statuses()).every(
        ({ check, interpretation, counts, finishedAt }) =>
          Date.parse(finishedAt) > Date.now() - 3_000 && (counts.pass === 1 || (check.startsWith('tls-') && interpretation === 'literal')),
      ),
    );
  }
  daemon.kill('SIGTERM');
  expect([await daemon.ended, daemon.complaints()]).toEqual([0, '']);

  expect(inbox.arrivals()).toEqual([]);
  const stoodStill = daemon.log().filter((line) => line.msg.startsWith('claimwatch stood still'));
  expect(stoodStill.filter((line) => Number(line['blockedMs']) > stoppedMs - 2_000)).toHaveLength(2);
  await withReader(folder.statePath, async (reader) => {
    const runs = await expectWholeRecord(reader);
    expect(runs.filter((run) => run.trigger !== 'looked')).toEqual([]);
    expect(runs.filter((run) => Object.values(run.counts).some(({ fail }) => fail > 0))).toEqual([]);
    const looks = new Set(runs.flatMap((run) => Object.values(run.looks)));
    const scheduled: string[] = [];
    for (const id of looks) {
      const look = await reader.look(id);
      if (look?.extent.kind === 'all') scheduled.push(`${look.name} ${look.scheduledFor}`);
    }
    // One that was cut off is made again for its own time.
    expect(scheduled.length - new Set(scheduled).size).toBeLessThanOrEqual(4);
  });
});
