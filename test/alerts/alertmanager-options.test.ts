import { describe, expect, it } from 'vitest';
import { receiver } from '../../src/alerts/receivers/alertmanager.ts';
import { makeRecordingLog } from '../support/recording-log.ts';

const urls = ['http://127.0.0.1:9093'];

describe('the options of an Alertmanager', () => {
  it.each<[string, object, boolean]>([
    ['one URL', { urls }, true],
    ['a cluster, with a prefix', { urls: ['https://am-0.example/prefix', 'https://am-1.example/prefix/'] }, true],
    ['all of them', { urls, authorization: 'Bearer x', endsAfter: '12h', firesAtLeast: '90s', timeout: '5s' }, true],
    ['no URL', { urls: [] }, false],
    ['a user in the URL', { urls: ['http://jane:secret@127.0.0.1:9093'] }, false],
    ['a query, which may be a secret', { urls: ['http://127.0.0.1:9093/?token=x'] }, false],
    ['another scheme', { urls: ['ftp://127.0.0.1'] }, false],
    ['no URL at all', { urls: ['alertmanager:9093'] }, false],
    ['30 days', { urls, endsAfter: '30d' }, true],
    ['31 days', { urls, endsAfter: '31d' }, false],
    ['an end in minutes', { urls, endsAfter: '90m' }, false],
    ['no least time', { urls, firesAtLeast: '0s' }, true],
    ['59 minutes', { urls, firesAtLeast: '59m' }, true],
    ['60 minutes', { urls, firesAtLeast: '60m' }, false],
    ['15 seconds', { urls, timeout: '15s' }, true],
    ['16 seconds', { urls, timeout: '16s' }, false],
    ['a misspelt key', { url: urls[0], urls }, false],
  ])('%s', (_what, given, isValid) => {
    expect(receiver.options.safeParse(given).success).toBe(isValid);
  });

  it('no message about a bad URL shows it', () => {
    const refused = receiver.options.safeParse({ urls: ['http://jane:hunter2@127.0.0.1'] });
    expect(refused.success ? '' : JSON.stringify(refused.error.issues)).not.toContain('hunter2');
  });

  it('has a target for each member, each with a name of its own that stays and tells no URL', () => {
    const create = () => receiver.create('am', { urls: [...urls, 'http://127.0.0.1:9094'] }, { log: makeRecordingLog() });
    const ids = create().mirror?.targets.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(2);
    expect(create().mirror?.targets.map(({ id }) => id)).toEqual(ids);
    expect(ids.join()).toMatch(/^am#[0-9a-f]{12},am#[0-9a-f]{12}$/);
    expect(create().mirror).toMatchObject({ endsAfterMs: 7 * 86_400_000, firesAtLeastMs: 60_000 });
  });
});
