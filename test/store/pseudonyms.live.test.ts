import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DisclosureRequest } from '../../src/domain/person-disclosure.ts';
import type { Disclosures, Pseudonyms } from '../../src/domain/ports.ts';
import { isPseudonym, normaliseIdentifier, type Pseudonym } from '../../src/domain/pseudonym.ts';
import { sealDisclosure } from '../../src/evidence/disclosure-entry.ts';
import { leafHash } from '../../src/evidence/merkle-log.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openDisclosures, readDisclosures } from '../../src/store/open-disclosures.ts';
import { exampleOutcome, minute } from '../support/example-run.ts';
import { nothingDecided, openTestStore } from '../support/state-folder.ts';

const anna = 'anna.schmidt@contoso.example';
const stranger: Pseudonym = 'person-0123456789abcdef';
const request: DisclosureRequest = { reason: 'incident 17', by: 'Jane Doe', user: 'ops', at: minute(1) };

async function openState() {
  const opened = await openTestStore();
  const disclosures = await openDisclosures({ path: opened.path, seal: sealDisclosure, pauseMs: 1 });
  onTestFinished(() => disclosures.close());
  return { ...opened, disclosures };
}

async function pseudonymOf(pseudonyms: Pseudonyms, identifier: string): Promise<Pseudonym> {
  const found = (await pseudonyms.pseudonymOf([identifier])).get(normaliseIdentifier(identifier));
  if (found === undefined) throw new Error(`${identifier} has no pseudonym`);
  return found;
}

/** Everything of the state on the disk: the file and what stands beside it. */
function bytesOf(path: string): string {
  return ['', '-wal', '-shm'].map((suffix) => (existsSync(path + suffix) ? readFileSync(path + suffix, 'latin1') : '')).join('\n');
}

