import fc from 'fast-check';
import type { NetworkPicture, PicturedEntryKind } from '../../src/domain/network-picture.ts';

/** What anybody may have called something. */
const anyName = fc.oneof(
  fc.constantFrom(
    'web',
    'lb-front',
    '</svg>',
    '"><script>alert(1)</script>',
    '&amp;',
    ']]>',
    'W'.repeat(120),
    '  ',
    '\u0000\u202e',
    '雲のサーバー'.repeat(9),
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const kinds: readonly PicturedEntryKind[] = [
  'public-ip',
  'own-addresses',
  'load-balancer',
  'nat-rule',
  'application-gateway',
  'firewall-dnat',
  'unknown',
];
const outcome = fc.constantFrom('exposed', 'narrow', 'unknown');

const entry = fc.record({
  kind: fc.constantFrom(...kinds),
  name: anyName,
  addresses: fc.array(anyName, { maxLength: 3 }),
  isProtected: fc.boolean(),
});
const group = fc.record({
  kind: fc.constantFrom('machine', 'scale-set', 'interface'),
  names: fc.array(anyName, { minLength: 1, maxLength: 5 }),
  arrows: fc.array(
    fc.record({
      to: fc.nat(),
      outcome,
      ports: anyName,
      sources: fc.oneof(fc.constant(''), anyName),
      isAllowed: fc.boolean(),
      because: fc.array(anyName, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});
const subnet = fc.record({
  name: anyName,
  groups: fc.array(group, { minLength: 1, maxLength: 4 }),
  others: fc.oneof(fc.constant(0), fc.nat(2_000)),
});

/** Any picture that keeps its own rules: each arrow has its ends, each group an arrow. */
export const arbitraryPicture: fc.Arbitrary<NetworkPicture> = fc
  .record({
    entries: fc.array(entry, { minLength: 1, maxLength: 8 }),
    subnets: fc.array(subnet, { maxLength: 6 }),
    unlisted: fc.array(anyName, { maxLength: 7 }),
    more: fc.nat(5),
  })
  .map(({ entries, subnets, unlisted, more }) => ({
    entries: entries.map((one, index) => ({ ...one, id: `/entry/${index}` })),
    subnets: subnets.map(({ name, groups, others }, at) => ({
      id: `/subnet/${at}`,
      name,
      others,
      groups: groups.map(({ kind, names }, index) => ({
        id: `/group/${at}/${index}`,
        kind,
        members: names.map((own, member) => ({ id: `/group/${at}/${index}/${member}`, name: own })),
      })),
    })),
    arrows: subnets.flatMap(({ groups }, at) =>
      groups.flatMap(({ arrows }, index) =>
        arrows.map(({ to, ...arrow }) => ({ ...arrow, entry: `/entry/${to % entries.length}`, servers: `/group/${at}/${index}` })),
      ),
    ),
    interfaces: subnets.length * 10 + more,
    notDrawn: { exposed: 0, narrow: more, unknown: 0, latent: more, closed: subnets.length },
    unlisted,
  }));
