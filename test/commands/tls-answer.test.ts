import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { answerOf, exitCodeOfAnswer, subjectOf } from '../../src/commands/tls-answer.ts';
import type { AuditedTlsAddress } from '../../src/commands/tls-audit.ts';
import { readTarget } from '../../src/commands/tls-target.ts';
import { auditedAt, auditHost, blind, seenAddress } from '../support/tls-audited.ts';

const target = readTarget(auditHost, { connections: '6', timeout: '20s' });
const authority = await makeAuthority();
const validity = { notBefore: new Date('2026-10-01T00:00:00Z'), notAfter: new Date('2026-12-30T00:00:00Z') };
const issued = await authority.issue({ hosts: [auditHost], intermediate: true, ...validity });
const certificates = issued.chainDer.map((der) => der.toString('base64'));
const trust = { trusted: true, code: null, store: 'pinned roots' } as const;
const { handshake } = seenAddress();

const served = { chains: [{ keyKind: 'ecdsa', version: 'TLSv1.2', certificates, staple: null }], fault: null } as const;
const good: AuditedTlsAddress = { facts: seenAddress({ served }), trusts: [trust] };
const silent: AuditedTlsAddress = { facts: seenAddress(blind), trusts: [] };
const plain: AuditedTlsAddress = { facts: seenAddress({ plaintext: 'SSH-2.0' }), trusts: [] };

const told = (...addresses: readonly AuditedTlsAddress[]) => {
  const answer = answerOf(target, { addresses }, auditedAt);
  return [answer.status, exitCodeOfAnswer(answer)];
};

describe('the answer', () => {
  it('is the gravest of its addresses', () => {
    expect(told(good)).toEqual(['pass', 0]);
    expect(told(good, silent)).toEqual(['unknown', 2]);
    expect(told(silent, plain, good)).toEqual(['fail', 1]);
  });

  it('is unknown where no address was asked', () => {
    expect(told()).toEqual(['unknown', 2]);
    const answer = answerOf(target, { fault: { code: 'unreachable', message: 'no address' } }, auditedAt);
    expect(answer).toMatchObject({ status: 'unknown', addresses: [], fault: { code: 'unreachable' } });
  });

  it('names in what the addresses differ', () => {
    const other = { ...good, facts: seenAddress({ served, groups: { 'TLSv1.3': { accepted: ['x25519'], fault: null } } }) };
    expect(answerOf(target, { addresses: [good, other] }, auditedAt).differences).toEqual(['groups']);
  });
});

describe('the chains', () => {
  it('are described from what was served, each with its verdict of trust', () => {
    const [address] = answerOf(target, { addresses: [good] }, auditedAt).addresses;
    expect(address?.chains).toMatchObject([{ isServed: true, trust, chain: { order: { path: [0, 1], problems: [] } } }]);
    expect(address?.chains[0]?.chain.certificates.map(({ facts }) => facts?.subject)).toEqual([
      `CN=${auditHost}`,
      'CN=Sandbox Root Intermediate',
    ]);
  });

  it('without a verdict are not trusted by anybody', () => {
    expect(told({ ...good, trusts: [] })).toEqual(['unknown', 2]);
  });

  it('that only the handshake showed are judged as well, and their order on the wire is not known', () => {
    const shown = { ...handshake, chain: certificates };
    const facts = seenAddress({ handshake: shown });
    const [address] = answerOf(target, { addresses: [{ facts, trusts: [] }] }, auditedAt).addresses;
    expect(address?.chains).toMatchObject([{ isServed: false, trust }]);
    expect(address?.status).toBe('unknown');
    const both = seenAddress({ served, handshake: shown });
    expect(answerOf(target, { addresses: [{ facts: both, trusts: [trust] }] }, auditedAt).addresses[0]?.chains).toHaveLength(1);
  });
});

it('reads whose certificate it is that others get', () => {
  expect(subjectOf(certificates[0] ?? '')).toBe(`CN=${auditHost}`);
  expect(subjectOf('AAAA')).toBeNull();
});
