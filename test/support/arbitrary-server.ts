import fc from 'fast-check';
import { suitesOfVersion } from '../../src/transport/cipher-suites.ts';
import { namedGroups } from '../../src/transport/named-groups.ts';
import { type ProtocolVersion, protocolVersions } from '../../src/transport/protocol-versions.ts';
import type { ModelledServer } from './modelled-server.ts';

const groups = namedGroups.map(({ code }) => code);

function suitesOf(version: ProtocolVersion): fc.Arbitrary<readonly number[]> {
  const all = suitesOfVersion(version).map(({ code }) => code);
  return fc.shuffledSubarray(all, { minLength: 1, maxLength: Math.min(all.length, 40) });
}

const suites: fc.Arbitrary<ModelledServer['suites']> = fc.record(
  Object.fromEntries(protocolVersions.map(({ name }) => [name, suitesOf(name)])) as {
    [V in ProtocolVersion]: fc.Arbitrary<readonly number[]>;
  },
  { requiredKeys: [] },
);

/** Any server that there may be; of these quirks. */
export function arbitraryServer(quirks: readonly ModelledServer['quirk'][]): fc.Arbitrary<ModelledServer> {
  return fc.record({
    suites,
    groups: fc.shuffledSubarray(groups, { minLength: 1, maxLength: 12 }),
    order: fc.constantFrom('server', 'client', 'server-but-chacha-first'),
    refusesBy: fc.constantFrom('alert', 'close', 'reset'),
    refusesVersionBy: fc.constantFrom('alert', 'close', 'reset', 'other-version', 'internal-error'),
    quirk: fc.constantFrom(...quirks),
    refusesFallback: fc.boolean(),
    dhBits: fc.constantFrom(1_024, 2_048),
  });
}
