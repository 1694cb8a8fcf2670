import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import type { Listed, SuitesOfVersion, VersionFact } from '../../transport/tls-facts.ts';
import { addHiddenGroups, auditGroups, suitesForGroups } from './audit-groups.ts';
import { isAccepted, type Notes } from './audit-notes.ts';
import { auditSuites } from './audit-suites.ts';
import type { Eliminated } from './eliminate.ts';
import type { HelloForm } from './hello-forms.ts';
import { joinAll, listed, nameOfGroup } from './listed.ts';
import { isNotUnderstood, type OpenedVersion, openInForm, openVersion } from './open-version.ts';
import { isHangUp } from './pacing.ts';
import { isSilentRefusal, protocolVersionAlert } from './version-probes.ts';

export interface AuditedVersion {
  readonly opened: OpenedVersion;
  readonly suites: SuitesOfVersion | null;
  readonly groups: Listed | null;
}

/** Everything that the peer would agree to in one version. */
export async function auditVersion(notes: Notes, version: ProtocolVersion, serverName: string | null): Promise<AuditedVersion> {
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
export async function auditAgain(notes: Notes, audited: AuditedVersion, serverName: string | null): Promise<AuditedVersion> {
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
export async function auditInOtherForms(
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
