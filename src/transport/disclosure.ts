import { azureRegions, azureServiceMarks, azureServiceSuffixes, internalSuffixes } from './azure-names.ts';
import { findVersions } from './product-versions.ts';

/** What a text or a name tells of the inside. `text` is what was found, with the service's name where it is one (`azurewebsites.net (App Service)`). */
export interface Disclosure {
  readonly what: 'version' | 'region' | 'service' | 'internal-name';
  readonly text: string;
}

/**
 * What a header or a page tells: software with its version, Azure regions and services, and names of an inner network in addresses of pages (`http://app01.corp/`).
 * A header is handed in as one line, `name: value`, since the name can be the product (`X-AspNet-Version: 4.0.30319`); a page as it came, markup included.
 * In order of kind, then as text; each once. Linear in the length of the text. The word Azure, and `x-azure-ref`, are no disclosure.
 */
export function findDisclosures(text: string): readonly Disclosure[] {
  const found: Disclosure[] = findVersions(text).map((version) => ({ what: 'version', text: version }));
  for (const [word] of text.matchAll(/[A-Za-z0-9]+/g)) found.push(...regionOf(word));
  for (const match of text.matchAll(displayNames)) found.push(...regionOfDisplayName(match, text));
  for (const [mark] of text.matchAll(/[A-Za-z]+(?:-[A-Za-z]+)*/g)) found.push(...serviceOfMark(mark));
  for (const [host] of text.matchAll(hostNames)) found.push(...servicesOf(host.toLowerCase()));
  for (const [, host] of text.matchAll(urlHosts))
    if (host !== undefined && (isInternalSuffix(host.toLowerCase()) || isPrivateAddress(host))) found.push(internal(host));
  return unique(found);
}

/**
 * What a host name, or an address, tells: an Azure region in one of its labels (`app-westeurope-01`, `west-europe`), the Azure service that it belongs to, or that it
 * is a name of an inner network (`db01.corp`, one label alone, a private address). `localhost` tells nothing. A wildcard tells what stands below it.
 */
export function findNameDisclosures(name: string): readonly Disclosure[] {
  const host = name.trim().toLowerCase().replace(/^\*\./, '').replace(/\.$/, '');
  if (isAddress(host)) return isPrivateAddress(host) ? [internal(host)] : [];
  const regions = host.split('.').flatMap(regionsOfLabel);
  const isInternal = isInternalSuffix(host) || (!host.includes('.') && host !== '' && host !== 'localhost');
  return unique([...regions, ...servicesOf(host), ...(isInternal ? [internal(host)] : [])]);
}

const regionNames: ReadonlySet<string> = new Set(azureRegions.map((name) => name.replaceAll(' ', '').toLowerCase()));

/** The longest first, or `East US 2` would be read as `East US`. Written as Azure writes them: `east asia` in prose is a part of the world. */
const displayNames = new RegExp(
  `(?<![A-Za-z0-9])(?:${azureRegions
    .toSorted((a, b) => b.length - a.length)
    .join('|')
    .replaceAll(' ', '[ \u00a0]')})(?![A-Za-z0-9])`,
  'g',
);

/** Parts of the world as well, where a shop may deliver: told only as a value (`=West Europe`), or near a word of hosting. */
const geographicNames: ReadonlySet<string> = new Set([
  ...['West Europe', 'North Europe', 'East Asia', 'Southeast Asia', 'Central India', 'South India', 'West India'],
  ...['Central US', 'East US', 'West US', 'Southwest US', 'Southeast US'],
]);
const hostingWords = /region|locat|zone|data ?cent|azure|deploy|hosted/i;
const hostingWordsWithin = 40;

function regionOfDisplayName(match: RegExpExecArray, text: string): readonly Disclosure[] {
  const name = match[0].replaceAll('\u00a0', ' ');
  const before = text.slice(Math.max(0, match.index - hostingWordsWithin), match.index);
  const after = text.slice(match.index + name.length, match.index + name.length + hostingWordsWithin);
  const isValue = /(?:^|[=:] ?["']?)$/.test(before);
  const isTold = !geographicNames.has(name) || isValue || hostingWords.test(before) || hostingWords.test(after);
  return isTold ? [{ what: 'region', text: name }] : [];
}

/** At most 63 characters a label (RFC 1035): also what keeps the search linear. */
const hostNames = /(?<![A-Za-z0-9._-])[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,20}/g;
const urlHosts = /\bhttps?:\/\/([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,20})/gi;

function regionOf(word: string): readonly Disclosure[] {
  return regionNames.has(word.toLowerCase()) ? [{ what: 'region', text: word }] : [];
}

/** Words next to one another count as one too (`west-europe` is `westeurope`), the longest run first: no region has more than four words. */
function regionsOfLabel(label: string): readonly Disclosure[] {
  const words = label.split(/[-_]/);
  const found: Disclosure[] = [];
  for (let start = 0; start < words.length; ) {
    const count = [4, 3, 2, 1].find((each) => regionNames.has(words.slice(start, start + each).join('')));
    if (count !== undefined) found.push({ what: 'region', text: words.slice(start, start + count).join('-') });
    start += count ?? 1;
  }
  return found;
}

function serviceOfMark(mark: string): readonly Disclosure[] {
  const service = azureServiceMarks.get(mark.toLowerCase());
  return service === undefined ? [] : [{ what: 'service', text: `${mark} (${service})` }];
}

function servicesOf(host: string): readonly Disclosure[] {
  if (host.endsWith('.internal.cloudapp.net')) return [];
  const labels = host.split('.');
  for (let start = Math.max(0, labels.length - 6); start < labels.length - 1; start += 1) {
    const suffix = labels.slice(start).join('.');
    const service = azureServiceSuffixes.get(suffix);
    if (service !== undefined) return [{ what: 'service', text: `${suffix} (${service})` }];
  }
  return [];
}

function isInternalSuffix(host: string): boolean {
  const labels = host.split('.');
  return [1, 2, 3].some((count) => internalSuffixes.has(labels.slice(-count).join('.')));
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}

const privateRanges = [
  // RFC 1918, RFC 6598, RFC 3927
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.)/,
  // RFC 4193, RFC 4291
  /^(?:f[cd][\da-f]{2}|fe[89ab][\da-f]):/,
];

/** Also as IPv6 carries one of IPv4 (`::ffff:10.0.0.4`). Loopback is everybody's. */
function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return privateRanges.some((range) => range.test(plain)) && isAddress(plain);
}

function internal(host: string): Disclosure {
  return { what: 'internal-name', text: host };
}

function unique(found: readonly Disclosure[]): readonly Disclosure[] {
  const byKey = new Map(found.map((disclosure) => [`${disclosure.what} ${disclosure.text}`, disclosure]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, disclosure]) => disclosure);
}
