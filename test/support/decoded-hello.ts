/** A ClientHello taken apart, by another way than the one by which it is built. */
export interface DecodedHello {
  readonly recordVersion: string;
  readonly messageBytes: number;
  readonly version: string;
  readonly random: string;
  readonly sessionIdBytes: number;
  readonly suites: readonly string[];
  readonly compressions: string;
  /** Content in hexadecimal by number, in the order of the hello; null where there is no list. */
  readonly extensions: ReadonlyMap<number, string> | null;
}

/** Walks over the hexadecimal text; throws where a length does not fit. */
export function decodeHello(record: Buffer): DecodedHello {
  let rest = record.toString('hex');
  const take = (bytes: number): string => {
    if (rest.length < 2 * bytes) throw new Error(`the hello lacks ${bytes - rest.length / 2} bytes`);
    const taken = rest.slice(0, 2 * bytes);
    rest = rest.slice(2 * bytes);
    return taken;
  };
  const number = (bytes: number): number => Number.parseInt(take(bytes), 16);
  const expectRest = (bytes: number): void => {
    if (rest.length !== 2 * bytes) throw new Error(`${rest.length / 2} bytes follow where ${bytes} were said to`);
  };
  if (take(1) !== '16') throw new Error('no handshake');
  const recordVersion = take(2);
  expectRest(number(2));
  const messageBytes = rest.length / 2;
  if (take(1) !== '01') throw new Error('no ClientHello');
  expectRest(number(3));
  const version = take(2);
  const random = take(32);
  const sessionIdBytes = number(1);
  take(sessionIdBytes);
  const suites = take(number(2)).match(/.{4}/g) ?? [];
  const compressions = take(number(1));
  const extensions = rest === '' ? null : new Map<number, string>();
  if (extensions !== null) expectRest(number(2));
  while (extensions !== null && rest !== '') {
    const key = number(2);
    if (extensions.has(key)) throw new Error(`extension ${key} stands there twice`);
    extensions.set(key, take(number(2)));
  }
  return { recordVersion, messageBytes, version, random, sessionIdBytes, suites, compressions, extensions };
}
