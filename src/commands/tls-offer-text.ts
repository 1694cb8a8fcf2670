import { judgeGroupStrength } from '../transport/group-strength.ts';
import { groupOfName } from '../transport/named-groups.ts';
import { labelOfVersion, type ProtocolVersionFacts, protocolVersions } from '../transport/protocol-versions.ts';
import type { Listed, TlsAddress, VersionFact } from '../transport/tls-facts.ts';
import { nameOfAlert } from './alert-names.ts';
import type { Paper } from './text.ts';
import { clean, dim, mark, nothingAccepted, type Section, table, unknownText } from './tls-text.ts';

export function showVersions({ protocols }: Pick<TlsAddress, 'protocols'>, paper: Paper): Section {
  const newestFirst = protocolVersions.toReversed();
  const rows = newestFirst.map((version) => [labelOfVersion(version.name), ...cellsOfVersion(version, protocols[version.name], paper)]);
  return { title: 'Versions', body: table(rows, 4, paper) };
}

function cellsOfVersion({ deprecatedBy }: ProtocolVersionFacts, seen: VersionFact, paper: Paper): readonly string[] {
  if (seen.outcome === 'fault') return [mark('unknown', 'unknown', paper), clean(seen.fault.message)];
  if (seen.outcome === 'refused') return [mark('neutral', 'refused', paper), dim(howRefused(seen), paper)];
  return deprecatedBy === null ? [mark('good', 'accepted', paper), ''] : [mark('bad', 'accepted', paper), `outdated: ${deprecatedBy}`];
}

const silentRefusals = { close: 'it closes', reset: 'it resets', 'other-version': 'it answers in another version' } as const;

function howRefused(seen: Extract<VersionFact, { outcome: 'refused' }>): string {
  return seen.by === 'alert' ? `alert ${nameOfAlert(seen.alert)}` : silentRefusals[seen.by];
}

export function showGroups({ groups, dhBits, protocols }: TlsAddress, paper: Paper): Section {
  const named = (['TLSv1.3', 'TLSv1.2'] as const).flatMap((version) => {
    const list = groups[version];
    return list === undefined ? [] : [[labelOfVersion(version), groupsText(list, paper)]];
  });
  const fields = dhBits.length === 0 ? [] : [['finite fields', dhBits.map((bits) => fieldText(bits, paper)).join(', ')]];
  const rows = [...named, ...fields];
  const isAccepted = Object.values(protocols).some(({ outcome }) => outcome === 'offered');
  const otherwise = isAccepted ? `    ${mark('neutral', 'in no named group', paper)}` : nothingAccepted(protocols, paper);
  return { title: 'Key exchange', body: rows.length === 0 ? otherwise : table(rows, 4, paper) };
}

function groupsText({ accepted, fault }: Listed, paper: Paper): string {
  const [safe, others] = [accepted.filter(isPostQuantum), accepted.filter((name) => !isPostQuantum(name))];
  const names = [...safe, ...others].map((name) => groupText(name, paper));
  const unseen = fault === null ? [] : [unknownText(fault.message, paper, names.length === 0 ? 'unknown:' : 'more: unknown,')];
  return [...names, ...unseen].join(', ') || mark('neutral', 'in no named group', paper);
}

function isPostQuantum(name: string): boolean {
  return groupOfName(name)?.isPostQuantum === true;
}

function groupText(name: string, paper: Paper): string {
  const shown = clean(name);
  if (isPostQuantum(name)) return `${mark('good', shown, paper)} (post-quantum)`;
  const strength = judgeGroupStrength(name);
  if (strength === 'strong') return shown;
  return strength === 'weak' ? `${mark('bad', shown, paper)} (weak)` : `${mark('unknown', shown, paper)} (not known)`;
}

/** RFC 9325 4.5. */
const leastFieldBits = 2048;

function fieldText(bits: number, paper: Paper): string {
  return bits >= leastFieldBits ? `${bits} bits` : `${mark('bad', `${bits} bits`, paper)} (weak)`;
}
