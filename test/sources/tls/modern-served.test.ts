import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingSeen } from '../../../src/sources/tls/audit-served.ts';
import type { ModernAnswer } from '../../../src/sources/tls/modern-chain.ts';
import type { ModernHello } from '../../../src/sources/tls/modern-hello.ts';
import { completeOtherNames, type ModernAsker, mergeServed, readModernChains } from '../../../src/sources/tls/modern-served.ts';
import { schemesOfSameKey, verifiableSchemes } from '../../../src/sources/tls/modern-signature.ts';
import type { NameAnswer, Served, ServedChain } from '../../../src/transport/tls-facts.ts';

const failure: ModernAnswer = { kind: 'alert', alert: 40 };
const timeout: ModernAnswer = { kind: 'fault', fault: { code: 'timeout', message: 'no answer in time' } };

/** A server that has one key for each of these schemes, and says `otherwise` to who offers none of them. */
function model(schemes: readonly number[], otherwise: ModernAnswer, answers = Number.POSITIVE_INFINITY) {
  const asked: ModernHello[] = [];
  const ask: ModernAsker = (hello) => {
    asked.push(hello);
    const scheme = schemes.find((one) => hello.signatureSchemes.includes(one));
    return Promise.resolve(scheme === undefined || asked.length > answers ? otherwise : { kind: 'chain', chain: chainOf(scheme) });
  };
  return { ask, asked };
}

function chainOf(signatureScheme: number) {
  const rest = { staple: null, timestamps: null, alpn: null, wantsClientCertificate: false, suite: 0x1301, group: 0x1d } as const;
  return { ...rest, certificates: [Buffer.from(String(signatureScheme))], signatureScheme, isVerified: true } as const;
}

async function read(ask: ModernAsker) {
  const { chains, fault } = await readModernChains(ask, 'localhost');
  return { schemes: chains.map(({ signatureScheme }) => signatureScheme), code: fault?.code ?? null };
}

const [rsa, ecdsa, eddsa] = [0x0804, 0x0503, 0x0807] as const;

