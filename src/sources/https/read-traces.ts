import type { Fault } from '../../domain/fault.ts';
import { type Disclosure, findDisclosures } from '../../transport/disclosure.ts';
import type { Answer, Page } from '../http/exchange.ts';
import { readLocation } from '../http/read-location.ts';

/** What an answer tells of the software behind it. */
export type AnswerTraces = {
  /** Headers that exist to name software, with their values as they came. */
  readonly products: readonly { readonly header: string; readonly value: string }[];
  /** What else tells something: the text that does, and nothing around it. */
  readonly disclosures: readonly FoundDisclosure[];
  /** Why the page could not be searched, where it should have been. */
  readonly pageFault?: Pick<Fault, 'code' | 'message'>;
};

export type FoundDisclosure = {
  /** `body`, or `header <name>`. */
  readonly where: string;
  readonly what: Disclosure['what'];
  readonly text: string;
};

/** Their values are names of software and hold nothing that changes from look to look. */
const productHeaders: ReadonlySet<string> = new Set([
  'server',
  'x-powered-by',
  'x-powered-cms',
  'x-generator',
  'x-aspnet-version',
  'x-aspnetmvc-version',
]);

/** Of each kind, so that many of one do not hide another; a check needs one to fail. */
const mostOfAKind = 10;

export function readTraces(answer: Answer): AnswerTraces {
  const products = answer.headers.filter(([name]) => productHeaders.has(name)).map(([header, value]) => ({ header, value }));
  const ofHeaders = answer.headers
    .filter(([name]) => !productHeaders.has(name))
    .flatMap(([name, value]) => locate(`header ${name}`, `${name}: ${withoutSecrets(name, value)}`));
  const { text, fault } = readPage(answer);
  // UTF-16 and UTF-32 put them between the letters.
  const ofPage = locate('body', text.replaceAll('\u0000', ''));
  const pageFault = fault === undefined ? {} : { pageFault: fault };
  return { products: sortUnique(products), disclosures: shorten(sortUnique([...ofHeaders, ...ofPage])), ...pageFault };
}

function readPage({ headers, page }: Answer): Page {
  if (page === null || page.text === '') return page ?? { text: '' };
  const encoding = headers.find(([name, value]) => name === 'content-encoding' && value.trim().toLowerCase() !== 'identity');
  return encoding === undefined
    ? page
    : { text: '', fault: { code: 'unsupported', message: 'the page is compressed, which was not asked for' } };
}

function locate(where: string, text: string): readonly FoundDisclosure[] {
  return findDisclosures(text).map(({ what, text: found }) => ({ where, what, text: found }));
}

/** The value of a cookie is searched for nothing; its name and its attributes (`Domain=`) are. */
function withoutSecrets(name: string, value: string): string {
  if (name === 'set-cookie') return value.replace(/=[^;]*/, '=');
  return name === 'location' || name === 'content-location' ? readLocation(value) : value;
}

function shorten(found: readonly FoundDisclosure[]): readonly FoundDisclosure[] {
  return Object.values(Object.groupBy(found, ({ what }) => what)).flatMap((own) => own.slice(0, mostOfAKind));
}

/** In an order of its own: some servers tell their headers in another one each time. */
function sortUnique<T extends object>(found: readonly T[]): readonly T[] {
  const byText = new Map(found.map((each) => [JSON.stringify(each), each]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
