import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { Decision, Store, StoredBody } from '../../src/domain/ports.ts';
import { openStore } from '../../src/store/open-store.ts';
import { minute, sha256 } from './example-run.ts';
import { makeRecordingLog } from './recording-log.ts';

/** A file name in a new folder, which is removed after the test. */
export function stateFileInNewFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'claimwatch-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'claimwatch.db');
}

/** Opened now, closed after the test at the latest. */
export async function openTestStore(path = stateFileInNewFolder()) {
  const log = makeRecordingLog();
  const opened = await openStore({ path, now: () => Date.parse(minute(0)), log });
  onTestFinished(() => opened.store.close());
  return { ...opened, path, log };
}

export const nothingDecided: Decision = { alerts: [], notifications: [] };

/** A body as the engine makes them, of plain JSON. */
export function bodyOf(value: unknown): StoredBody {
  const text = JSON.stringify(value);
  return { digest: sha256(text), deflated: deflateRawSync(text) };
}

/** Puts the body and gives its digest. */
export async function putBody(store: Store, value: unknown): Promise<string> {
  const body = bodyOf(value);
  await store.putBodies([body]);
  return body.digest;
}
