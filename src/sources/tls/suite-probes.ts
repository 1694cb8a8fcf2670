import { type CipherSuite, suiteOfCode, suitesOfVersion } from '../../transport/cipher-suites.ts';
import { type ProtocolVersion, protocolVersions, wireVersionOf } from '../../transport/protocol-versions.ts';
import type { HelloOutcome } from './probe-hello.ts';
import { type Faulty, isSilentRefusal, probeOfHello, type Refused, unprovenRefusal, type VersionProbes } from './version-probes.ts';

/**
 * Hellos with some suites only, of a version that was accepted: who accepts one accepts what nothing better was offered beside.
 * `below-256`: sound, with a key of less than 256 bits. `broken`: what nobody should accept. `not-forward-secret-aead`: sound, but without
 * authenticated encryption or forward secrecy; before TLS 1.2 there is nothing else.
 */
export type SuiteOffer = 'below-256' | 'broken' | 'not-forward-secret-aead';

/** What an address does about one offer. `suite`: the one that it selected, by the registry's name. */
export type SuiteProbe = { readonly outcome: 'offered'; readonly suite: string } | Refused | Faulty;

export type SuiteProbes = { readonly [V in ProtocolVersion]?: { readonly [O in SuiteOffer]?: SuiteProbe } };

export interface AskedOffer {
  readonly version: ProtocolVersion;
  readonly offer: SuiteOffer;
  /** In the order in which they are offered; fewer than old firewalls drop (128). */
  readonly suites: readonly number[];
}

const belongs: { readonly [O in SuiteOffer]: (suite: CipherSuite) => boolean } = {
  'below-256': ({ brokenBy, keyBits }) => brokenBy === null && keyBits < 256,
  broken: ({ brokenBy }) => brokenBy !== null,
  'not-forward-secret-aead': ({ brokenBy, isAead, isForwardSecret }) => brokenBy === null && !(isAead && isForwardSecret),
};

const allOffers: readonly AskedOffer[] = protocolVersions.flatMap(({ name: version }) => {
  const offers: readonly SuiteOffer[] =
    version === 'TLSv1.2' ? ['below-256', 'broken', 'not-forward-secret-aead'] : ['below-256', 'broken'];
  return offers.map((offer) => ({
    version,
    offer,
    suites: suitesOfVersion(version)
      .filter(belongs[offer])
      .map(({ code }) => code),
  }));
});

/** What has to be asked of an address that accepts these versions. */
export function offersFor(protocols: VersionProbes): readonly AskedOffer[] {
  return allOffers.filter(({ version }) => protocols[version].outcome === 'offered');
}

export function probeOfOffer({ version, suites }: AskedOffer, hello: HelloOutcome): SuiteProbe {
  if (hello.kind !== 'hello' || hello.wireVersion !== wireVersionOf(version)) {
    const probe = probeOfHello(version, hello);
    return probe.outcome === 'offered' ? against : probe;
  }
  const selected = suites.includes(hello.suite) ? suiteOfCode(hello.suite) : null;
  return selected === null ? against : { outcome: 'offered', suite: selected.name };
}

const against: Faulty = {
  outcome: 'fault',
  fault: { code: 'malformed', message: 'the peer selected a cipher suite that was not offered' },
};

/** A refusal counts only where the version, asked for again last with a hello of the same make, is still accepted (`stillAccepted`). */
export function withProvenSuites(
  asked: readonly { readonly asked: AskedOffer; readonly probe: SuiteProbe }[],
  stillAccepted: ReadonlySet<ProtocolVersion>,
): SuiteProbes {
  const probes: { [V in ProtocolVersion]?: { [O in SuiteOffer]?: SuiteProbe } } = {};
  for (const {
    asked: { version, offer },
    probe,
  } of asked) {
    const isProven = probe.outcome !== 'refused' || stillAccepted.has(version);
    probes[version] = { ...probes[version], [offer]: isProven ? probe : unprovenSuites(probe) };
  }
  return probes;
}

function unprovenSuites(probe: Refused): Faulty {
  if (isSilentRefusal(probe)) return unprovenRefusal(probe, true);
  const message = 'it refused these cipher suites, and then a hello with every suite too, so that the refusal says nothing of them';
  return { outcome: 'fault', fault: { code: 'partial', message } };
}