describe('a person', () => {
  it('has one pseudonym, however the name is written, and after a restart', async () => {
    const { pseudonyms, disclosures } = await openState();
    const first = await pseudonymOf(pseudonyms, anna);
    expect(isPseudonym(first)).toBe(true);
    expect(await pseudonymOf(pseudonyms, ` ${anna.toUpperCase()}`)).toBe(first);
    expect(await pseudonymOf(disclosures, anna)).toBe(first);
    expect(await pseudonymOf(pseudonyms, 'bob@contoso.example')).not.toBe(first);
  });

  it('has it from the salt of their own row alone', async () => {
    const { pseudonyms, path } = await openState();
    const pseudonym = await pseudonymOf(pseudonyms, anna);
    const database = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => database.close());
    const row = database.prepare('select salt from persons').get();
    const hmac = createHmac('sha256', row?.['salt'] as Uint8Array).update(anna);
    expect(pseudonym).toBe(`person-${hmac.digest('hex').slice(0, 16)}`);
  });

  it('has the same where two processes ask at once', async () => {
    const { pseudonyms, disclosures } = await openState();
    const all = await Promise.all(Array.from({ length: 10 }, (_, index) => pseudonymOf(index % 2 === 0 ? pseudonyms : disclosures, anna)));
    expect(new Set(all).size).toBe(1);
  });

  it('is in no pseudonym', async () => {
    const { pseudonyms } = await openState();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 3, unit: 'grapheme' }).filter((text) => normaliseIdentifier(text).length > 2)),
        async (names) => {
          const given = await pseudonyms.pseudonymOf(names);
          expect(new Set(given.keys())).toEqual(new Set(names.map(normaliseIdentifier)));
          expect(new Set(given.values()).size).toBe(given.size);
          for (const [identifier, pseudonym] of given) {
            expect(isPseudonym(pseudonym)).toBe(true);
            const withoutSalt = createHash('sha256').update(identifier).digest('hex');
            expect(withoutSalt).not.toContain(pseudonym.slice('person-'.length));
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('an opening', () => {
  it('gives the name and is recorded with its entry, which names nobody', async () => {
    const { store, pseudonyms, disclosures, path } = await openState();
    const pseudonym = await pseudonymOf(pseudonyms, anna);
    await store.record(exampleOutcome(), () => nothingDecided, sealRun);
    expect(await disclosures.open(pseudonym, request)).toEqual({ identifier: anna });
    expect(await readDisclosures(path, 10)).toEqual([{ ...request, action: 'opening', pseudonym, found: true, entry: 1 }]);
    const entry = await store.entry(1);
    const requestDigest = createHash('sha256').update(`{"at":"${minute(1)}","by":"Jane Doe","reason":"incident 17","user":"ops"}`);
    expect(JSON.parse(entry?.body ?? '')).toEqual({
      v: 1,
      kind: 'disclosure',
      action: 'opening',
      pseudonym,
      found: true,
      at: minute(1),
      digests: { request: requestDigest.digest('hex') },
    });
    expect(entry?.leafHash).toBe(leafHash(Buffer.from(entry?.body ?? '')));
  });

  it('of nobody is recorded too', async () => {
    const { store, disclosures, path } = await openState();
    expect(await disclosures.open(stranger, request)).toBeNull();
    expect(await readDisclosures(path, 10)).toEqual([{ ...request, action: 'opening', pseudonym: stranger, found: false, entry: 0 }]);
    expect(await store.entryCount()).toBe(1);
  });

  it('and runs share one log without a hole', async () => {
    const { store, disclosures } = await openState();
    const record = () => store.record(exampleOutcome(), () => nothingDecided, sealRun);
    const works = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? disclosures.open(stranger, request) : record()));
    await Promise.all(works);
    const entries = await Promise.all(Array.from({ length: 12 }, (_, index) => store.entry(index)));
    expect(entries.map((entry) => entry?.index)).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(await store.entryCount()).toBe(12);
    expect((await store.runs({ limit: 100 })).length).toBe(8);
  });

  it('that cannot be recorded tells nothing', async () => {
    const { store, pseudonyms, path } = await openState();
    const pseudonym = await pseudonymOf(pseudonyms, anna);
    const failing = await openDisclosures({
      path,
      seal: () => {
        throw new Error('in seal');
      },
    });
    onTestFinished(() => failing.close());
    await expect(failing.open(pseudonym, request)).rejects.toThrow('in seal');
    await expect(failing.forget(pseudonym, request)).rejects.toThrow('in seal');
    const blank = { ...request, reason: ' ' };
    const { disclosures } = { disclosures: await openDisclosures({ path, seal: sealDisclosure }) };
    onTestFinished(() => disclosures.close());
    await expect(disclosures.open(pseudonym, blank)).rejects.toThrow('CHECK');
    expect([await readDisclosures(path, 10), await store.entryCount()]).toEqual([[], 0]);
    expect(await pseudonymOf(pseudonyms, anna)).toBe(pseudonym);
  });

  it('before the first run does not keep from people that a damaged file was moved', async () => {
    const { path } = await openState();
    const database = new DatabaseSync(path);
    database.exec("update origin set quarantined = '/old'");
    database.close();
    const disclosures = await openDisclosures({ path, seal: sealDisclosure });
    await disclosures.open(stranger, request);
    await disclosures.close();
    expect((await openTestStore(path)).quarantined).toBe('/old');
  });
});

