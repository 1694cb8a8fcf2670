import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const src = new URL('../../../src/', import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const naming = (pattern: RegExp) => files.filter((path) => pattern.test(readFileSync(new URL(path, src), 'utf8')));

test('one file knows the package of Log Analytics, so that its successor has one door to come in by', () => {
  expect(naming(/import[^;]*'@azure\/monitor-query/)).toEqual(['sources/logs/log-analytics.ts']);
  expect(naming(/import\('@azure\/monitor-query/)).toEqual(['sources/logs/log-analytics.ts']);
});

test('nobody asks in batches, which the service will not answer for long', () => {
  expect(naming(/queryBatch/)).toEqual([]);
});

test('what is asked is written in one place, so that no other column is ever asked for', () => {
  expect(naming(/\bkqlOf\(/).filter((path) => path !== 'logs/kql.ts')).toEqual(['sources/logs/log-analytics.ts']);
});
