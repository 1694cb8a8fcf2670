import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { disguise, latestByTarget, personsIn, type RawChange } from '../../src/domain/change.ts';
import { type Actor, actorFrom, isPseudonym, normaliseIdentifier, pseudonymFrom } from '../../src/domain/pseudonym.ts';
import { sha256 } from '../support/example-run.ts';

const guid = '0b1f6471-1bf0-4dda-aec3-cb9272f09590';

describe('who did it', () => {
  test.each<[string, string | null, Actor]>([
    ['Anna.Schmidt@Contoso.example', 'User', { kind: 'person', identifier: 'anna.schmidt@contoso.example' }],
    [' anna.schmidt@contoso.example\n', null, { kind: 'person', identifier: 'anna.schmidt@contoso.example' }],
    ['anna_partner.example#EXT#@contoso.example', 'User', { kind: 'person', identifier: 'anna_partner.example#ext#@contoso.example' }],
    [guid.toUpperCase(), 'Application', { kind: 'app', id: guid }],
    [guid, null, { kind: 'app', id: guid }],
    [guid, 'User', { kind: 'person', identifier: guid }],
    [guid.slice(1), 'Application', { kind: 'person', identifier: guid.slice(1) }],
    ['Anna Schmidt', 'Application', { kind: 'person', identifier: 'anna schmidt' }],
    ['System', 'System', { kind: 'system' }],
    ['system', null, { kind: 'system' }],
    ['System', 'User', { kind: 'person', identifier: 'system' }],
    ['Systems', null, { kind: 'person', identifier: 'systems' }],
    ['', 'User', { kind: 'unnamed' }],
    ['Unspecified', null, { kind: 'unnamed' }],
  ])('%j of type %j', (name, type, actor) => {
    expect(actorFrom(name, type)).toEqual(actor);
  });

  it('is normalised once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => normaliseIdentifier(normaliseIdentifier(name)) === normaliseIdentifier(name)),
    );
  });

  test.each([
    ['person-0123456789abcdef', true],
    ['person-0123456789abcde', false],
    ['person-0123456789abcdef0', false],
    ['person-0123456789ABCDEF', false],
    ['person-0123456789abcdef\n', false],
    ['anna@contoso.example', false],
  ])('%j is a pseudonym: %s', (text, expected) => {
    expect(isPseudonym(text)).toBe(expected);
  });
});

const change = (changes: Partial<RawChange> = {}): RawChange => ({
  target: '/subscriptions/1/resourcegroups/a/providers/microsoft.storage/storageaccounts/b',
  at: '2026-11-24T08:00:00.000Z',
  by: { kind: 'person', identifier: 'anna@contoso.example' },
  operation: 'Microsoft.Storage/storageAccounts/write',
  clientType: 'Azure Portal',
  properties: ['properties.allowBlobPublicAccess'],
  ...changes,
});

describe('a change', () => {
  const pseudonym = pseudonymFrom(sha256('anna'));

  test.each<[Actor, string]>([
    [{ kind: 'person', identifier: 'anna@contoso.example' }, pseudonym],
    [{ kind: 'person', identifier: ' Anna@contoso.example' }, pseudonym],
    [{ kind: 'person', identifier: 'bob@contoso.example' }, 'somebody unnamed'],
    [{ kind: 'app', id: guid }, `app ${guid}`],
    [{ kind: 'system' }, 'System'],
    [{ kind: 'unnamed' }, 'somebody unnamed'],
  ])('by %j is shown as by %s', (by, shown) => {
    const raw = change({ by });
    expect(disguise(raw, new Map([['anna@contoso.example', pseudonym]]))).toEqual({ ...raw, by: shown });
  });

  it('never shows a person by name, whatever pseudonyms are known', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.boolean(), (identifier, isKnown) => {
        const own = normaliseIdentifier(identifier);
        const known = new Map(isKnown ? [[own, pseudonymFrom(sha256(own))] as const] : []);
        const shown = disguise(change({ by: actorFrom(identifier, 'User') }), known);
        expect(JSON.stringify(shown).toLowerCase()).not.toContain(own);
      }),
    );
  });

  it('asks for each person once, and for nobody else', () => {
    const by: readonly Actor[] = [
      { kind: 'person', identifier: 'anna' },
      { kind: 'person', identifier: 'ANNA' },
      { kind: 'system' },
      { kind: 'app', id: guid },
      { kind: 'unnamed' },
      { kind: 'person', identifier: 'bob' },
    ];
    expect(personsIn(by.map((actor) => change({ by: actor })))).toEqual(['anna', 'bob']);
  });

  it('is the latest of its target, in whatever order they come', () => {
    const [early, late] = [change(), change({ at: '2026-11-24T08:00:00.001Z' })];
    const other = change({ target: '/subscriptions/2' });
    for (const changes of [
      [early, late, other],
      [other, late, early],
    ])
      expect(latestByTarget(changes)).toEqual(
        new Map([
          [late.target, late],
          [other.target, other],
        ]),
      );
  });
});
