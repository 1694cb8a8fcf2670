import type { Fault } from '../../domain/fault.ts';
import { type ProtocolVersion, protocolVersions } from '../../transport/protocol-versions.ts';
import type { Answered, Listed, Served, TlsAddress } from '../../transport/tls-facts.ts';
import { askFallback, behaviourOf } from './audit-behaviour.ts';
import { type AskedName, askWithName, describeName, unknownName } from './audit-names.ts';
import { acceptedNotes, type Notes, takeNotes } from './audit-notes.ts';
import { findOddities } from './audit-oddities.ts';
import { servedBefore13 } from './audit-served.ts';
import { type AuditedVersion, auditAgain, auditInOtherForms, auditVersion } from './audit-version.ts';
import type { HelloAsker } from './hello.ts';
import { mergeServed } from './modern-served.ts';
import type { OpenedVersion } from './open-version.ts';
import { findProven, proveList, proveVersions } from './prove-refusals.ts';
import { newestOffered, type VersionProbes } from './version-probes.ts';

export interface AuditOptions {
  /** Null where the host is an address. */
  readonly serverName: string | null;
  /** What shows without a name and with one that nobody has; costs ten hellos. */
  readonly asksOtherNames: boolean;
  /** What only a completed handshake of TLS 1.3 shows; asked where TLS 1.3 is accepted. Null: it stays unknown. */
  readonly readModern: (() => Promise<ModernView>) | null;
}

export interface ModernView {
  readonly served: Served;
  readonly alpn: Answered<string>;
}

export type AuditedAddress = Omit<TlsAddress, 'address' | 'family' | 'addressClass'>;

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
  const asksFallback = askFallback(notes, opened);
  const asksModern = readModern(opened, options);
  const asksNames = isAnyAccepted && options.asksOtherNames && serverName !== null ? askOtherNames(notes, versions) : null;
  const [refusesFallback, modern, otherNames, proven] = await Promise.all([
    asksFallback,
    asksModern,
    asksNames,
    // Last of all that may be refused.
    Promise.resolve(asksNames).then(() => findProven(notes, opened, serverName)),
  ]);
  const protocols = proveVersions(notes, opened, serverName, proven);
  const suites = proveAll(versions, ({ suites: list }) => list, proven);
  const served = servedBefore13(notes, serverName, suites, protocols);
  const behaviour = behaviourOf(notes, serverName, protocols, refusesFallback);
  return {
    protocols,
    suites,
    groups: proveAll(versions, ({ groups }) => groups, proven),
    dhBits: dhBitsOf(notes, serverName),
    behaviour: modern === null || 'is' in behaviour.alpn ? behaviour : { ...behaviour, alpn: modern.alpn },
    served: modern === null ? served : mergeServed(served, modern.served),
    otherNames: serverName === null ? null : describeNames(otherNames, protocols, proven),
    oddities: findOddities(notes, opened, protocols),
    plaintext: firstLineOf(notes),
  };
}

/** Null: there is nothing to see. What an older version showed need not be all: its suites may go with fewer kinds of keys. */
async function readModern(opened: readonly OpenedVersion[], options: AuditOptions): Promise<ModernView | null> {
  const isModern = opened.some(({ version, probe }) => version === 'TLSv1.3' && probe.outcome === 'offered');
  return isModern && options.readModern !== null ? await options.readModern() : null;
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
  // Where it says something else to each hello, the order of the answers must not decide.
  return lines.toSorted()[0] ?? null;
}
