import { describe, expect, it } from 'vitest';
import type { Hello, HelloAnswer } from '../../../src/sources/tls/hello.ts';
import { nameOfSuite } from '../../../src/sources/tls/listed.ts';
import { gentlePacing } from '../../../src/sources/tls/pacing.ts';
import { suitesOfVersion } from '../../../src/transport/cipher-suites.ts';
import type { ProtocolVersion } from '../../../src/transport/protocol-versions.ts';
import { auditOptions, auditPaced } from '../../support/audit-paced.ts';
import { answerOf, type ModelledServer, wholesome } from '../../support/modelled-server.ts';

const timeout: HelloAnswer = { kind: 'fault', fault: { code: 'timeout', message: 'no answer in time' } };
const failure: HelloAnswer = { kind: 'alert', alert: 40 };
const shown = async () => ({ served: { chains: [], fault: null }, alpn: { is: null } }) as const;

function silentAbout(version: ProtocolVersion, server: ModelledServer): (hello: Hello) => HelloAnswer {
  return (hello) => (hello.version === version ? timeout : answerOf(server, hello));
}

/** Accepts so many hellos that it would accept, and refuses each after that. */
function tiring(server: ModelledServer, most: number): (hello: Hello) => HelloAnswer {
  let accepted = 0;
  return (hello) => {
    const answer = answerOf(server, hello);
    accepted += answer.kind === 'hello' ? 1 : 0;
    return accepted > most ? failure : answer;
  };
}

describe('the chains', () => {
  const oldest: ModelledServer = { ...wholesome, suites: { TLSv1: [0x002f] } };

  it.each(['TLSv1.3', 'TLSv1.2', 'TLSv1.1'] as const)('are not said to be all where %s could not be tried', async (version) => {
    const { seen } = await auditPaced(silentAbout(version, oldest), gentlePacing, { options: { ...auditOptions, readModern: shown } });
    expect(seen.protocols[version].outcome).toBe('fault');
    expect(seen.served).toMatchObject({ chains: [{ version: 'TLSv1' }], fault: { code: 'timeout' } });
  });

  it('are all where every version is known', async () => {
    const { seen } = await auditPaced((hello) => answerOf(oldest, hello), gentlePacing);
    expect(seen.served).toMatchObject({ chains: [{ version: 'TLSv1' }], fault: null });
  });

  it('are not said to be all where TLS 1.3 is accepted and was not looked into', async () => {
    const always = (hello: Hello): HelloAnswer => answerOf(wholesome, hello);
    expect((await auditPaced(always, gentlePacing)).seen.served).toMatchObject({
      chains: [{ version: 'TLSv1.2' }],
      fault: { code: 'partial' },
    });
    const looked = await auditPaced(always, gentlePacing, { options: { ...auditOptions, readModern: shown } });
    expect(looked.seen.served).toMatchObject({ chains: [{ version: 'TLSv1.2' }], fault: null });
  });

  it.each(['none', 'size-intolerant'] as const)('come with a staple where it can be asked for (%s)', async (quirk) => {
    const server: ModelledServer = { ...wholesome, suites: { 'TLSv1.2': [0xc02f] }, quirk };
    const { seen } = await auditPaced((hello) => answerOf(server, hello), gentlePacing);
    expect(seen.served.chains).toMatchObject([{ staple: Buffer.from('staple').toString('base64') }]);
  });
});

describe('a peer that shows another chain to each hello', () => {
  it('has too many to be told', async () => {
    const common = [0x002f, 0x0035, 0xc013, 0xc014];
    const server: ModelledServer = { ...wholesome, suites: { TLSv1: common, 'TLSv1.1': common, 'TLSv1.2': [...common, 0xc02f, 0xc030] } };
    let count = 0;
    const answer = (hello: Hello): HelloAnswer => {
      const flight = answerOf(server, hello);
      count += 1;
      return flight.kind === 'hello' && flight.certificates.length > 0 ? { ...flight, certificates: [Buffer.from(`${count}`)] } : flight;
    };
    const { seen } = await auditPaced(answer, gentlePacing, { options: { ...auditOptions, readModern: shown } });
    expect(seen.served.chains).toHaveLength(16);
    expect(seen.served.fault?.code).toBe('partial');
  });
});

