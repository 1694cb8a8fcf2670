import type { Oddity } from '../../transport/tls-facts.ts';
import { isAccepted, type Notes } from './audit-notes.ts';
import type { OpenedVersion } from './open-version.ts';
import { isSilentRefusal, type VersionProbes } from './version-probes.ts';

/** Sorted. Only what was seen: a refusal that was not proven is none. */
export function findOddities(notes: Notes, opened: readonly OpenedVersion[], protocols: VersionProbes): readonly Oddity[] {
  const accepted = notes.all.filter(isAccepted);
  const found: readonly (readonly [oddity: Oddity, isSeen: boolean])[] = [
    ['extension-intolerant', isInForm(opened, 'bare')],
    ['size-intolerant', isInForm(opened, 'small')],
    ['suite-not-offered', accepted.some(({ hello, answer }) => !hello.suites.includes(answer.suite))],
    ['version-intolerant', hangsUpOnNewer(protocols)],
    ['warning-first', accepted.some(({ answer }) => answer.hadWarning)],
  ];
  return found.filter(([, isSeen]) => isSeen).map(([oddity]) => oddity);
}

/** SSL 3.0 has no extensions that it could not bear. */
function isInForm(opened: readonly OpenedVersion[], form: OpenedVersion['form']): boolean {
  return opened.some((one) => one.probe.outcome === 'offered' && one.form === form && one.version !== 'SSLv3');
}

/** A hello of TLS 1.2 lets the server choose an older version, one of TLS 1.3 does not. */
function hangsUpOnNewer(protocols: VersionProbes): boolean {
  const oldestFirst = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'] as const;
  const newest = oldestFirst.findLastIndex((version) => protocols[version].outcome === 'offered');
  return newest >= 0 && oldestFirst.slice(newest + 1).some((version) => isSilentRefusal(protocols[version]));
}
