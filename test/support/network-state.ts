import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import type { ExitCode } from '../../src/commands/roof.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { RunOutcome } from '../../src/domain/run.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { rowKinds } from '../../src/network/network-rows.ts';
import { openStore } from '../../src/store/open-store.ts';
import { exampleLook } from './example-look.ts';
import { exampleOutcome, minute, sha256 } from './example-run.ts';
import { makeFakeRoof } from './fake-roof.ts';
import { makeRecordingLog } from './recording-log.ts';
import { bodyOf, nothingDecided } from './state-folder.ts';

const claims = fileURLToPath(new URL('../../config/claims.yaml', import.meta.url));
const subscription = '11111111-1111-4111-8111-111111111111';

export interface RecordedNetwork {
  /** With an `id` in any casing. */
  readonly rows: readonly (JsonObject & { readonly id: string })[];
  /** Ids, lower case, that were there and could not be read. */
  readonly unread?: readonly string[];
  /** ARM types, lower case, of which the list broke off. */
  readonly brokenLists?: readonly string[];
  readonly run?: Partial<RunOutcome>;
}

/** A configuration that watches Azure, and beside it the state of a daemon that looked so often and judged `network-exposure` each time. */
export async function makeNetworkState(
  looks: readonly RecordedNetwork[],
  parameters = '',
  whenDone: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-network-'));
  whenDone(() => rm(folder, { recursive: true, force: true }));
  await cp(claims, join(folder, 'claims.yaml'));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(
    join(folder, 'claimwatch.yaml'),
    `state: state
azure: { identity: { kind: azure-cli }, subscriptions: [${subscription}] }
looks: { azure: { source: azure, schedule: "*/15 * * * *" } }
checks:
  network-exposure: { maxAge: 50m${parameters} }
`,
  );
  const log = makeRecordingLog();
  const { store } = await openStore({ path: join(folder, 'state', 'claimwatch.sqlite'), now: () => Date.parse(minute(0)), log });
  for (const [index, recorded] of looks.entries()) {
    const { map, bodies } = mapOf(recorded);
    await store.putBodies([...bodies, bodyOf(map), bodyOf([]), bodyOf({ defaults: { allow: [] }, overrides: {} })]);
    const at = { scheduledFor: minute(index), startedAt: minute(index), finishedAt: minute(index), dataAsOf: minute(index) };
    const look = await store.recordLook(exampleLook({ name: 'azure', source: 'azure', ...at, mapDigest: bodyOf(map).digest }));
    const outcome = exampleOutcome({
      check: 'network-exposure',
      ...at,
      parametersDigest: bodyOf({ defaults: { allow: [] }, overrides: {} }).digest,
      notPassDigest: sha256('[]'),
      looks: { azure: look.id },
      ...recorded.run,
    });
    await store.record(outcome, () => nothingDecided, sealRun);
  }
  await store.close();
  return folder;
}

function mapOf({ rows, unread = [], brokenLists = [] }: RecordedNetwork) {
  const fault = { code: 'denied', message: 'not allowed' };
  const lists = Object.keys(rowKinds).map((type) => {
    return [`list:${type}`, brokenLists.includes(type) ? { fault } : { digest: bodyOf({ listed: 1 }).digest }] as const;
  });
  const entries = rows.map((row) => [row.id.toLowerCase(), { resource: { digest: bodyOf(row).digest } }] as const);
  const map: JsonObject = {
    [`/subscriptions/${subscription}`]: Object.fromEntries(lists),
    ...Object.fromEntries(entries),
    ...Object.fromEntries(unread.map((id) => [id, { resource: { fault } }] as const)),
  };
  return { map, bodies: [bodyOf({ listed: 1 }), ...rows.map((row: Json) => bodyOf(row))] };
}

/** Runs the command in this process. */
export async function askProgram(folder: string, ...words: readonly string[]): Promise<{ code: ExitCode; output: string; errors: string }> {
  const { roof, printed, printedErrors } = makeFakeRoof(Date.parse(minute(30)), { workingDirectory: folder });
  const code = await runProgram([...words, '--config', folder], roof);
  return { code, output: printed.join(''), errors: printedErrors.join('') };
}
