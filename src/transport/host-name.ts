/**
 * Whether a certificate is for a host, by its subject alternative names alone (RFC 9525: the common name counts for nothing).
 * `names` as `certificates` facts hold them (`DNS:shop.example.com`, `IP Address:192.0.2.1`).
 * A wildcard stands for exactly one label, whole and leftmost, under at least two others. An IP address needs an address in the names.
 */
export function certificateCoversHost(names: readonly string[], host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isAddress(bare)) return names.some((name) => coversAddress(name, bare));
  const wanted = plainName(bare);
  return names.some((name) => coversName(name, wanted));
}

/** A last label that is a number is an address, well-formed or not (WHATWG URL): never a name that a wildcard could cover. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /(^|\.)\d+\.?$/.test(host);
}

function coversAddress(name: string, address: string): boolean {
  const prefix = 'IP Address:';
  if (!name.startsWith(prefix)) return false;
  const wanted = plainAddress(address);
  return wanted !== null && wanted === plainAddress(name.slice(prefix.length));
}

/** One text per address (`2001:DB8:0:0:0:0:0:1` and `2001:db8::1` are the same); null where it is none. */
function plainAddress(address: string): string | null {
  if (!address.includes(':')) return /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address : null;
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname : null;
}

function coversName(name: string, wanted: string): boolean {
  const prefix = 'DNS:';
  if (!name.startsWith(prefix)) return false;
  const pattern = name.slice(prefix.length).toLowerCase();
  if (!pattern.startsWith('*.')) return pattern !== '' && !pattern.includes('*') && pattern === wanted;
  const [label, ...parents] = wanted.split('.');
  return label !== undefined && label !== '' && parents.length >= 2 && pattern.slice('*.'.length) === parents.join('.');
}

/** Lower case, without the root's dot, in the form that DNS and certificates use (`xn--`). */
function plainName(host: string): string {
  const name = host.toLowerCase().replace(/\.$/, '');
  const isAscii = /^[\x21-\x7e]*$/.test(name);
  if (isAscii || !URL.canParse(`http://${name}/`)) return name;
  return new URL(`http://${name}/`).hostname;
}