describe('readModernChains', () => {
  it.each([
    ['one key', [rsa], failure, { schemes: [rsa], code: null }, 4],
    ['two keys', [rsa, ecdsa], failure, { schemes: [rsa, ecdsa], code: null }, 5],
    ['two curves', [0x0403, ecdsa], failure, { schemes: [0x0403, ecdsa], code: null }, 5],
    ['no key that we know', [], failure, { schemes: [], code: 'unsupported' }, 2],
    ['a name that it does not know', [], { kind: 'alert', alert: 112 }, { schemes: [], code: 'denied' }, 2],
    ['no protocol in common, then none at all', [], { kind: 'alert', alert: 120 }, { schemes: [], code: 'denied' }, 4],
    ['every handshake reset', [], { kind: 'reset' }, { schemes: [], code: 'unreachable' }, 2],
    ['every handshake closed', [], { kind: 'close' }, { schemes: [], code: 'unreachable' }, 2],
    ['silence', [], timeout, { schemes: [], code: 'timeout' }, 1],
    ['one key, then silence', [rsa], timeout, { schemes: [rsa], code: 'timeout' }, 2],
    ['one key, then a reset', [rsa], { kind: 'reset' }, { schemes: [rsa], code: null }, 4],
    ['one key, then another alert', [rsa], { kind: 'alert', alert: 80 }, { schemes: [rsa], code: null }, 4],
  ] as const)('%s', async (_title, schemes, otherwise, expected, questions) => {
    const { ask, asked } = model(schemes, otherwise);
    expect(await read(ask)).toEqual(expected);
    expect(asked).toHaveLength(questions);
  });

  it.each([{ kind: 'reset' }, failure] as const)('says that it does not know where the peer had enough ($kind)', async (otherwise) => {
    expect(await read(model([rsa, ecdsa, eddsa], otherwise, 2).ask)).toEqual({ schemes: [rsa, ecdsa], code: 'throttled' });
  });

  it('proves a refusal where one of the two was doubtful', async () => {
    let questions = 0;
    const ask: ModernAsker = ({ namesCertificateSchemes }) => {
      questions += 1;
      const refusal: ModernAnswer = namesCertificateSchemes ? { kind: 'reset' } : failure;
      return Promise.resolve(questions === 1 ? { kind: 'chain', chain: chainOf(rsa) } : refusal);
    };
    expect(await read(ask)).toEqual({ schemes: [rsa], code: 'throttled' });
  });

  it('finds a certificate that is hidden from one of the two questions', async () => {
    const { ask } = model([rsa, ecdsa], failure);
    for (const hidden of [true, false]) {
      const picky: ModernAsker = async (hello) => (hello.namesCertificateSchemes === hidden ? failure : await ask(hello));
      expect(await read(picky)).toEqual({ schemes: [rsa, ecdsa], code: null });
    }
  });

  it('asks without a protocol who speaks none of the web', async () => {
    const { ask } = model([rsa], failure);
    const picky: ModernAsker = async (hello) => (hello.alpn.length > 0 ? { kind: 'alert', alert: 120 } : await ask(hello));
    expect(await read(picky)).toEqual({ schemes: [rsa], code: null });
  });

  it('finds every key of any server, and ends', async () => {
    const keys = fc.uniqueArray(fc.constantFrom(...verifiableSchemes), {
      selector: (scheme) => schemesOfSameKey(scheme)[0] ?? 0,
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(keys, fc.constantFrom<ModernAnswer>(failure, { kind: 'close' }), async (schemes, otherwise) => {
        const { schemes: found, code } = await read(model(schemes, otherwise).ask);
        expect([new Set(found), code]).toEqual([new Set(schemes), null]);
      }),
    );
  });

  it('never takes silence, a throttled peer or a broken one for the end', async () => {
    const answers = fc.array(fc.constantFrom<ModernAnswer>(failure, { kind: 'reset' }, { kind: 'close' }, timeout), {
      minLength: 40,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(answers, async (script) => {
        const left = [...script];
        const { code } = await read(() => Promise.resolve(left.shift() ?? timeout));
        expect(code).not.toBeNull();
      }),
    );
  });
});

describe('completeOtherNames', () => {
  const answered: NameAnswer = {
    outcome: 'answered',
    version: 'TLSv1.3',
    suite: 'TLS_AES_128_GCM_SHA256',
    certificate: null,
    moreVersions: [],
  };
  const leafOf = (scheme: number): NameAnswer => ({ ...answered, certificate: Buffer.from(String(scheme)).toString('base64') });
  const refused: NameAnswer = { outcome: 'refused', by: 'alert' };
  const complete = (ask: ModernAsker, none: NameAnswer = answered) => completeOtherNames({ none, unknown: answered }, ask);

  it('takes one handshake for each name, whatever keys the server has', async () => {
    const { ask, asked } = model([ecdsa, rsa], failure);
    expect(await complete(ask)).toEqual({ none: leafOf(ecdsa), unknown: leafOf(ecdsa) });
    expect(asked.map(({ serverName }) => serverName)).toEqual([null, 'unknown.invalid']);
  });

  it('tells the names apart', async () => {
    const ask: ModernAsker = ({ serverName }) => Promise.resolve({ kind: 'chain', chain: chainOf(serverName === null ? rsa : eddsa) });
    expect(await complete(ask)).toEqual({ none: leafOf(rsa), unknown: leafOf(eddsa) });
  });

  it.each<[string, NameAnswer]>([
    ['a refusal', refused],
    ['a fault', { outcome: 'fault', fault: { code: 'timeout', message: 'no answer in time' } }],
    ['an older version', { ...answered, version: 'TLSv1.2' }],
    ['a certificate that is known', leafOf(eddsa)],
  ])('asks nothing after %s', async (_title, none) => {
    const { ask, asked } = model([rsa], failure);
    expect(await complete(ask, none)).toEqual({ none, unknown: leafOf(rsa) });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, ModernAnswer, number]>([
    ['refuses', failure, 4],
    ['resets', { kind: 'reset' }, 4],
    ['says nothing', timeout, 2],
    ['wants another protocol, and then refuses all the same', { kind: 'alert', alert: 120 }, 8],
  ])('says of no certificate what it is where the server %s', async (_title, otherwise, questions) => {
    const { ask, asked } = model([], otherwise);
    expect(await complete(ask)).toEqual({ none: answered, unknown: answered });
    expect(asked).toHaveLength(questions);
  });

  it('finds what is hidden from one of the two questions, or from who speaks the protocols of the web', async () => {
    const { ask } = model([rsa], failure);
    const picky: ModernAsker = async (hello) => (hello.namesCertificateSchemes ? failure : await ask(hello));
    const other: ModernAsker = async (hello) => (hello.alpn.length > 0 ? { kind: 'alert', alert: 120 } : await ask(hello));
    for (const one of [picky, other]) expect(await complete(one)).toEqual({ none: leafOf(rsa), unknown: leafOf(rsa) });
  });

  it('asks nothing where no names were asked', async () => {
    const { ask, asked } = model([rsa], failure);
    expect(await completeOtherNames(null, ask)).toBeNull();
    expect(asked).toHaveLength(0);
  });
});

describe('mergeServed', () => {
  const chain = (version: ServedChain['version'], name: string, staple: string | null = null): ServedChain => ({
    keyKind: 'rsa',
    version,
    certificates: [name],
    staple,
  });
  const served = (chains: readonly ServedChain[], fault: Served['fault'] = null): Served => ({ chains, fault });
  const [old, modern] = ['TLSv1.2', 'TLSv1.3'] as const;
  const partial = { code: 'partial', message: 'not all was seen' } as const;

  it.each<[string, Served, Served, Served]>([
    ['the same chain once', served([chain(old, 'a')]), served([chain(modern, 'a')]), served([chain(old, 'a')])],
    ['another chain too', served([chain(old, 'b')]), served([chain(modern, 'a')]), served([chain(modern, 'a'), chain(old, 'b')])],
    ['a staple of the second', served([chain(old, 'a')]), served([chain(modern, 'a', 's')]), served([chain(old, 'a', 's')])],
    ['a staple of the first', served([chain(old, 'a', 's')]), served([chain(modern, 'a')]), served([chain(old, 'a', 's')])],
    ['a fault of the first', served([chain(old, 'a')], partial), served([chain(modern, 'a')]), served([chain(old, 'a')], partial)],
    ['a fault of the second', served([chain(old, 'a')]), served([], partial), served([chain(old, 'a')], partial)],
    ['nothing before TLS 1.3', served([], nothingSeen), served([chain(modern, 'a')]), served([chain(modern, 'a')])],
    ['nothing at all', served([], nothingSeen), served([], partial), served([], partial)],
  ])('%s', (_title, first, second, expected) => {
    expect(mergeServed(first, second)).toEqual(expected);
  });
});
