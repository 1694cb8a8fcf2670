import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { check as names } from '../../../src/checks/disclosure-names.ts';
import { check as expiry } from '../../../src/checks/tls-certificate-expiry.ts';
import { check as signature } from '../../../src/checks/tls-certificate-signature.ts';
import { check as trust } from '../../../src/checks/tls-certificate-trust.ts';
import { check as strength } from '../../../src/checks/tls-cipher-strength.ts';
import { check as keySize } from '../../../src/checks/tls-key-size.ts';
import { check as profile } from '../../../src/checks/tls-profile.ts';
import { check as versions } from '../../../src/checks/tls-versions.ts';
import { check as weaknesses } from '../../../src/checks/tls-weaknesses.ts';
import type { Check } from '../../../src/domain/check.ts';
import { certificateChains } from '../../../src/transport/certificate-chain.ts';
import { decodeHello } from '../../support/decoded-hello.ts';
import {
  type Arrival,
  close,
  interfere,
  limits,
  pass,
  reset,
  say,
  seededRandom,
  silence,
  type Treatment,
} from '../../support/interfere.ts';
import { judgeAll, shop, verdictOf } from '../../support/judge.ts';
import { addressOf, lookTls, offeredBy, type SeenTls } from '../../support/look-tls.ts';
import { alertRecord } from '../../support/tls-bytes.ts';
import { serve } from '../../support/wicked-peers.ts';

const authority = await makeAuthority();
const { keyPem, certificatePem } = await authority.issue({ hosts: ['localhost'], key: 'p-256', intermediate: true });
const extraRoots = [authority.certificatePem];
const subjectDeadlineMs = 20_000;

function serveTls(options: TlsOptions = {}): Promise<number> {
  return serve(createTlsServer({ key: keyPem, cert: certificatePem, ...options }, (socket) => socket.end()).on('tlsClientError', () => {}));
}

/** What one look saw, which kept to its deadline. */
async function look(port: number, deadlineMs = subjectDeadlineMs): Promise<SeenTls> {
  const startedMs = performance.now();
  const seen = await lookTls({ port, extraRoots, subjectDeadlineMs: deadlineMs });
  expect(performance.now() - startedMs).toBeLessThan(deadlineMs);
  return seen;
}

type Peers = { readonly [title: string]: (arrival: Arrival) => Treatment };

/** Looks at all of them at once: most of the time they wait. */
async function lookAtAll(server: number, peers: Peers, deadlineMs = subjectDeadlineMs): Promise<{ readonly [title: string]: SeenTls }> {
  const seen = Object.entries(peers).map(async ([title, treat]) => [title, await look((await interfere(server, treat)).port, deadlineMs)]);
  return Object.fromEntries(await Promise.all(seen));
}

function only(take: (nowMs: number) => boolean, otherwise: Treatment): (arrival: Arrival) => Treatment {
  return ({ nowMs }) => (take(nowMs) ? pass : otherwise);
}

const extensionTypes = (hello: Buffer): readonly number[] => [...(decodeHello(hello).extensions?.keys() ?? [])];
const versionOf = (hello: Buffer): number =>
  hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4])) || extensionTypes(hello).includes(43) ? 0x0304 : hello.readUInt16BE(9);

describe('a peer that would show everything, given time,', () => {
  it('is seen as its healthy twin, however few connections it bears', { timeout: 120_000 }, async () => {
    const server = await serveTls();
    const healthy = await look(server);
    expect(offeredBy(healthy)).toEqual(['TLSv1.2', 'TLSv1.3']);
    const loses = seededRandom(1);
    const peers: Peers = {
      'takes 12 connections a second': only(limits.takenWindow(12, 1_000), reset),
      'takes 15 connections a second, and counts those that it refuses': only(limits.slidingWindow(15, 1_000), reset),
      'takes 10 connections at once and 10 a second, and closes the others': only(limits.tokenBucket(10, 10), close),
      'takes one connection at a time': ({ open }) => (open > 1 ? reset : pass),
      'loses every seventh connection': ({ connection }) => (connection % 7 === 0 ? reset : pass),
      'loses every tenth connection on average': () => (loses() < 0.1 ? reset : pass),
      'takes 200 ms for each answer': () => ({ kind: 'pass', afterMs: 200 }),
    };
    // Seven at once, where others want the processor too: the time is what this is not about.
    const seen = await lookAtAll(server, peers, 50_000);
    for (const title of Object.keys(peers)) expect({ [title]: seen[title] }).toEqual({ [title]: healthy });
  });
});

const serverNameType = 0;
const ownName = Buffer.from('localhost').toString('hex');
const unrecognizedName = 112;

/** What it would say to whoever names nobody, or somebody else. SSL 3.0 has no way to name anybody. */
function knowsOneName({ hello }: Arrival): Treatment {
  const named = decodeHello(hello).extensions?.get(serverNameType);
  return versionOf(hello) === 0x0300 || named?.endsWith(ownName) === true ? pass : say(alertRecord(2, unrecognizedName));
}

