import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { RunOutcome } from '../../src/domain/run.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openStore } from '../../src/store/open-store.ts';
import { exampleOutcome, minute } from './example-run.ts';
import { makeRecordingLog } from './recording-log.ts';
import { nothingDecided, putBody } from './state-folder.ts';

const claims = fileURLToPath(new URL('../../config/claims.yaml', import.meta.url));
const configuration = `
state: state
looks: { tls: { source: tls, schedule: "* * * * *" } }
checks: { tls-versions: { maxAge: 5m }, tls-certificate-expiry: { maxAge: 5m } }
`;

/** A configuration without endpoints, and beside it the state of a daemon that recorded these runs, found nothing that does not pass, and ended. */
export async function makeRecordedState(runs: readonly Partial<RunOutcome>[] = [{}]) {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(claims, join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(join(folder, 'claimwatch.yaml'), configuration);
  const path = join(folder, 'state', 'claimwatch.sqlite');
  const { store } = await openStore({ path, now: () => Date.parse(minute(0)), log: makeRecordingLog() });
  await putBody(store, []);
  for (const run of runs) await store.record(exampleOutcome(run), () => nothingDecided, sealRun);
  await store.close();
  return { folder, path };
}
