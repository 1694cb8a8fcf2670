import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildSchemas } from '../../scripts/build-json-schema.ts';

const config = new URL('../../config/', import.meta.url);
const schemas = await buildSchemas();

test.each([...schemas])('config/schema/%s is what the schemas say (else: node scripts/build-json-schema.ts)', (name, text) => {
  expect(readFileSync(new URL(`schema/${name}`, config), 'utf8')).toBe(text);
});

test.each([...schemas.keys()])('the packaged file names %s for editors', (name) => {
  const yaml = readFileSync(new URL(name.replace('.schema.json', '.yaml'), config), 'utf8');
  expect(yaml.split('\n')[0]).toBe(`# yaml-language-server: $schema=schema/${name}`);
});

test('a key that no schema has is refused in editors too, at every depth', () => {
  const closed = [...schemas.values()].flatMap((text) => objectsOf(JSON.parse(text)));
  expect(closed.length).toBeGreaterThan(20);
  expect(closed.filter((schema) => Reflect.get(schema, 'additionalProperties') !== false)).toEqual([]);
});

/** Every schema of an object with named properties. */
function objectsOf(schema: unknown): readonly object[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const below = Object.values(schema).flatMap(objectsOf);
  return Reflect.get(schema, 'type') === 'object' && 'properties' in schema ? [schema, ...below] : below;
}
