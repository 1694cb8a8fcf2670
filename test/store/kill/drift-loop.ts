import type { Decision } from '../../../src/domain/ports.ts';
import { createFollowingFacts } from '../../../src/engine/follow-facts.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { countingFollower } from '../../support/counting-follower.ts';
import { exampleNotification } from '../../support/example-alert.ts';
import { exampleLook } from '../../support/example-look.ts';
import { minute } from '../../support/example-run.ts';
import { makeRecordingLog } from '../../support/recording-log.ts';

/** A child process: records looks until it is killed. The fact of each is its own number, so that each one but the first is a change. */
const { store } = await openStore({ path: process.argv[2] ?? '', now: () => Date.parse(minute(0)), log: makeRecordingLog() });
const following = createFollowingFacts([countingFollower('tls')], store);
for (;;) {
  const n = ((await store.latestLook('tls'))?.id ?? 0) + 1;
  const entries = { 'a:443': { tls: { digest: `d${n}` } } };
  const followed = await following.follow({ entries, values: new Map([[`d${n}`, { n }]]), brings: ['tls'], nowMs: Date.parse(minute(0)) });
  const changed = followed.filter(({ changes }) => changes.length > 0);
  await store.followFacts(followed.filter(({ changes }) => changes.length === 0));
  await store.recordLook(exampleLook(), changed, (_look, moved): Decision => {
    const notifications = moved.flatMap(({ changes }) => changes.map(({ text }) => exampleNotification({ id: text, lane: text })));
    return { alerts: [], notifications };
  });
  process.stdout.write(`${n}\n`);
}
