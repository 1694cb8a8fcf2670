import type { Fault } from '../../domain/fault.ts';
import { type ProtocolVersion, protocolVersions } from '../../transport/protocol-versions.ts';
import type { Answered, Listed, Served, SuitesOfVersion, TlsAddress, VersionFact } from '../../transport/tls-facts.ts';
import { askFallback, behaviourOf } from './audit-behaviour.ts';
import { addHiddenGroups, auditGroups, suitesForGroups } from './audit-groups.ts';
import { type AskedName, askWithName, describeName, unknownName } from './audit-names.ts';
import { acceptedNotes, isAccepted, type Notes, takeNotes } from './audit-notes.ts';
import { findOddities } from './audit-oddities.ts';
import { servedBefore13 } from './audit-served.ts';
import { auditSuites } from './audit-suites.ts';
import type { Eliminated } from './eliminate.ts';
import type { HelloAsker } from './hello.ts';
import type { HelloForm } from './hello-forms.ts';
import { joinAll, listed, nameOfGroup } from './listed.ts';
import { isNotUnderstood, type OpenedVersion, openInForm, openVersion } from './open-version.ts';
import { isHangUp } from './pacing.ts';
import { findProven, proveList, proveVersions } from './prove-refusals.ts';
import { isSilentRefusal, newestOffered, protocolVersionAlert, type VersionProbes } from './version-probes.ts';

export interface AuditOptions {
  /** Null where the host is an address. */
  readonly serverName: string | null;
  /** What shows without a name and with one that nobody has; costs ten hellos. */
  readonly asksOtherNames: boolean;
  /** What only a completed handshake of TLS 1.3 shows; asked where TLS 1.3 is accepted and nothing older is. Null: it stays unknown. */
  readonly readModern: (() => Promise<ModernView>) | null;
}

export interface ModernView {
  readonly served: Served;
  readonly alpn: Answered<string>;
}

export type AuditedAddress = Omit<TlsAddress, 'address' | 'family' | 'addressClass'>;

interface AuditedVersion {
  readonly opened: OpenedVersion;
  readonly suites: SuitesOfVersion | null;
  readonly groups: Listed | null;
}

/** Everything that one address would agree to. What can be asked at once is asked at once: the asker knows how much it may. */
export async function auditAddress(asker: HelloAsker, options: AuditOptions): Promise<AuditedAddress> {
  const notes = takeNotes(asker);
  const { serverName } = options;
  const names = protocolVersions.map(({ name }) => name);
  const asked = await Promise.all(names.map((version) => auditVersion(notes, version, serverName)));
  const reopened = await Promise.all(asked.map((one) => auditAgain(notes, one, serverName)));
  const versions = await auditInOtherForms(notes, reopened, serverName);
  const opened = versions.map((one) => one.opened);
  const isAnyAccepted = opened.some(({ probe }) => probe.outcome === 'offered');
  const [refusesFallback, otherNames, modern] = await Promise.all([
    askFallback(notes, opened),
    isAnyAccepted && options.asksOtherNames && serverName !== null ? askOtherNames(notes, versions) : null,
    isOnlyModern(opened) ? readModern(options) : null,
  ]);
  const proven = await findProven(notes, opened, serverName);
  const protocols = proveVersions(opened, proven);
  const suites = proveAll(versions, ({ suites: list }) => list, proven);
  const behaviour = behaviourOf(notes, serverName, protocols, refusesFallback);
  return {
    protocols,
    suites,
    groups: proveAll(versions, ({ groups }) => groups, proven),
    dhBits: dhBitsOf(notes, serverName),
    behaviour: modern === null ? behaviour : { ...behaviour, alpn: modern.alpn },
    served: modern?.served ?? servedBefore13(notes, serverName, suites, protocols),
    otherNames: serverName === null ? null : describeNames(otherNames, protocols, proven),
    oddities: findOddities(notes, opened, protocols),
    plaintext: firstLineOf(notes),
  };
}

async function auditVersion(notes: Notes, version: ProtocolVersion, serverName: string | null): Promise<AuditedVersion> {
  return await auditOpened(notes, await openVersion(notes, version, serverName), serverName);
}

async function auditOpened(notes: Notes, opened: OpenedVersion, serverName: string | null): Promise<AuditedVersion> {
  if (opened.probe.outcome !== 'offered') return { opened, suites: null, groups: null };
  const asksSuites = auditSuites(notes, opened, serverName);
  const [suites, found] = await Promise.all([asksSuites, askGroups(notes, opened, serverName, asksSuites)]);
  if (found === null) return { opened, suites, groups: null };
  return { opened, suites, groups: listed(await addHiddenGroups(notes, opened, serverName, found, suites), nameOfGroup) };
}

