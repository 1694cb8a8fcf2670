import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditedAddress, auditAddress } from '../../../src/sources/tls/audit-address.ts';
import type { Hello, HelloAnswer, HelloAsker } from '../../../src/sources/tls/hello.ts';
import { curveSuites } from '../../../src/sources/tls/hello-forms.ts';
import { nameOfGroup, nameOfSuite } from '../../../src/sources/tls/listed.ts';
import { gentlePacing, type Pacing, withoutPacing } from '../../../src/sources/tls/pacing.ts';
import { type ProtocolVersion, protocolVersions } from '../../../src/transport/protocol-versions.ts';
import type { Listed } from '../../../src/transport/tls-facts.ts';
import { arbitraryServer } from '../../support/arbitrary-server.ts';
import { auditOptions, auditPaced } from '../../support/audit-paced.ts';
import { answerOf, curveOfCertificate, groupsOf, type ModelledServer, wholesome } from '../../support/modelled-server.ts';

function askerOf(server: ModelledServer): HelloAsker {
  return { ask: async (hello) => answerOf(server, hello) };
}

function namesOf(codes: readonly number[], nameOf: (code: number) => string): readonly string[] {
  return codes.toSorted((a, b) => a - b).map(nameOf);
}

/** What the server would accept of everybody who asks in the right way. */
function trueSuites(server: ModelledServer, version: ProtocolVersion): readonly number[] {
  const isModern = version === 'TLSv1.3';
  const hasGroup = groupsOf(server, version).length > 0;
  return (server.suites[version] ?? []).filter((code) => hasGroup || !(isModern || curveSuites.includes(code)));
}

function trueGroups(server: ModelledServer, version: ProtocolVersion): readonly number[] {
  const hasCurves = version === 'TLSv1.3' || (server.suites[version] ?? []).some((code) => curveSuites.includes(code));
  const groups = groupsOf(server, version);
  if (!hasCurves) return [];
  // Its curve stands in every hello that gets the certificate, so that nobody gets what comes after it.
  return isBound(server, version) ? groups.slice(0, groups.indexOf(curveOfCertificate) + 1) : groups;
}

function isBound({ quirk, order, suites }: ModelledServer, version: ProtocolVersion): boolean {
  if (quirk !== 'bound-curve' || order === 'client' || version === 'TLSv1.3') return false;
  return (suites[version] ?? []).filter((code) => curveSuites.includes(code)).every((code) => nameOfSuite(code).includes('ECDHE_ECDSA'));
}

function expectListed(list: Listed | undefined, truth: readonly string[]): void {
  if (list === undefined) return;
  if (list.fault === null) expect(list.accepted).toEqual(truth);
  else expect(truth).toEqual(expect.arrayContaining([...list.accepted]));
}

/** Whatever is said is true of the server. What is not known may be anything. */
function expectTrue(seen: AuditedAddress, server: ModelledServer): void {
  for (const { name: version } of protocolVersions) {
    const suites = trueSuites(server, version);
    const { outcome } = seen.protocols[version];
    if (outcome === 'offered') expect(suites).not.toEqual([]);
    if (outcome === 'refused') expect([version, suites]).toEqual([version, []]);
    expectListed(seen.suites[version], namesOf(suites, nameOfSuite));
  }
  expectListed(seen.groups['TLSv1.2'], namesOf(trueGroups(server, 'TLSv1.2'), nameOfGroup));
  expectListed(seen.groups['TLSv1.3'], namesOf(trueGroups(server, 'TLSv1.3'), nameOfGroup));
  for (const bits of seen.dhBits) expect(bits).toBe(server.dhBits);
  const { refusesFallback } = seen.behaviour;
  if ('is' in refusesFallback && refusesFallback.is !== null) expect(refusesFallback.is).toBe(server.refusesFallback);
}

/** And nothing was left open. */
function expectComplete(seen: AuditedAddress, server: ModelledServer): void {
  for (const { name: version } of protocolVersions) {
    const suites = trueSuites(server, version);
    expect([version, seen.protocols[version].outcome]).toEqual([version, suites.length > 0 ? 'offered' : 'refused']);
    if (suites.length > 0) expect(seen.suites[version]?.fault).toBeNull();
    expectOrder(seen, server, version, suites);
  }
}

function expectOrder(seen: AuditedAddress, server: ModelledServer, version: ProtocolVersion, suites: readonly number[]): void {
  const { order, preferred } = seen.suites[version] ?? { order: null, preferred: null };
  const servers = ['server', nameOfSuite(suites[0] ?? 0)];
  const byOrder = server.order === 'client' ? ['client', null] : servers;
  expect([version, order, preferred]).toEqual([version, ...(suites.length < 2 ? [null, null] : byOrder)]);
}