it('groups are not said to be all where a suite that is unknown may have another', async () => {
  const server: ModelledServer = { ...wholesome, suites: { 'TLSv1.2': [0xc02f] }, quirk: 'size-intolerant' };
  // It stands in a hello of its own hand, away from the one that is accepted.
  const answer = (hello: Hello): HelloAnswer =>
    hello.suites.length <= 40 && hello.suites.includes(0xc0ac) && !hello.suites.includes(0xc02f) ? timeout : answerOf(server, hello);
  const { seen } = await auditPaced(answer, gentlePacing);
  expect(seen.suites['TLSv1.2']).toMatchObject({ fault: { code: 'timeout' } });
  expect(seen.groups['TLSv1.2']).toMatchObject({ fault: { code: 'timeout' } });
});

it('whether the mark against downgrades is owed is not known where TLS 1.3 could not be tried', async () => {
  const server: ModelledServer = { ...wholesome, suites: { 'TLSv1.2': [0xc02f] } };
  const sentinel = async (answer: (hello: Hello) => HelloAnswer) =>
    (await auditPaced(answer, gentlePacing)).seen.behaviour.downgradeSentinel;
  expect(await sentinel(silentAbout('TLSv1.3', server))).toMatchObject({ fault: { code: 'timeout' } });
  expect(await sentinel((hello) => answerOf(server, hello))).toEqual({ is: null });
});

it('of more suites than one hello has room for it is not known which is preferred among all', async () => {
  const suites = suitesOfVersion('TLSv1.2')
    .map(({ code }) => code)
    .filter((code) => !nameOfSuite(code).includes('ECDSA'))
    .slice(0, 40);
  const server: ModelledServer = {
    ...wholesome,
    suites: { 'TLSv1.2': [0x002f, ...suites.filter((code) => code !== 0x002f)] },
    order: 'server',
  };
  const { seen } = await auditPaced((hello) => answerOf({ ...server, quirk: 'size-intolerant' }, hello), gentlePacing);
  expect(seen.suites['TLSv1.2']).toMatchObject({ fault: null, order: 'server', preferred: null });
  const { seen: whole } = await auditPaced((hello) => answerOf(server, hello), gentlePacing);
  expect(whole.suites['TLSv1.2']).toMatchObject({ fault: null, order: 'server', preferred: 'TLS_RSA_WITH_AES_128_CBC_SHA' });
});

it('a peer that answers everything with an internal error refuses nothing', async () => {
  const { seen } = await auditPaced(() => ({ kind: 'alert', alert: 80 }), gentlePacing);
  for (const probe of Object.values(seen.protocols)) expect(probe).toMatchObject({ outcome: 'fault', fault: { code: 'denied' } });
});

describe('of a peer that refuses everything in the end', () => {
  const modern: ModelledServer = { ...wholesome, suites: { 'TLSv1.3': [0x1301] }, refusesVersionBy: 'alert' };

  it('it is not known whether there is a version to fall back to', async () => {
    const unnamed = (hello: Hello): HelloAnswer => (hello.version === 'TLSv1.3' ? answer(hello) : failure);
    const answer = tiring(modern, 4);
    const { seen } = await auditPaced(unnamed, gentlePacing);
    expect(seen.protocols['TLSv1.2']).toMatchObject({ outcome: 'fault' });
    expect(seen.behaviour.refusesFallback).toMatchObject({ fault: { code: 'throttled' } });
  });

  it('what other names are refused says nothing, though its own was still accepted before', async () => {
    // So that the last word to its own name is one that accepts.
    const oneGroup: ModelledServer = { ...wholesome, suites: { 'TLSv1.3': [0x1301, 0x1302, 0x1303] }, groups: [0x001d] };
    let isTired = false;
    const answer = (hello: Hello): HelloAnswer => {
      isTired ||= hello.serverName !== 'host.example';
      return isTired ? failure : answerOf(oneGroup, hello);
    };
    const { seen } = await auditPaced(answer, gentlePacing, { options: { ...auditOptions, asksOtherNames: true } });
    expect(seen.otherNames).toMatchObject({ none: { fault: { code: 'throttled' } }, unknown: { fault: { code: 'throttled' } } });
  });

  it('it is not known what another name gets beside what it got', async () => {
    const options = { ...auditOptions, asksOtherNames: true };
    const own = tiring(wholesome, 20);
    const answer = (hello: Hello): HelloAnswer => {
      if (hello.serverName === 'host.example') return own(hello);
      return hello.version === 'TLSv1.2' ? answerOf(wholesome, hello) : failure;
    };
    const { seen } = await auditPaced(answer, gentlePacing, { options });
    expect(seen.otherNames?.none).toMatchObject({ outcome: 'fault', fault: { code: 'throttled' } });
  });
});
