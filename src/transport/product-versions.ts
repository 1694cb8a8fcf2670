import { clientProducts, cssSizes, mediaTypes, protocolNames, serverProducts } from './product-names.ts';

/** Every software version that a text names (`nginx/1.22.1`, `ASP.NET Version:4.0.30319`, `IIS 10.0`), as written. Linear in the length of the text. */
export function findVersions(text: string): readonly string[] {
  const tokens = [...text.matchAll(tokenWithVersion)].filter((match) => isDisclosing(match, text));
  const named = [...text.matchAll(namedProduct)].filter((match) => !isPath(match, text));
  const headers = [...text.matchAll(versionHeader)].filter(([, name = '']) => !isHarmless(name));
  const generators = [...text.matchAll(generator)];
  return widest([...tokens, ...named, ...headers, ...generators, ...findInSoftwareHeader(text)]).map(trim);
}

/** Headers that exist to name software: any word with a number with a point is a product in them. */
const softwareHeader =
  /^(?:server|x-server|x-powered-by|x-powered-cms|x-generator|x-servlet-engine|liferay-portal|microsoftsharepointteamservices):/i;
const wordWithNumber = /(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9_+]{0,63})[ /_(-]{1,2}v?\d{1,9}(?:\.\d{1,9}){1,5}[A-Za-z0-9._+~-]{0,63}/g;

function findInSoftwareHeader(text: string): readonly RegExpExecArray[] {
  if (!softwareHeader.test(text)) return [];
  return [...text.matchAll(wordWithNumber)].filter(([, word = '']) => !isHarmless(word));
}

/** Without what stands inside another one: `Tomcat/9.0.1` in `Apache Tomcat/9.0.1`. */
function widest(matches: readonly RegExpExecArray[]): readonly string[] {
  const kept: string[] = [];
  let keptUntil = 0;
  for (const { index, 0: whole } of matches.toSorted((a, b) => a.index - b.index || b[0].length - a[0].length)) {
    const end = index + whole.length;
    if (end <= keptUntil) continue;
    kept.push(whole);
    keptUntil = end;
  }
  return kept;
}

/** `product/version` (RFC 9110 10.1.5). The bounds keep the search linear; none of these is longer in earnest. */
const tokenWithVersion = /(?<![A-Za-z0-9_/%-])([A-Za-z][A-Za-z0-9_.+-]{1,63})\/(v?\d[A-Za-z0-9._+~-]{0,63})/g;

const literalNames = serverProducts
  .toSorted((a, b) => b.length - a.length)
  .map((name) => name.replace(/[.+]/g, '\\$&').replaceAll(' ', '[ \u00a0]'))
  .join('|');

/** A product that we know, and within a few signs (`(`, ` Version:`, `&nbsp;`) a number with a point. */
const namedProduct = new RegExp(
  `(?<![A-Za-z0-9_/.-])(?:${literalNames})(?:\\(R\\)|&reg;|®|!)?(?: |&nbsp;|\u00a0|-|\\()?(?:version)?(?::|=|/|\\()?(?: |&nbsp;|\u00a0)?v?\\d{1,9}(?:\\.\\d{1,9}){1,4}[A-Za-z0-9._+~-]{0,63}`,
  'gi',
);

/** A header that is named after a version (`X-Umbraco-Version: 10.3`). */
const versionHeader = /^([A-Za-z][A-Za-z0-9-]{0,63})-version: ?v?\d{1,9}(?:\.\d{1,9}){1,5}[A-Za-z0-9._+~-]{0,63}/gim;

/** What a page says that it was made with; here a bare number is a version too (`Drupal 10`). */
const generator = /(?<=^(?:x-)?generator: ?|generator["'] content=["'])[A-Za-z][A-Za-z0-9!._ -]{0,40} v?\d[A-Za-z0-9._-]{0,30}/gim;

/** A bare number is a version only after a name that we know: `page/2` is none. */
function isDisclosing(match: RegExpExecArray, text: string): boolean {
  const [, product = '', version = ''] = match;
  const name = product.toLowerCase();
  if (isPath(match, text) || isHarmless(name)) return false;
  if (serverProducts.includes(name)) return true;
  const isHost = name.includes('.');
  return !isHost && /^v?\d+\.\d/.test(version);
}

function isHarmless(name: string): boolean {
  const words = name.toLowerCase();
  const last = words.replace(/^.*-/, '');
  return [words, last].some((word) => protocolNames.has(word) || mediaTypes.has(word) || clientProducts.has(word) || cssSizes.has(word));
}

/** A part of an address or the name of a file (`lib/1.2.3.min.js`, `jquery/3.6.0/jquery.js`, `href="posts/1.2"`). */
function isPath(match: RegExpExecArray, text: string): boolean {
  const [whole] = match;
  const before = text.slice(Math.max(0, match.index - 12), match.index);
  return (
    text[match.index + whole.length] === '/' ||
    /\.(?:m?js|css|map|html?|json|xml|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|pdf|zip|gz|aspx|php)$/i.test(whole) ||
    /(?:href|src|action|url)\s?[=(]\s?["']?$/i.test(before)
  );
}

function trim(token: string): string {
  return token.replace(/[._+~-]+$/, '');
}
