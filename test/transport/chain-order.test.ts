import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type ChainProblem, describeChainOrder } from '../../src/transport/chain-order.ts';

const authority = await makeAuthority({ name: 'Test Root' });
/** Of the same name, with another key. */
const twin = await makeAuthority({ name: 'Test Root' });
const hosts = ['shop.example.com'];
const [leaf = none(), intermediate = none()] = (await authority.issue({ hosts, intermediate: true })).chainDer;
const [below = none()] = (await authority.issue({ hosts })).chainDer;
const [alone = none()] = (await authority.issue({ hosts, issuer: 'self' })).chainDer;
const [stranger = none()] = (await authority.issue({ hosts: ['other.example.com'] })).chainDer;
const root = new X509Certificate(authority.certificatePem).raw;
const twinRoot = new X509Certificate(twin.certificatePem).raw;

function none(): never {
  throw new Error('nothing was issued');
}

const garbage = Buffer.from('3003020100', 'hex');
const problem = (kind: ChainProblem['kind'], ...indexes: readonly number[]): ChainProblem => ({ kind, indexes });

describe('the order of a chain', () => {
  it.each([
    ['leaf and intermediate', [leaf, intermediate], [0, 1], 'issuer-not-sent', []],
    ['with its root', [leaf, intermediate, root], [0, 1, 2], 'self-signed', [problem('root-included', 2)]],
    [
      'root before intermediate',
      [leaf, root, intermediate],
      [0, 2, 1],
      'self-signed',
      [problem('out-of-order', 1), problem('root-included', 1)],
    ],
    ['intermediate first', [intermediate, leaf], [1, 0], 'issuer-not-sent', [problem('leaf-not-first', 1), problem('out-of-order', 0)]],
    ['without the intermediate', [leaf], [0], 'issuer-not-sent', [problem('missing-intermediate', 0)]],
    [
      'with the root, without the intermediate',
      [leaf, root],
      [0],
      'issuer-not-sent',
      [problem('superfluous', 1), problem('missing-intermediate', 0)],
    ],
    ['a leaf that the root issued', [below, root], [0, 1], 'self-signed', [problem('root-included', 1)]],
    [
      'a root of the same name with another key',
      [below, twinRoot],
      [0],
      'issuer-not-sent',
      [problem('superfluous', 1), problem('missing-intermediate', 0)],
    ],
    ['both roots of that name', [below, twinRoot, root], [0, 2], 'self-signed', [problem('superfluous', 1), problem('root-included', 2)]],
    ['one twice', [leaf, intermediate, intermediate], [0, 1], 'issuer-not-sent', [problem('duplicate', 2)]],
    ['a stranger among them', [leaf, stranger, intermediate], [0, 2], 'issuer-not-sent', [problem('superfluous', 1)]],
    ['self-signed', [alone], [0], 'self-signed', []],
    ['only a root', [root], [0], 'self-signed', []],
    ['one that cannot be read', [leaf, garbage, intermediate], [0, 2], 'issuer-not-sent', [problem('unreadable', 1)]],
    [
      'a first one that cannot be read',
      [garbage, leaf, intermediate],
      [1, 2],
      'issuer-not-sent',
      [problem('unreadable', 0), problem('leaf-not-first', 1)],
    ],
  ] as const)('%s', (_what, chain, path, end, problems) => {
    expect(describeChainOrder(chain)).toEqual({ leafIndex: path[0], path, end, problems });
  });

  it('of nothing is nothing', () => {
    expect(describeChainOrder([])).toEqual({ leafIndex: null, path: [], end: null, problems: [] });
    expect(describeChainOrder([garbage])).toEqual({ leafIndex: null, path: [], end: null, problems: [problem('unreadable', 0)] });
  });

  it('looks at sixteen', () => {
    const many = [leaf, ...Array.from({ length: 16 }, () => intermediate)];
    const { path, problems } = describeChainOrder(many);
    expect(path).toEqual([0, 1]);
    expect(problems).toEqual([problem('too-many', 16), problem('duplicate', ...Array.from({ length: 14 }, (_none, at) => at + 2))]);
    expect(describeChainOrder(many.slice(0, 16)).problems.map(({ kind }) => kind)).toEqual(['duplicate']);
  });

  it('takes each at most once, in whatever disorder they are', () => {
    const order = describeChainOrder([intermediate, root, leaf, twinRoot, below, stranger, alone]);
    expect(order.path.length).toBe(new Set(order.path).size);
  });

  it('comes to an end where two issued each other', async () => {
    const [one, other] = [await makeKeys(), await makeKeys()];
    const chain = [await certify('one', one, 'other', other), await certify('other', other, 'one', one)];
    expect(describeChainOrder(chain)).toMatchObject({ path: [0, 1], end: 'issuer-not-sent', problems: [] });
  });

  it('of two issuers with the same name and key takes the one that comes next', async () => {
    const [own, top, far] = [await makeKeys(), await makeKeys(), await makeKeys()];
    const below = await certify('below', own, 'top', top);
    const [byFar, bySelf] = [await certify('top', top, 'far', far), await certify('top', top, 'top', top)];
    expect(describeChainOrder([below, byFar, bySelf])).toMatchObject({ path: [0, 1], problems: [] });
    expect(describeChainOrder([bySelf, below, byFar])).toMatchObject({ path: [1, 2] });
    expect(describeChainOrder([below, bySelf, byFar])).toMatchObject({
      path: [0, 1],
      problems: [problem('root-included', 1)],
    });
  });

  it('knows no issuer by its key alone', async () => {
    const [own, top] = [await makeKeys(), await makeKeys()];
    const chain = [await certify('below', own, 'another name', top), await certify('top', top, 'top', top)];
    expect(describeChainOrder(chain)).toMatchObject({ path: [0], end: 'issuer-not-sent' });
  });
});

type Keys = webcrypto.CryptoKeyPair;

async function makeKeys(): Promise<Keys> {
  return await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
}

async function certify(subject: string, keys: Keys, issuer: string, by: Keys): Promise<Buffer> {
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '4001',
    subject: `CN=${subject}`,
    issuer: `CN=${issuer}`,
    publicKey: keys.publicKey,
    signingKey: by.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new BasicConstraintsExtension(subject !== 'below')],
  });
  return Buffer.from(certificate.rawData);
}
