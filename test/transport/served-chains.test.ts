import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { certificateChains } from '../../src/transport/certificate-chain.ts';

const authority = await makeAuthority({ name: 'Test Root' });
const issued = await authority.issue({ hosts: ['shop.example.com'], intermediate: true });
const [leaf = '', intermediate = ''] = issued.chainDer.map((der) => der.toString('base64'));
const tryLater = Buffer.from('30030a0103', 'hex').toString('base64');

const chainOf = (certificates: readonly string[], staple: string | null = null) =>
  ({ keyKind: 'ecdsa', version: 'TLSv1.3', certificates: [...certificates], staple }) as const;

function derive(
  chains: readonly ReturnType<typeof chainOf>[],
  fault: { readonly code: 'timeout'; readonly message: string } | null = null,
) {
  const handshake = { chain: [leaf, intermediate] };
  const fact = certificateChains.schema.parse({ addresses: [{ address: '192.0.2.1', handshake, served: { chains, fault } }] });
  const [address] = certificateChains.derive(fact).addresses;
  if (address === undefined) throw new Error('the address is not there');
  return address;
}

describe('what is served, in the fact `certificates`', () => {
  it('stands in the order on the wire', () => {
    const { chain, served, servedFault } = derive([chainOf([leaf, intermediate]), chainOf([intermediate, leaf])]);
    expect(chain).toHaveLength(2);
    expect(servedFault).toBe(null);
    expect(served.map(({ certificates }) => certificates.map(({ facts }) => facts?.subject))).toEqual([
      ['CN=shop.example.com', 'CN=Test Root Intermediate'],
      ['CN=Test Root Intermediate', 'CN=shop.example.com'],
    ]);
    expect(served.map(({ order }) => order.problems.map(({ kind }) => kind))).toEqual([[], ['leaf-not-first', 'out-of-order']]);
    expect(served[0]).toMatchObject({
      keyKind: 'ecdsa',
      version: 'TLSv1.3',
      mustStaple: false,
      ocspUrls: [],
      certificateTimestamps: 0,
      staple: null,
      certificates: [
        { extensions: { basicConstraints: { isAuthority: false }, extendedKeyUsage: ['serverAuth'] }, fault: null },
        { extensions: { basicConstraints: { isAuthority: true, pathLength: 0 }, keyUsage: ['keyCertSign', 'cRLSign'] }, fault: null },
      ],
    });
  });

  it('is plain JSON', () => {
    const served = derive([chainOf([leaf, intermediate], tryLater)]);
    expect(JSON.parse(JSON.stringify(served))).toEqual(served);
  });

  it('has the staple beside it', () => {
    const staples = [null, tryLater, 'AAAA'].map((staple) => derive([chainOf([leaf], staple)]).served[0]?.staple);
    expect(staples).toMatchObject([null, { kind: 'refused', status: 'tryLater' }, { kind: 'malformed', fault: { code: 'malformed' } }]);
  });

  it('says of a certificate that it cannot be read, and reads the others', () => {
    const [chain] = derive([chainOf([leaf, 'AAAA', intermediate])]).served;
    expect(chain?.certificates).toMatchObject([
      { fault: null },
      { facts: null, extensions: null, fault: { code: 'malformed' } },
      { fault: null },
    ]);
    expect(chain?.order.problems).toEqual([{ kind: 'unreadable', indexes: [1] }]);
  });

  it('says nothing of a leaf that cannot be read', () => {
    expect(derive([chainOf(['AAAA'], tryLater)]).served).toMatchObject([
      { mustStaple: null, certificateTimestamps: null, staple: { kind: 'malformed' } },
    ]);
    expect(derive([chainOf([], tryLater)]).served).toMatchObject([{ certificates: [], mustStaple: null, order: { leafIndex: null } }]);
  });

  it('hands on why there may be more', () => {
    const fault = { code: 'timeout', message: 'no answer in time' } as const;
    expect(derive([chainOf([leaf])], fault)).toMatchObject({ served: [{}], servedFault: fault });
  });

  it('is empty, and said to be unknown, in the facts of older runs', () => {
    const fact = certificateChains.schema.parse({ addresses: [{ address: '192.0.2.1', handshake: { chain: [leaf] } }] });
    expect(certificateChains.derive(fact).addresses).toMatchObject([{ chain: [{}], served: [], servedFault: { code: 'partial' } }]);
  });

  it('is there where the handshake was not', () => {
    const fault = { code: 'timeout', message: 'no answer in time' } as const;
    const served = { chains: [chainOf([leaf])], fault: null };
    const fact = certificateChains.schema.parse({ addresses: [{ address: '192.0.2.1', handshake: { fault }, served }] });
    expect(certificateChains.derive(fact).addresses).toMatchObject([{ chain: [], fault, served: [{ keyKind: 'ecdsa' }] }]);
  });
});
