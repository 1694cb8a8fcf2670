import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tlsSource } from '../../src/sources/tls/tls-source.ts';

const bundle = readFileSync(new URL('../../config/trust/mozilla-roots.pem', import.meta.url), 'utf8');
const [root = ''] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(bundle) ?? [];

describe('the roots that a configuration names', () => {
  it.each([
    ['a path instead of its content', { extraRoots: ['ca.pem'] }],
    ['nothing', { rootBundle: '' }],
    ['a certificate that cannot be read', { extraRoots: [root.replace('MII', 'AAA')] }],
    ['one that can be read beside one that cannot', { extraRoots: [`${root}\n${root.replace('MII', 'AAA')}`] }],
    ['one that can be read beside one cut short', { extraRoots: [`${root}\n${root.slice(0, 200)}`] }],
    [
      'one that can be read beside a block that nobody would trust',
      { extraRoots: [`${root}\n${root.replaceAll('CERT', 'TRUSTED CERT')}`] },
    ],
    ['an empty block', { extraRoots: ['-----BEGIN CERTIFICATE----------END CERTIFICATE-----'] }],
  ])('%s is refused with a remedy', (_what, options) => {
    const parsed = tlsSource.options.safeParse(options);
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([expect.stringContaining('remedy: write "${file:ca.pem}"')]);
  });

  it.each([
    ['none: the packaged ones', {}],
    ['a bundle', { rootBundle: bundle }],
    ['one more', { extraRoots: [root] }],
  ])('%s', (_what, options) => {
    expect(tlsSource.options.safeParse(options).success).toBe(true);
  });
});
