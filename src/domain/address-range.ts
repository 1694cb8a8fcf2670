/** An IP address as a number. An IPv6 address that stands for an IPv4 one (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is that IPv4 address. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** All addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** An IPv4 or IPv6 address as people write it, with or without brackets or a zone (`[fe80::1%eth0]`); null where the text is none. */
export function parseAddress(text: string): IpAddress | null {
  const plain = text.trim().replace(/^\[(.*)\]$/, '$1');
  const whole = parseAsWritten(plain.includes(':') ? plain.replace(/%.+$/, '') : plain);
  if (whole === null || whole.family === 4 || whole.value >> 32n !== mappedPrefix) return whole;
  return { family: 4, value: whole.value & 0xffff_ffffn };
}

/** `192.0.2.0/24`, `2001:db8::/32`, or one address; bits behind the prefix are ignored. Null where the text is none. */
export function parseRange(text: string): AddressRange | null {
  const [network = '', prefix, ...rest] = text.trim().split('/');
  const address = parseAsWritten(network);
  if (address === null || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null;
  const width = widths[address.family];
  const bits = prefix === undefined ? width : Number(prefix);
  if (bits > width) return null;
  const span = (1n << BigInt(width - bits)) - 1n;
  const first = address.value & ~span;
  return withoutMapping({ family: address.family, first, last: first | span });
}

export function isInRange({ family, value }: IpAddress, range: AddressRange): boolean {
  return family === range.family && value >= range.first && value <= range.last;
}

/** Addresses that are somebody's own or of one machine, link or carrier: they say nothing of where a service is (IANA special-purpose registries). */
export function isPrivateAddress(address: IpAddress): boolean {
  return privateRanges.some((range) => isInRange(address, range));
}

const widths = { 4: 32, 6: 128 } as const;
const mappedPrefix = 0xffffn;

const privateRanges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/128',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
].flatMap((text) => parseRange(text) ?? []);

/** Ranges of IPv4 addresses in IPv6 clothes are ranges of IPv4 addresses, since addresses are. */
function withoutMapping(range: AddressRange): AddressRange {
  if (range.family === 4 || range.first >> 32n !== mappedPrefix || range.last >> 32n !== mappedPrefix) return range;
  return { family: 4, first: range.first & 0xffff_ffffn, last: range.last & 0xffff_ffffn };
}

function parseAsWritten(text: string): IpAddress | null {
  const family = text.includes(':') ? 6 : 4;
  const value = family === 6 ? parseSix(text) : parseFour(text);
  return value === null ? null : { family, value };
}

/** Four decimal numbers; a leading zero may mean octal elsewhere, so it is refused. */
function parseFour(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** RFC 4291 section 2.2: eight groups, one run of zeros as `::`, the last two groups perhaps in decimal. */
function parseSix(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === null || head === undefined || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function groupsOf(half: string, isLast: boolean): readonly bigint[] | null {
  if (half === '') return [];
  const parts = half.split(':');
  const end = parts.at(-1) ?? '';
  const four = isLast && end.includes('.') ? parseFour(end) : null;
  const plain = four === null ? parts : parts.slice(0, -1);
  if (!plain.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  const groups = plain.map((part) => BigInt(`0x${part}`));
  return four === null ? groups : [...groups, four >> 16n, four & 0xffffn];
}

/** The same list is judged with for every endpoint: 10,000 ranges take 10 ms to read. */
const readLists = new WeakMap<readonly string[], readonly (AddressRange | null)[]>();

/** As `parseRange`, of a whole list. */
export function parseRanges(texts: readonly string[]): readonly (AddressRange | null)[] {
  const known = readLists.get(texts);
  if (known !== undefined) return known;
  const ranges = texts.map(parseRange);
  readLists.set(texts, ranges);
  return ranges;
}
