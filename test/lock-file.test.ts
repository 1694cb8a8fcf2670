import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { completeLockFile, findMissingPackages, type LockFile, platformOf, readLockFile } from '../scripts/complete-lock-file.ts';

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');

describe('package-lock.json', () => {
  it('has an entry for every optional package of every locked package', () => {
    expect(findMissingPackages(readLockFile(text))).toEqual([]);
  });

  it('names no registry', () => {
    expect(text).not.toMatch(/"resolved": "(https?|git)/);
  });
});

describe('completing a lock file', () => {
  const lock: LockFile = {
    lockfileVersion: 3,
    packages: {
      '': {},
      'node_modules/tool': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: { '@tool/linux-x64': '1.2.3', '@tool/darwin-arm64': '1.2.3' },
      },
      'node_modules/@tool/linux-x64': { version: '1.2.3', dev: true, integrity: 'sha512-x' },
      'node_modules/outer/node_modules/inner': { version: '2.0.0', optionalDependencies: { 'inner-win32-x64': '2.0.0' } },
      'node_modules/outer/node_modules/inner-win32-x64': { version: '2.0.0' },
    },
  };

  it('adds what is missing, keeps what stands, and finds nothing more to add', () => {
    const completed = completeLockFile(lock);
    expect(findMissingPackages(lock)).toEqual([{ name: '@tool/darwin-arm64', version: '1.2.3', neededBy: 'node_modules/tool' }]);
    expect(completed.packages['node_modules/@tool/darwin-arm64']).toEqual({
      version: '1.2.3',
      os: ['darwin'],
      cpu: ['arm64'],
      dev: true,
      optional: true,
    });
    expect(completed.packages['node_modules/@tool/linux-x64']).toEqual(lock.packages['node_modules/@tool/linux-x64']);
    expect(findMissingPackages(completed)).toEqual([]);
  });

  it.each([
    ['a version range', { 'tool-linux-x64': '^1.0.0' }, 'expected one version'],
    ['a name without a platform', { accelerator: '1.0.0' }, 'tells no platform'],
  ])('stops at %s', (_mistake, optionalDependencies, message) => {
    const bad: LockFile = { lockfileVersion: 3, packages: { 'node_modules/tool': { version: '1.0.0', optionalDependencies } } };
    expect(() => completeLockFile(bad)).toThrow(message);
  });
});

test.each([
  ['@biomejs/cli-win32-arm64', { os: ['win32'], cpu: ['arm64'] }],
  ['@biomejs/cli-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
  ['@oxlint/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@oxlint/binding-android-arm-eabi', { os: ['android'], cpu: ['arm'] }],
  ['@rolldown/binding-wasm32-wasi', { cpu: ['wasm32'] }],
])('%s is for %j', (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});
