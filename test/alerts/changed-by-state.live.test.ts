import { existsSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { mirrorAlerts } from '../../src/alerts/mirror-alerts.ts';
import type { ChangeLog } from '../../src/domain/ports.ts';
import { timestamp } from '../../src/domain/time.ts';
import { findChanges, newlyFailing } from '../../src/engine/find-changes.ts';
import { sealDisclosure } from '../../src/evidence/disclosure-entry.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openDisclosures } from '../../src/store/open-disclosures.ts';
import { exampleOutcome } from '../support/example-run.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { openTestStore } from '../support/state-folder.ts';
import { fails, first, makeContext, receivers, run, startMs } from './fixtures.ts';

const anna = 'anna.schmidt@contoso.example';
const mirror = { name: 'am', kind: 'alertmanager', responses: ['ticket'], isMirror: true } as const;
const context = makeContext({ receivers: [...receivers, mirror] });
const changeLog: ChangeLog = {
  recentChanges: async (subjects) =>
    subjects.map((target) => ({
      target,
      at: timestamp(startMs),
      by: { kind: 'person', identifier: anna },
      operation: 'Microsoft.Storage/storageAccounts/write',
      clientType: null,
      properties: [],
    })),
};

function bytesOf(path: string): string {
  return ['', '-wal'].map((suffix) => (existsSync(path + suffix) ? readFileSync(path + suffix, 'latin1') : '')).join('\n');
}

it('from the origin to what is told: the pseudonym is everywhere, the name in one row, and nowhere once it is forgotten', async () => {
  const { store, pseudonyms, path, log } = await openTestStore();
  const digest = run({ failing: [fails('/a')] });
  const subjects = newlyFailing(await store.openAlerts(), digest);
  const changeOf = await findChanges({ changeLog, pseudonyms, clock: makeFakeClock(startMs), log }, subjects, new AbortController().signal);
  const { decision } = await store.record(exampleOutcome(), (open) => decideRun(open, digest, { ...context, changeOf }), sealRun);
  const pseudonym = changeOf('/a')?.by ?? '';
  expect(first(decision.notifications).message.subjects).toMatchObject([{ changedBy: { by: pseudonym } }]);
  const mirrored = mirrorAlerts(await store.openAlerts(), { receiver: 'am', vantage: 'office', describe: context.describe });
  await store.noteMirrored(
    'am#1',
    mirrored.map((alert) => ({
      fingerprint: 'f',
      alert,
      firingAcceptedAt: null,
      firingAcceptedBy: null,
      resolvedAt: null,
      endAcceptedAt: null,
    })),
  );
  expect(JSON.stringify([decision, mirrored, log.lines, await store.dueNotifications(timestamp(startMs), 9)])).not.toContain(anna);
  expect(bytesOf(path)).toContain(anna);

  const disclosures = await openDisclosures({ path, seal: sealDisclosure });
  onTestFinished(() => disclosures.close());
  const request = { reason: 'asked to be forgotten', by: null, user: 'ops', at: timestamp(startMs) };
  expect(await disclosures.forget(`person-${pseudonym.slice('person-'.length)}`, request)).toEqual({ found: true, isWiped: true });
  expect(bytesOf(path)).not.toContain(anna);
  expect(JSON.stringify(await store.openAlerts())).toContain(pseudonym);
});