describe('forgetting', () => {
  it('is for good: the pseudonym opens nobody, and the same person gets another', async () => {
    const { pseudonyms, disclosures, path } = await openState();
    const [before, bob] = [await pseudonymOf(pseudonyms, anna), await pseudonymOf(pseudonyms, 'bob@contoso.example')];
    expect(await disclosures.forget(before, request)).toEqual({ found: true, isWiped: true });
    expect(await disclosures.open(before, request)).toBeNull();
    expect(await disclosures.open(bob, request)).toEqual({ identifier: 'bob@contoso.example' });
    expect(await pseudonymOf(pseudonyms, anna)).not.toBe(before);
    expect(await disclosures.forget(stranger, request)).toEqual({ found: false, isWiped: true });
    expect((await readDisclosures(path, 10)).map(({ action, found, entry }) => [action, found, entry])).toEqual([
      ['erasure', false, 3],
      ['opening', true, 2],
      ['opening', false, 1],
      ['erasure', true, 0],
    ]);
  });

  it('leaves no byte of the name and of the salt in the files, among hundreds of others that came and went', async () => {
    const { pseudonyms, disclosures, path } = await openState();
    const nameOf = (index: number) => `${(index * 7919) % 1000}-worker-with-a-long-name-${index}@contoso.example`;
    const names = Array.from({ length: 600 }, (_, index) => nameOf(index));
    for (let at = 0; at < names.length; at += 40) await pseudonyms.pseudonymOf(names.slice(at, at + 40));
    const gone = [3, 150, 151, 300, 599].map(nameOf);
    const reader = new DatabaseSync(path, { readOnly: true });
    const salts = gone.map((name) =>
      Buffer.from(reader.prepare('select salt from persons where identifier = ?').get(name)?.['salt'] as Uint8Array),
    );
    reader.close();
    expect(gone.every((name) => bytesOf(path).includes(name))).toBe(true);
    for (const name of gone) {
      const asked = { ...request, reason: `${name.toUpperCase()} asked for it (${name})`, by: name };
      expect(await disclosures.forget(await pseudonymOf(pseudonyms, name), asked)).toEqual({ found: true, isWiped: true });
    }
    const bytes = bytesOf(path).toLowerCase();
    expect(gone.filter((name) => bytes.includes(name))).toEqual([]);
    expect(salts.filter((salt) => bytesOf(path).includes(salt.toString('latin1')))).toEqual([]);
    const kept = names.filter((name) => !gone.includes(name));
    expect(kept.filter((name) => !bytes.includes(name))).toEqual([]);
    expect((await pseudonyms.pseudonymOf(kept)).size).toBe(595);
  });

  it.each([
    ['the name in other case', `for ${anna.toUpperCase()}, twice: ${anna}`, (own: string) => `for ${own}, twice: ${own}`],
    ['no name', 'for an incident', () => 'for an incident'],
  ])('and opening keep %s out of the record', async (_what, reason, expected) => {
    const { pseudonyms, disclosures, path } = await openState();
    const pseudonym = await pseudonymOf(pseudonyms, anna);
    await disclosures.open(pseudonym, { ...request, reason, by: anna, user: anna });
    expect(await readDisclosures(path, 1)).toEqual([
      { ...request, reason: expected(pseudonym), by: pseudonym, user: pseudonym, action: 'opening', pseudonym, found: true, entry: 0 },
    ]);
  });

  it('says so while another reader keeps the log from being cut; closing makes up for it', async () => {
    const { store, pseudonyms, disclosures, path } = await openState();
    const pseudonym = await pseudonymOf(pseudonyms, anna);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from persons').get();
    expect(await disclosures.forget(pseudonym, request)).toEqual({ found: true, isWiped: false });
    expect(await disclosures.open(pseudonym, request)).toBeNull();
    reader.close();
    await disclosures.close();
    await store.close();
    expect(bytesOf(path)).not.toContain(anna);
  });
});

type Step = (disclosures: Disclosures, pseudonym: Pseudonym) => Promise<unknown>;
it.each<[string, Step]>([
  ['an opening', (disclosures, pseudonym) => disclosures.open(pseudonym, request)],
  ['an erasure', (disclosures, pseudonym) => disclosures.forget(pseudonym, request)],
])('%s waits for the daemon that writes', async (_what, step) => {
  const { store, pseudonyms, disclosures, path } = await openState();
  const pseudonym = await pseudonymOf(pseudonyms, anna);
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec('begin immediate');
  const stepping = step(disclosures, pseudonym);
  const recording = store.record(exampleOutcome(), () => nothingDecided, sealRun);
  expect(await readDisclosures(path, 10)).toEqual([]);
  other.exec('rollback');
  await Promise.all([stepping, recording]);
  expect((await readDisclosures(path, 10)).map(({ found }) => found)).toEqual([true]);
  expect(await store.entryCount()).toBe(2);
});
