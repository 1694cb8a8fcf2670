import { type CipherSuite, suiteOfName } from '../transport/cipher-suites.ts';
import { labelOfVersion, type ProtocolVersion, protocolVersions } from '../transport/protocol-versions.ts';
import type { SuitesOfVersion, TlsAddress } from '../transport/tls-facts.ts';
import type { Paper } from './text.ts';
import { clean, dim, mark, nothingAccepted, type Section, table, unknownLine } from './tls-text.ts';

/** Versions with the very same list stand together. */
export function showSuites({ suites, protocols }: TlsAddress, paper: Paper): Section {
  const lists = protocolVersions.toReversed().flatMap(({ name }) => {
    const list = suites[name];
    return list === undefined ? [] : [{ name, list }];
  });
  const alike = [...Map.groupBy(lists, ({ list }) => JSON.stringify(list)).values()];
  const blocks = alike.flatMap((same) =>
    same.slice(0, 1).map(({ list }) =>
      showList(
        same.map(({ name }) => name),
        list,
        paper,
      ),
    ),
  );
  return { title: 'Cipher suites', body: blocks.length > 0 ? blocks.join('\n') : nothingAccepted(protocols, paper) };
}

function showList(versions: readonly ProtocolVersion[], list: SuitesOfVersion, paper: Paper): string {
  const heading = `    ${versions.map(labelOfVersion).join(', ')}${orderOf(list)}`;
  const titles = ['', 'bits', 'suite', 'keys by', ''].map((title) => dim(title, paper));
  const suites = list.accepted.map((name) => ({ name, suite: suiteOfName(name) }));
  const sorted = suites.toSorted((a, b) => rankOf(b, list.preferred) - rankOf(a, list.preferred));
  const rows = sorted.map((each) => cellsOfSuite(each, each.name === list.preferred, paper));
  return [heading, ...(rows.length === 0 ? [] : [table([titles, ...rows], 4, paper)]), ...blindnessOf(list, paper)].join('\n');
}

function orderOf({ order, accepted, fault }: SuitesOfVersion): string {
  if (order === 'server') return ", in the server's order";
  if (order === 'client') return ", in the client's order";
  return accepted.length > 1 || fault !== null ? ', in an order that is not known' : '';
}

interface NamedSuite {
  readonly name: string;
  readonly suite: CipherSuite | null;
}

/** What it prefers, then the strongest, last what is broken. */
function rankOf({ name, suite }: NamedSuite, preferred: string | null): number {
  if (name === preferred) return 10_000;
  if (suite === null) return -1;
  return suite.brokenBy === null ? 1_000 + suite.keyBits : suite.keyBits;
}

function cellsOfSuite({ name, suite }: NamedSuite, isPreferred: boolean, paper: Paper): readonly string[] {
  const preferred = isPreferred ? ['preferred'] : [];
  if (suite === null) return [mark('unknown', '', paper), '', clean(name), '', [...preferred, 'not in the registry'].join(', ')];
  const { brokenBy, keyBits, isForwardSecret } = suite;
  const notes =
    brokenBy === null
      ? [...(keyBits < 256 ? ['below 256'] : []), ...(isForwardSecret ? [] : ['no forward secrecy'])]
      : [`broken: ${shortRule(brokenBy)}`];
  return [brokenBy === null ? ' ' : mark('bad', '', paper), String(keyBits), name, exchangeOf(suite), [...preferred, ...notes].join(', ')];
}

/** `RFC 9325 4.1, NIST SP 800-131A Revision 2 (blocks of 64 bits)` to `RFC 9325 4.1`: the verdict says it whole. */
function shortRule(rule: string): string {
  return rule.replace(/(, | \().*$/, '');
}

/** `ECDHE`, `RSA`, `ECDH_anon`; of TLS 1.3 the suite does not say, and it is always one of the groups. */
function exchangeOf({ name, isModern }: CipherSuite): string {
  if (isModern) return 'any group';
  const [, exchange = ''] = /^TLS_(.+?)_WITH_/.exec(name) ?? [];
  return exchange.replace(/^((?:EC)?DHE?)_(?:RSA|ECDSA|DSS)/, '$1');
}

function blindnessOf({ accepted, fault }: SuitesOfVersion, paper: Paper): readonly string[] {
  if (fault === null) return [];
  return [unknownLine(accepted.length === 0 ? 'which suites: unknown,' : 'more suites: unknown,', fault.message, 4, paper)];
}
