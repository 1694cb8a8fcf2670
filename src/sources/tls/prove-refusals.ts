import type { Fault } from '../../domain/fault.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import type { Listed, VersionFact } from '../../transport/tls-facts.ts';
import { acceptedNotes, isHelloOf, type Note, type Notes } from './audit-notes.ts';
import type { OpenedVersion } from './open-version.ts';
import { newestOffered, protocolVersionAlert, type VersionProbes, withProvenRefusals } from './version-probes.ts';

/**
 * Whoever has had enough of us refuses everything. A refusal counts only where the peer, asked again after it, still accepts what it had accepted in that
 * version: some later question may have shown that already. Else the known good hello is asked once more.
 */
export async function findProven(
  notes: Notes,
  opened: readonly OpenedVersion[],
  serverName: string | null,
): Promise<ReadonlySet<ProtocolVersion>> {
  const accepted = opened.filter(({ probe }) => probe.outcome === 'offered');
  const refused = opened.filter(({ probe }) => probe.outcome !== 'offered').map(({ version }) => version);
  const newest = newestOffered(probesOf(opened));
  if (areSeveral(notes, opened, serverName)) return new Set();
  const isProven = await Promise.all(
    accepted.map(async ({ version, accepted: [knownGood] }) => {
      // The newest stands for all those that are not accepted.
      const isNewest = version === newest;
      const sinceAt = lastRefusalAt(notes, new Set(isNewest ? [version, ...refused] : [version]), serverName, isNewest);
      if (acceptedNotes(notes, version, serverName).some(({ askedAt }) => askedAt > sinceAt)) return true;
      return knownGood !== undefined && isHelloOf(await notes.ask(knownGood, 'hello'), version);
    }),
  );
  return new Set(accepted.filter((_one, index) => isProven[index] === true).map(({ version }) => version));
}

/** One server either knows a version or does not: whoever says both is several behind one address, and what one refuses another may accept. */
function areSeveral(notes: Notes, opened: readonly OpenedVersion[], serverName: string | null): boolean {
  const accepted = new Set(opened.filter(({ probe }) => probe.outcome === 'offered').map(({ version }) => version));
  return notes.all
    .filter(({ hello }) => accepted.has(hello.version) && hello.serverName === serverName && !hello.isFallback)
    .some(({ answer }) => answer.kind === 'alert' && answer.alert === protocolVersionAlert);
}

/** `isNewest`: it also stands for what was asked with other names. */
function lastRefusalAt(notes: Notes, versions: ReadonlySet<ProtocolVersion>, serverName: string | null, isNewest: boolean): number {
  const isOurs = ({ hello }: Note): boolean => (hello.serverName === serverName ? versions.has(hello.version) : isNewest);
  return (
    notes.all.findLast((note) => isOurs(note) && !note.hello.isFallback && !isHelloOf(note.answer, note.hello.version))?.answeredAt ?? 0
  );
}

function probesOf(opened: readonly OpenedVersion[]): VersionProbes {
  const of = (version: ProtocolVersion): VersionFact =>
    opened.find((one) => one.version === version)?.probe ?? {
      outcome: 'fault',
      fault: { code: 'defect', message: 'it was not asked for' },
    };
  return { SSLv3: of('SSLv3'), TLSv1: of('TLSv1'), 'TLSv1.1': of('TLSv1.1'), 'TLSv1.2': of('TLSv1.2'), 'TLSv1.3': of('TLSv1.3') };
}

export function proveVersions(
  notes: Notes,
  opened: readonly OpenedVersion[],
  serverName: string | null,
  proven: ReadonlySet<ProtocolVersion>,
): VersionProbes {
  const doubted = areSeveral(notes, opened, serverName) ? opened.map(doubtRefusal) : opened;
  const probes = probesOf(doubted);
  const newest = newestOffered(probes);
  return withProvenRefusals(probes, newest !== null && proven.has(newest));
}

function doubtRefusal(one: OpenedVersion): OpenedVersion {
  return one.probe.outcome === 'refused' ? { ...one, probe: { outcome: 'fault', fault: several } } : one;
}

const several: Fault = { code: 'partial', message: 'several servers answer at this address, not all of which accept the same versions' };

export const noLonger: Fault = { code: 'throttled', message: 'the peer refused, and then no longer took a hello that it had accepted' };

/** What was accepted stays. */
export function proveList<List extends Listed>(list: List, isProven: boolean): List {
  return isProven || list.fault !== null ? list : { ...list, fault: noLonger };
}