function hasSomething(server: ModelledServer): boolean {
  return protocolVersions.some(({ name }) => trueSuites(server, name).length > 0);
}

/** Which fits into every hello. */
function withCommonGroup(server: ModelledServer): ModelledServer {
  return { ...server, groups: [...new Set([...server.groups, 0x0017])] };
}

const runs = { numRuns: 100 };

describe('of a server that answers every hello', () => {
  it('everything is seen as it is', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryServer(['none', 'warning-first', 'no-alpn']).filter(hasSomething), async (server) => {
        const seen = await auditAddress(askerOf(server), auditOptions);
        expectTrue(seen, server);
        expectComplete(seen, server);
        expect(seen.oddities.includes('warning-first')).toBe(server.quirk === 'warning-first');
      }),
      runs,
    );
  });

  it('nothing untrue is said, whatever it does not bear', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryServer(['size-intolerant', 'cookie-first', 'bound-curve']).map(withCommonGroup), async (server) => {
        const seen = await auditAddress(askerOf(server), auditOptions);
        expectTrue(seen, server);
        if (server.quirk !== 'size-intolerant' && hasSomething(server)) expectComplete(seen, server);
        if (server.quirk === 'bound-curve') expect(seen.groups['TLSv1.2']?.fault ?? null).toBeNull();
      }),
      runs,
    );
  });
});

/** A peer that fails on some hellos at first, but on none more than twice. */
function unreliable(server: ModelledServer, failures: readonly HelloAnswer[]): (hello: Hello) => HelloAnswer {
  const failed = new Map<string, number>();
  let next = 0;
  return (hello) => {
    const key = JSON.stringify(hello);
    const times = failed.get(key) ?? 0;
    const failure = failures[next % failures.length];
    next += 1;
    if (failure === undefined || failure.kind === 'hello' || times >= 2) return answerOf(server, hello);
    failed.set(key, times + 1);
    return failure;
  };
}

const noFailure = answerOf(wholesome, anyHello());
const failures: fc.Arbitrary<readonly HelloAnswer[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(noFailure) },
    { weight: 1, arbitrary: fc.constant<HelloAnswer>({ kind: 'reset' }) },
    { weight: 1, arbitrary: fc.constant<HelloAnswer>({ kind: 'close' }) },
    { weight: 1, arbitrary: fc.constant<HelloAnswer>({ kind: 'fault', fault: { code: 'timeout', message: 'no answer in time' } }) },
    { weight: 1, arbitrary: fc.constant<HelloAnswer>({ kind: 'fault', fault: { code: 'unreachable', message: 'no connection' } }) },
  ),
  { minLength: 1, maxLength: 97 },
);

function anyHello(): Hello {
  return {
    version: 'TLSv1.3',
    serverName: null,
    suites: [0x1301],
    groups: [0x001d],
    signatureSchemes: [],
    keyShares: [],
    compressions: [0],
    alpn: [],
    asksStaple: false,
    isFallback: false,
    hasExtensions: true,
  };
}

const pacings: fc.Arbitrary<Pacing> = fc.constantFrom(gentlePacing, withoutPacing);

describe('of a server that fails now and then', () => {
  it('nothing untrue is said', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryServer(['none']), failures, pacings, async (server, sequence, pacing) => {
        expectTrue((await auditPaced(unreliable(server, sequence), pacing)).seen, server);
      }),
      runs,
    );
  });
});

/** Resets what comes above so many in a window of time. */
function limiting(server: ModelledServer, most: number, windowMs: number): (hello: Hello, nowMs: number) => HelloAnswer {
  let window = 0;
  let count = 0;
  return (hello, nowMs) => {
    if (Math.floor(nowMs / windowMs) !== window) count = 0;
    window = Math.floor(nowMs / windowMs);
    count += 1;
    return count > most ? { kind: 'reset' } : answerOf(server, hello);
  };
}

describe('of a server that bears only so many hellos at a time', () => {
  it('nothing untrue is said', async () => {
    const most = fc.integer({ min: 1, max: 40 });
    const windowMs = fc.integer({ min: 20, max: 3_000 });
    await fc.assert(
      fc.asyncProperty(arbitraryServer(['none']), most, windowMs, pacings, async (server, count, ms, pacing) => {
        expectTrue((await auditPaced(limiting(server, count, ms), pacing)).seen, server);
      }),
      runs,
    );
  });

  it('the same is seen as of its twin that bears all', async () => {
    const { seen } = await auditPaced(limiting(wholesome, 12, 1_000), gentlePacing);
    expect(seen).toEqual((await auditPaced((hello) => answerOf(wholesome, hello), gentlePacing)).seen);
  });
});
