import { afterAll, describe, expect, it } from 'vitest';
import { certificateChains } from '../../src/transport/certificate-chain.ts';
import { readCertificateParts } from '../../src/transport/certificate-parts.ts';
import { readOcspResponse } from '../../src/transport/ocsp-response.ts';
import { describeStaple, judgeStaple, judgeStapleFacts } from '../../src/transport/ocsp-staple.ts';
import { indexLine, type OcspOrder, type OpensslIssued, type OpensslOrder, openBench } from '../support/openssl-authority.ts';
import { versionOfOpenssl } from '../support/openssl-server.ts';

const isMissing = versionOfOpenssl() === null;
const title = `stapled OCSP responses that openssl made${isMissing ? ' (skipped: openssl is not installed)' : ''}`;
const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature'];
const delegated = ['extendedKeyUsage=OCSPSigning', 'keyUsage=digitalSignature'];
const revocation = { at: '260102030405Z', reason: 'keyCompromise' };
const dayMs = 86_400_000;

describe.skipIf(isMissing)(title, () => {
  const bench = openBench();
  afterAll(() => bench.remove());
  const issue = (name: string, serial: number, issuer: OpensslIssued | null, more: Partial<OpensslOrder> = {}): OpensslIssued =>
    bench.issue({ name, serial, issuer, ...more });
  const nowhere: OpensslIssued = { der: Buffer.alloc(0), file: '', keyFile: '' };
  const made = isMissing ? null : makeAll();
  const { root, other, leaf, sibling, responder } = made ?? {
    root: nowhere,
    other: nowhere,
    leaf: nowhere,
    sibling: nowhere,
    responder: nowhere,
  };

  function makeAll() {
    const [first, second] = [issue('root', 1, null, { extensions: authority }), issue('other', 1, null, { extensions: authority })];
    return {
      root: first,
      other: second,
      leaf: issue('leaf', 16, first),
      sibling: issue('sibling', 17, first),
      responder: issue('responder', 32, first, { extensions: delegated }),
    };
  }

  const respond = (order: Partial<OcspOrder>): Buffer =>
    bench.respond({ about: leaf, issuer: root, signer: root, index: [indexLine(16), indexLine(17)], words: ['-ndays', '7'], ...order });
  const judge = (staple: Buffer, atMs = Date.now() + 1_000) => judgeStaple(staple, leaf.der, root.der, atMs);

  it('good, by the issuer itself', () => {
    const staple = respond({});
    expect(judge(staple).verdict).toBe('good');
    const facts = describeStaple(staple, readCertificateParts(leaf.der), readCertificateParts(root.der));
    expect(facts).toMatchObject({
      kind: 'answered',
      matchesLeaf: true,
      signature: { verdict: 'valid', signer: { kind: 'issuer' } },
      answer: { status: 'good', revocation: null },
    });
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it.each([
    ['the name of the responder', []],
    ['the key of the responder', ['-resp_key_id']],
    ['SHA-512', ['-rmd', 'sha512']],
  ])('good, by a delegated responder, with %s', (_what, words) => {
    const staple = respond({ signer: responder, words: ['-ndays', '7', ...words] });
    expect(judge(staple).verdict).toBe('good');
  });

  it('agrees with what openssl prints and verifies', () => {
    const staple = respond({ signer: responder });
    const text = bench.run(['ocsp', '-respin', '@', '-noverify', '-resp_text'], staple);
    const response = readOcspResponse(staple);
    if (response.status !== 'successful') throw new Error(response.status);
    const [single] = response.singles;
    const printed = (label: string): string => new Date(new RegExp(`${label}: (.*)`).exec(text)?.[1] ?? '').toISOString();
    expect(printed('Produced At')).toBe(response.producedAt);
    expect(printed('This Update')).toBe(single?.thisUpdate);
    expect(printed('Next Update')).toBe(single?.nextUpdate);
    expect(text).toContain(`Serial Number: ${single?.certificate.serialNumber}`);
    expect(text).toContain(`Issuer Name Hash: ${single?.certificate.issuerNameHash.toUpperCase()}`);
    expect(text).toContain(`Issuer Key Hash: ${single?.certificate.issuerKeyHash.toUpperCase()}`);
    const verified = bench.run(['ocsp', '-respin', '@', '-issuer', root.file, '-cert', leaf.file, '-CAfile', root.file], staple);
    expect(verified).toContain(`${leaf.file}: good`);
  });

  it.each([
    ['keyCompromise', 'keyCompromise'],
    ['unspecified', 'unspecified'],
    ['superseded', 'superseded'],
  ])('revoked for %s', (word, reason) => {
    const staple = respond({ index: [indexLine(16, { ...revocation, reason: word })] });
    const { verdict, sentence } = judge(staple);
    expect([verdict, sentence]).toEqual(['revoked', `the certificate was revoked at 2026-01-02T03:04:05.000Z (${reason})`]);
    expect(judge(staple, Date.now() + 90 * dayMs).verdict).toBe('revoked');
  });

  it('unknown to the responder', () => {
    expect(judge(respond({ index: [indexLine(17)] })).verdict).toBe('unknown-to-responder');
  });

  it('has an end and a beginning, to the millisecond', () => {
    const staple = respond({});
    const facts = describeStaple(staple, readCertificateParts(leaf.der), readCertificateParts(root.der));
    if (facts.kind !== 'answered' || facts.answer?.nextUpdate === null || facts.answer === null) throw new Error('no answer');
    const [fromMs, untilMs] = [Date.parse(facts.answer.thisUpdate), Date.parse(facts.answer.nextUpdate)];
    const verdicts = [fromMs - 1, fromMs, untilMs, untilMs + 1].map((atMs) => judgeStapleFacts(facts, atMs).verdict);
    expect(verdicts).toEqual(['not-yet-valid', 'good', 'good', 'expired']);
  });

  it('without an end says nothing after a day', () => {
    const staple = respond({ words: [] });
    const facts = describeStaple(staple, readCertificateParts(leaf.der), readCertificateParts(root.der));
    if (facts.kind !== 'answered' || facts.answer === null) throw new Error('no answer');
    const fromMs = Date.parse(facts.answer.thisUpdate);
    expect(facts.answer.nextUpdate).toBe(null);
    expect([fromMs + dayMs, fromMs + dayMs + 1].map((atMs) => judgeStapleFacts(facts, atMs).verdict)).toEqual(['good', 'expired']);
  });

  it('by a responder whose certificate has ended, or has not begun', () => {
    const staple = respond({ signer: responder, words: ['-ndays', '60'] });
    const { validFrom, validTo } = readCertificateParts(responder.der);
    expect(judge(staple, Date.parse(validTo)).verdict).toBe('good');
    expect(judge(staple, Date.parse(validTo) + 1)).toMatchObject({ verdict: 'expired', sentence: expect.stringContaining('responder') });
    expect(judge(staple, Date.parse(validFrom) - 1)).toMatchObject({
      verdict: 'not-yet-valid',
      sentence: expect.stringContaining('responder'),
    });
  });

  it('about another certificate, of the same issuer or with the same number of another', () => {
    expect(judge(respond({ about: sibling })).verdict).toBe('wrong-certificate');
    const foreign = issue('leaf', 16, other);
    expect(judge(respond({ about: foreign, issuer: other, signer: other })).verdict).toBe('wrong-certificate');
  });

  it.each([
    ['an authority that is not the issuer', () => other],
    ['a certificate of the issuer that is for something else', () => sibling],
    ['a responder of another authority', () => issue('foreign', 33, other, { extensions: delegated })],
    ['one that delegated itself', () => issue('root', 34, null, { extensions: [...authority, ...delegated.slice(0, 1)] })],
    [
      'a responder whose key may not sign',
      () => issue('weak', 35, root, { extensions: ['extendedKeyUsage=OCSPSigning', 'keyUsage=keyAgreement'] }),
    ],
    [
      'a responder with a critical extension that we do not know',
      () => issue('odd', 36, root, { extensions: [...delegated, '1.2.3.4=critical,DER:05:00'] }),
    ],
  ])('signed by %s', (_what, signer) => {
    expect(judge(respond({ signer: signer() })).verdict).toBe('bad-signature');
  });

  it('signed with SHA-1, by a responder or of one', () => {
    expect(judge(respond({ words: ['-ndays', '7', '-rmd', 'sha1'] }))).toMatchObject({
      verdict: 'bad-signature',
      sentence: expect.stringContaining('forged'),
    });
    const weak = issue('old', 37, root, { extensions: delegated, signing: ['-sha1'] });
    expect(judge(respond({ signer: weak })).verdict).toBe('bad-signature');
  });

  it('with one bit changed in what is signed', () => {
    const staple = respond({ index: [indexLine(16)] });
    const text = staple.toString('latin1');
    const at = text.indexOf('Z', text.indexOf('\x18\x0f')) - 1;
    const changed = Buffer.from(staple);
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
    expect(judge(changed).verdict).toBe('bad-signature');
  });

  it('cannot be verified without the issuer, and is not called good', () => {
    const parts = readCertificateParts(leaf.der);
    for (const issuer of [null, readCertificateParts(other.der)])
      expect(judgeStapleFacts(describeStaple(respond({}), parts, issuer), Date.now()).verdict).toBe('unverifiable');
  });

  it('is malformed with something behind it, with nothing in it, or cut anywhere', () => {
    const staple = respond({});
    expect(judge(Buffer.concat([staple, Buffer.of(0)])).verdict).toBe('malformed');
    for (const length of [0, 1, 5, staple.length - 1]) expect(judge(staple.subarray(0, length)).verdict).toBe('malformed');
  });

  it('is judged in what an address serves, also where the issuer comes only with the verified chain', () => {
    const must = issue('must', 18, root, { extensions: ['tlsfeature=status_request'] });
    const staple = respond({ about: must, index: [indexLine(18)] }).toString('base64');
    const [own, above] = [must.der.toString('base64'), root.der.toString('base64')];
    const served = { chains: [{ keyKind: 'ecdsa', version: 'TLSv1.3', certificates: [own], staple }], fault: null };
    const derive = (chain: readonly string[]) =>
      certificateChains.derive(certificateChains.schema.parse({ addresses: [{ address: '192.0.2.1', handshake: { chain }, served }] }));
    const signed = { kind: 'answered', matchesLeaf: true, signature: { verdict: 'valid' }, answer: { status: 'good' } };
    expect(derive([own, above]).addresses).toMatchObject([{ served: [{ mustStaple: true, staple: signed }] }]);
    expect(derive([own]).addresses).toMatchObject([{ served: [{ staple: { ...signed, signature: { verdict: 'unverifiable' } } }] }]);
  });

  it.each([
    [3, 'tryLater'],
    [6, 'unauthorized'],
  ])('an error of the responder (%i)', (number, name) => {
    expect(judge(Buffer.of(0x30, 3, 0x0a, 1, number))).toEqual({
      verdict: 'refused-by-responder',
      sentence: `the responder gave no answer but ${name}`,
    });
  });

  it.each([[0], [4], [7]])('an error that there is not (%i)', (number) => {
    expect(judge(Buffer.of(0x30, 3, 0x0a, 1, number)).verdict).toBe('malformed');
  });
});