/** Who hung up before anything was accepted, hung up on us rather than on this version, for all that was known then. */
async function auditAgain(notes: Notes, audited: AuditedVersion, serverName: string | null): Promise<AuditedVersion> {
  const { version, probe } = audited.opened;
  const firstAcceptedAt = notes.all.find(isAccepted)?.answeredAt ?? 0;
  const hungUpBefore = notes.all.some(
    ({ hello, answer, answeredAt }) => hello.version === version && isHangUp(answer) && answeredAt < firstAcceptedAt,
  );
  return isSilentRefusal(probe) && hungUpBefore ? await auditVersion(notes, version, serverName) : audited;
}

/** Null: the version has no groups of its own. */
async function askGroups(
  notes: Notes,
  opened: OpenedVersion,
  serverName: string | null,
  suites: Promise<SuitesOfVersion>,
): Promise<Eliminated | null> {
  if (opened.version !== 'TLSv1.2' && opened.version !== 'TLSv1.3') return null;
  const known = opened.form === 'full' || opened.version === 'TLSv1.3' ? null : await suites;
  const found = await auditGroups(notes, opened, serverName, suitesForGroups(opened, known));
  // Where not all suites are known, another may have had a group.
  return known === null || known.fault === null ? found : joinAll([found, { accepted: [], faults: [known.fault] }]);
}

/**
 * A peer that bears only some hellos may have refused other versions for how they were asked for. Where nothing was accepted, every refusal may be about
 * that.
 */
async function auditInOtherForms(
  notes: Notes,
  asked: readonly AuditedVersion[],
  serverName: string | null,
): Promise<readonly AuditedVersion[]> {
  const form = formsOf(asked).find((one) => one === 'bare' || one === 'small');
  const isAnyAccepted = asked.some(({ suites }) => suites !== null);
  if (isAnyAccepted && form === undefined) return asked;
  return await Promise.all(
    asked.map(async (one) => {
      const { probe, version } = one.opened;
      if (form === undefined ? !isSpokenRefusal(probe) : !isNotUnderstood(probe)) return one;
      if (version === 'TLSv1.3' && form !== 'small') return one;
      const opened = await openInForm(notes, version, serverName, form ?? 'bare');
      return opened === null ? one : await auditOpened(notes, opened, serverName);
    }),
  );
}

function formsOf(asked: readonly AuditedVersion[]): readonly HelloForm[] {
  return asked.filter(({ opened }) => opened.probe.outcome === 'offered' && opened.version !== 'SSLv3').map(({ opened }) => opened.form);
}

function isSpokenRefusal(probe: VersionFact): boolean {
  return probe.outcome === 'refused' && probe.by === 'alert' && probe.alert !== protocolVersionAlert;
}

function isOnlyModern(opened: readonly OpenedVersion[]): boolean {
  const accepted = opened.filter(({ probe }) => probe.outcome === 'offered');
  return accepted.length === 1 && accepted[0]?.version === 'TLSv1.3';
}

async function readModern({ readModern: read }: AuditOptions): Promise<ModernView | null> {
  return read === null ? null : await read();
}

/** Of each version in which something was listed. */
function proveAll<List extends Listed>(
  versions: readonly AuditedVersion[],
  listOf: (audited: AuditedVersion) => List | null,
  proven: ReadonlySet<ProtocolVersion>,
): { readonly [V in ProtocolVersion]?: List } {
  const found: { [V in ProtocolVersion]?: List } = {};
  for (const audited of versions) {
    const { version } = audited.opened;
    const list = listOf(audited);
    if (list !== null) found[version] = proveList(list, proven.has(version));
  }
  return found;
}

function dhBitsOf(notes: Notes, serverName: string | null): readonly number[] {
  const flights = protocolVersions.flatMap(({ name }) => acceptedNotes(notes, name, serverName));
  return [...new Set(flights.flatMap(({ answer }) => answer.dhBits ?? []))].toSorted((a, b) => a - b);
}

interface AskedNames {
  readonly none: readonly AskedName[];
  readonly unknown: readonly AskedName[];
}

async function askOtherNames(notes: Notes, versions: readonly AuditedVersion[]): Promise<AskedNames> {
  const [none, unknown] = await Promise.all([askWithName(notes, null, versions), askWithName(notes, unknownName, versions)]);
  return { none, unknown };
}

const notAsked: Fault = { code: 'partial', message: 'it was not asked for with another name' };

function describeNames(asked: AskedNames | null, protocols: VersionProbes, proven: ReadonlySet<ProtocolVersion>): TlsAddress['otherNames'] {
  if (asked === null) return { none: { outcome: 'fault', fault: notAsked }, unknown: { outcome: 'fault', fault: notAsked } };
  const newest = newestOffered(protocols);
  const isProven = newest !== null && proven.has(newest);
  return { none: describeName(asked.none, protocols, isProven), unknown: describeName(asked.unknown, protocols, isProven) };
}

function firstLineOf(notes: Notes): string | null {
  const lines = notes.all.flatMap(({ answer }) => (answer.kind === 'foreign' && answer.firstLine !== null ? [answer.firstLine] : []));
  return lines[0] ?? null;
}
