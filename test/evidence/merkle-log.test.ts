import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { leafHash } from '../../src/evidence/merkle-log.ts';

interface Vectors {
  readonly hasher: { readonly emptyLeaf: string; readonly leaf_L123456: string };
  readonly leafInputsHex: readonly string[];
  readonly levels: readonly (readonly string[])[];
}

const path = fileURLToPath(new URL('../../../shared/evidence/vectors/rfc6962-basic.json', import.meta.url));
const vectors = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Vectors) : null;

describe.skipIf(vectors === null)(`leaf hashes of RFC 6962${vectors === null ? ' (skipped: ../shared is not there)' : ''}`, () => {
  it('of the eight classic leaves', () => {
    const hashes = vectors?.leafInputsHex.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(hashes).toEqual(vectors?.levels[0]);
    expect(hashes).toHaveLength(8);
  });

  it('of nothing, and of a short text', () => {
    expect(leafHash(Buffer.alloc(0))).toBe(vectors?.hasher.emptyLeaf);
    expect(leafHash(Buffer.from('L123456'))).toBe(vectors?.hasher.leaf_L123456);
  });
});

it('is not the plain hash of the bytes', () => {
  expect(leafHash(Buffer.alloc(0))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
});
