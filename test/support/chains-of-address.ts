/** An address of the fact `certificates` with several chains, as table tests of checks put them together. */

type Facts = object | null;

interface OnWire {
  /** Leaf first; null: cannot be read. */
  readonly certificates: readonly Facts[];
  readonly keyKind?: string;
  readonly order?: object;
}

/** What node:tls saw is the first of `served`, unless said. Leaves get fingerprints by their place. */
export function showing(served: readonly OnWire[], differs: object = {}) {
  const described = served.map(({ certificates, keyKind = 'rsa', order = {} }, index) => ({
    keyKind,
    certificates: certificates.map((facts, place) => ({ facts: facts && { fingerprintSha256: `${index}${place}`.repeat(32), ...facts } })),
    order: { leafIndex: 0, path: certificates.map((_facts, place) => place), end: 'issuer-not-sent', problems: [], ...order },
  }));
  const [first] = described;
  return {
    address: '192.0.2.1',
    chain: first?.certificates.flatMap(({ facts }) => facts ?? []) ?? [],
    served: described,
    servedFault: null,
    servedLooked: true,
    ...differs,
  };
}

/** An RSA chain, and beside it one of ECDSA. */
export function besideEcdsa(rsa: readonly Facts[], ecdsa: readonly Facts[], differs: object = {}, order: object = {}) {
  return showing([{ certificates: rsa }, { certificates: ecdsa, keyKind: 'ecdsa', order }], differs);
}

export const onlyFirst = { path: [0], problems: [{ kind: 'superfluous', indexes: [1] }] };
export const blindToMore = { servedFault: { code: 'throttled', message: 'it hung up' } };