describe('a peer with a habit of its own', () => {
  it('is seen as its healthy twin, and the habit is told', async () => {
    const server = await serveTls();
    const wanting = await serveTls({ requestCert: true, rejectUnauthorized: true, ca: [authority.certificatePem] });
    const { handshake, ...healthy } = addressOf(await look(server));
    const seen = await lookAtAll(server, {
      'warns first': () => ({ kind: 'pass', first: alertRecord(1, unrecognizedName) }),
      'wants a client certificate': () => ({ kind: 'pass', to: wanting }),
      'knows one name only': knowsOneName,
    });
    expect(addressOf(seenOf(seen, 'warns first'))).toEqual({ ...healthy, handshake, oddities: ['warning-first'] });
    const wanted = { ...handshake, clientCertificateRequested: true };
    expect(addressOf(seenOf(seen, 'wants a client certificate'))).toEqual({ ...healthy, handshake: wanted });
    const refused = { outcome: 'refused', by: 'alert' };
    const names = { none: refused, unknown: refused };
    expect(addressOf(seenOf(seen, 'knows one name only'))).toEqual({ ...healthy, handshake, otherNames: names });
  });

  it('is seen as its twin, as far as it bears hellos', async () => {
    const rsa = await authority.issue({ hosts: ['localhost'], key: 'rsa-2048' });
    const old = { key: rsa.keyPem, cert: rsa.certificatePem, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const [upTo10, upTo12] = await Promise.all([
      serveTls({ ...old, maxVersion: 'TLSv1' }),
      serveTls({ ...old, ciphers: 'AES256-SHA:AES128-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' }),
    ]);
    const [healthy10, healthy12] = (await Promise.all([look(upTo10), look(upTo12)])).map(addressOf);
    const newer = ({ hello }: Arrival): boolean => versionOf(hello) > 0x0301;
    const seen = await lookAtAll(
      upTo10,
      {
        'closes on newer versions': (arrival) => (newer(arrival) ? close : pass),
        'resets newer versions': (arrival) => (newer(arrival) ? reset : pass),
        'drops newer versions': (arrival) => (newer(arrival) ? silence : pass),
        'bears no extension': ({ hello }) =>
          decodeHello(hello).extensions === null ? { kind: 'pass', to: upTo12 } : say(alertRecord(2, 50)),
      },
      16_000,
    );
    for (const [title, by] of [
      ['closes on newer versions', 'close'],
      ['resets newer versions', 'reset'],
    ] as const) {
      const { protocols, ...rest } = addressOf(seenOf(seen, title));
      expect(rest).toEqual({ ...healthy10, protocols: undefined, oddities: ['version-intolerant'] });
      expect(protocols).toEqual({
        ...healthy10?.protocols,
        'TLSv1.1': { outcome: 'refused', by },
        'TLSv1.2': { outcome: 'refused', by },
        'TLSv1.3': { outcome: 'refused', by },
      });
    }
    // Of what it drops nothing is known.
    const dropping = addressOf(seenOf(seen, 'drops newer versions'));
    expect(dropping.protocols).toMatchObject({
      TLSv1: { outcome: 'offered' },
      'TLSv1.2': { outcome: 'fault', fault: { code: 'timeout' } },
    });
    expect(dropping).toMatchObject({ suites: healthy10?.suites, handshake: healthy10?.handshake });
    const bare = addressOf(seenOf(seen, 'bears no extension'));
    expect(bare.oddities).toEqual(['extension-intolerant']);
    expect(Object.values(bare.protocols).map(({ outcome }) => outcome)).toEqual(
      Object.values(healthy12?.protocols ?? {}).map(({ outcome }) => outcome),
    );
    expect(bare.suites['TLSv1.1']).toEqual(healthy12?.suites['TLSv1.1']);
    expect(bare.groups['TLSv1.2']).toMatchObject({ fault: { code: 'unsupported' } });
  });
});

function seenOf(seen: { readonly [title: string]: SeenTls }, title: string): SeenTls {
  const found = seen[title];
  if (found === undefined) throw new Error(`nobody is called ${title}`);
  return found;
}

const checks: { readonly [name: string]: Check } = { versions, strength, weaknesses, profile, trust, expiry, keySize, signature, names };

/** What every check of TLS says of what was seen. A fault is told before any check is asked. */
function verdictsOf(seen: SeenTls): readonly string[] {
  if ('fault' in seen) return [`unknown ${seen.fault.code}`];
  const certificates = certificateChains.derive(certificateChains.schema.parse(seen.fact));
  const facts = { tls: seen.fact, certificates, dns: { name: 'localhost', cnames: [] } };
  const asOf = new Date().toISOString();
  return Object.entries(checks).flatMap(([name, check]) =>
    judgeAll(check, facts, { subject: { ...shop, host: 'localhost' }, asOf }).map(
      (one) => `${name} ${one.interpretation} ${verdictOf(one)}`,
    ),
  );
}

describe('a peer that stops', () => {
  it('passes nothing', async () => {
    const strong = await authority.issue({ hosts: ['localhost'], key: 'rsa-2048' });
    const ciphers = 'TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES256-GCM-SHA384';
    const server = await serveTls({ key: strong.keyPem, cert: strong.certificatePem, ciphers, ecdhCurve: 'P-256:P-384' });
    expect(passesOf(await look(server))).toHaveLength(13);
    const after =
      (most: number, then: Treatment) =>
      ({ connection }: Arrival): Treatment =>
        connection > most ? then : pass;
    const http = say(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const seen = await lookAtAll(
      server,
      {
        'resets after 20': after(20, reset),
        'closes after 20': after(20, close),
        'refuses after 20': after(20, say(alertRecord(2, 40))),
        'denies after 20': after(20, say(alertRecord(2, 49))),
        'is silent after 3': after(3, silence),
        'is silent after 20': after(20, silence),
        'speaks HTTP after 3': after(3, http),
        'speaks HTTP after 20': after(20, http),
        'says garbage after 20': after(20, say(Buffer.from([0, 1, 2, 3, 200, 201, 10, 0]))),
        'refuses everything': after(0, say(alertRecord(2, 40))),
        'understands nothing': after(0, say(alertRecord(2, 50))),
        'needs another version': after(0, say(alertRecord(2, 70))),
      },
      10_000,
    );
    const passed = Object.entries(seen).map(([title, one]) => [title, passesOf(one)]);
    // That it speaks TLS was seen.
    const speaks = ['versions literal pass'];
    expect(Object.fromEntries(passed)).toEqual({
      'resets after 20': speaks,
      'closes after 20': speaks,
      'refuses after 20': speaks,
      'denies after 20': speaks,
      'is silent after 3': [],
      'is silent after 20': speaks,
      'speaks HTTP after 3': [],
      'speaks HTTP after 20': [],
      'says garbage after 20': speaks,
      'refuses everything': [],
      'understands nothing': [],
      'needs another version': [],
    });
  });
});

function passesOf(seen: SeenTls): readonly string[] {
  return verdictsOf(seen).filter((verdict) => verdict.endsWith('pass'));
}

describe('two servers behind one address', () => {
  it('are not taken for one that refuses what only one of them accepts', async () => {
    const rsa = await authority.issue({ hosts: ['localhost'], key: 'rsa-2048' });
    const own = { key: rsa.keyPem, cert: rsa.certificatePem };
    const strong = await serveTls({ ...own, ciphers: 'TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES256-GCM-SHA384' });
    const old = await serveTls({ ...own, ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.2' });
    // What is asked of old versions comes to the strong one, as it may where every second connection does.
    let newest = 0;
    const { port } = await interfere(strong, ({ hello }) => {
      if (versionOf(hello) < 0x0304) return pass;
      newest += 1;
      return newest % 2 === 1 ? pass : { kind: 'pass', to: old };
    });
    const seen = await look(port);
    const unknown = { outcome: 'fault', fault: { code: 'partial' } };
    expect(addressOf(seen).protocols).toMatchObject({ TLSv1: unknown, 'TLSv1.1': unknown, 'TLSv1.3': { outcome: 'offered' } });
    expect(passesOf(seen)).not.toContain('versions intent pass');
    expect(passesOf(seen)).not.toContain('strength literal pass');
  });
});

describe('much of one look', () => {
  it('is borne: a chain of 100 KB', async () => {
    const other = await authority.issue({ hosts: ['padding.example.com'], key: 'rsa-4096' });
    const times = Math.ceil(100_000 / (other.chainDer[0]?.length ?? 1));
    const port = await serveTls({ cert: `${certificatePem.trim()}\n${`${other.leafPem.trim()}\n`.repeat(times)}` });
    const { served, handshake } = addressOf(await look(port));
    expect(served.fault).toBeNull();
    expect(served.chains.map(({ certificates }) => certificates.length)).toEqual([times + 2]);
    expect(handshake).toMatchObject({ protocol: 'TLSv1.3', trust: { trusted: true } });
  });

  it('leaves nothing behind, whatever the peers did', async () => {
    const server = await serveTls();
    const peers = [
      await interfere(server, () => pass),
      await interfere(server, ({ connection }) => (connection % 3 === 0 ? reset : pass)),
      await interfere(server, ({ connection }) => (connection % 5 === 0 ? silence : pass)),
    ];
    const looks = (): Promise<readonly SeenTls[]> => Promise.all(peers.map(({ port }) => look(port, 4_000)));
    await looks();
    const before = heldResources();
    let asked = 0;
    for (const already = peers.reduce((sum, peer) => sum + peer.connections(), 0); asked < 300; ) {
      await looks();
      asked = peers.reduce((sum, peer) => sum + peer.connections(), 0) - already;
    }
    await vi.waitFor(() => expect(peers.map((peer) => peer.open())).toEqual([0, 0, 0]));
    await vi.waitFor(() => expect(heldResources()).toBeLessThanOrEqual(before));
  });
});

/** Sockets, timers and whatever else keeps a process alive. */
function heldResources(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;
}
