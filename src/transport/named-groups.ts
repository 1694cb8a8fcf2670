/** A group in which keys are exchanged, as the IANA registry of TLS supported groups has it. */
export interface NamedGroup {
  /** On the wire. */
  readonly code: number;
  /** As the registry spells it. */
  readonly name: string;
  /** `lattice`: ML-KEM alone. `hybrid`: ML-KEM beside a curve. */
  readonly kind: 'ec' | 'finite-field' | 'hybrid' | 'lattice';
  /** Of the field, of a hybrid that of its curve; of ML-KEM alone its parameter (768). */
  readonly bits: number;
  /** Nobody who records it today reads it with a quantum computer later. */
  readonly isPostQuantum: boolean;
}

const curves = `
0001 sect163k1 163  0002 sect163r1 163  0003 sect163r2 163  0004 sect193r1 193  0005 sect193r2 193  0006 sect233k1 233  0007 sect233r1 233
0008 sect239k1 239  0009 sect283k1 283  000a sect283r1 283  000b sect409k1 409  000c sect409r1 409  000d sect571k1 571  000e sect571r1 571
000f secp160k1 160  0010 secp160r1 160  0011 secp160r2 160  0012 secp192k1 192  0013 secp192r1 192  0014 secp224k1 224  0015 secp224r1 224
0016 secp256k1 256  0017 secp256r1 256  0018 secp384r1 384  0019 secp521r1 521  001a brainpoolP256r1 256  001b brainpoolP384r1 384
001c brainpoolP512r1 512  001d x25519 255  001e x448 448  001f brainpoolP256r1tls13 256  0020 brainpoolP384r1tls13 384
0021 brainpoolP512r1tls13 512  0022 GC256A 256  0023 GC256B 256  0024 GC256C 256  0025 GC256D 256  0026 GC512A 512  0027 GC512B 512
0028 GC512C 512  0029 curveSM2 256
`;
/** RFC 7919. */
const finiteFields = '0100 ffdhe2048 2048  0101 ffdhe3072 3072  0102 ffdhe4096 4096  0103 ffdhe6144 6144  0104 ffdhe8192 8192';
const lattices = '0200 MLKEM512 512  0201 MLKEM768 768  0202 MLKEM1024 1024';
/** The last two were drafts that browsers and servers shipped. */
const hybrids = `
11eb SecP256r1MLKEM768 256  11ec X25519MLKEM768 255  11ed SecP384r1MLKEM1024 384  11ee curveSM2MLKEM768 256
6399 X25519Kyber768Draft00 255  639a SecP256r1Kyber768Draft00 256
`;

/** In the order of their codes. */
export const namedGroups: readonly NamedGroup[] = [
  ...readTable(curves, 'ec'),
  ...readTable(finiteFields, 'finite-field'),
  ...readTable(lattices, 'lattice'),
  ...readTable(hybrids, 'hybrid'),
];

/** Numbers of the registry that stand for a curve which the peer describes itself (RFC 8422 5.4): over a prime, and over a power of two. */
export const explicitCurves = { prime: 0xff01, binary: 0xff02 } as const;

const byCode: ReadonlyMap<number, NamedGroup> = new Map(namedGroups.map((group) => [group.code, group]));
const byName: ReadonlyMap<string, NamedGroup> = new Map(namedGroups.map((group) => [group.name.toLowerCase(), group]));

/** Null for a number that the registry does not know. */
export function groupOfCode(code: number): NamedGroup | null {
  return byCode.get(code) ?? null;
}

/** `X25519MLKEM768`, in any casing; null for a name that the registry does not know. */
export function groupOfName(name: string): NamedGroup | null {
  return byName.get(name.toLowerCase()) ?? null;
}

function readTable(table: string, kind: NamedGroup['kind']): readonly NamedGroup[] {
  return [...table.matchAll(/([0-9a-f]{4}) (\w+) (\d+)/g)].map(([, code = '', name = '', bits = '']) => ({
    code: Number.parseInt(code, 16),
    name,
    kind,
    bits: Number(bits),
    isPostQuantum: kind === 'hybrid' || kind === 'lattice',
  }));
}
