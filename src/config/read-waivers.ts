import { subjectFromId } from '../domain/resource-id.ts';
import { epochMs } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { suggestName } from './nearest-name.ts';
import type { Path } from './path.ts';
import { validate } from './validate.ts';
import { waiverSchema, waiversSections } from './waivers-schema.ts';

/** What a waiver may name. */
export interface WaiverTargets {
  readonly checks: readonly string[];
  /** Null: the endpoints could not be read, so nothing is said about subjects. */
  readonly subjects: readonly string[] | null;
  /** Looks find subjects of their own, which are not known here. */
  readonly discovers: boolean;
}

const longestMs = 366 * 86_400_000;

/** What could be read; mistakes are reported. */
export function readWaivers(file: ConfigurationFile, targets: WaiverTargets): readonly Waiver[] {
  if (file.value === undefined) return [];
  const sections = validate(waiversSections, file.value, file, []);
  const seen = new Map<string, number>();
  return (sections?.waivers ?? []).flatMap((written, index) => {
    const path = ['waivers', index];
    const waiver = validate(waiverSchema, written, file, path);
    if (waiver === undefined) return [];
    const earlier = seen.get(waiver.id);
    if (earlier !== undefined) {
      file.report([...path, 'id'], {
        message: `the id "${waiver.id}" stands at waivers[${earlier}] too`,
        remedy: 'give one of the two another id',
      });
    }
    seen.set(waiver.id, index);
    checkPeople(waiver, file, path);
    checkTime(waiver, file, path);
    checkTargets(waiver, targets, file, path);
    return [waiver];
  });
}

function checkPeople(waiver: Waiver, file: ConfigurationFile, path: Path): void {
  if (waiver.approvedBy.toLowerCase() !== waiver.requestedBy.toLowerCase()) return;
  file.report([...path, 'approvedBy'], {
    message: `expected someone other than who asked, got ${JSON.stringify(waiver.approvedBy)} twice`,
    remedy: 'have another person approve it',
  });
}

function checkTime({ from, until }: Waiver, file: ConfigurationFile, path: Path): void {
  const lengthMs = epochMs(until) - epochMs(from);
  if (lengthMs <= 0) file.report([...path, 'until'], { message: 'expected a time after "from"', remedy: 'write a later date' });
  if (lengthMs > longestMs) {
    file.report([...path, 'until'], {
      message: 'expected at most 366 days after "from"',
      remedy: 'write an earlier date, and waive again when it ends',
    });
  }
}

function checkTargets(waiver: Waiver, targets: WaiverTargets, file: ConfigurationFile, path: Path): void {
  if (!targets.checks.includes(waiver.check)) {
    const remedy = suggestName(waiver.check, targets.checks, 'the checks are');
    file.report([...path, 'check'], { message: `there is no check ${JSON.stringify(waiver.check)}`, remedy });
  }
  if (targets.subjects === null || waiver.subject === '*' || targets.subjects.includes(waiver.subject)) return;
  if (targets.discovers && subjectFromId(waiver.subject, { httpPort: 80 }) !== null) return;
  const remedy = suggestSubject(waiver.subject, targets.subjects);
  file.report([...path, 'subject'], { message: `nothing in scope is called ${JSON.stringify(waiver.subject)}`, remedy });
}

function suggestSubject(got: string, subjects: readonly string[]): string {
  const withPort = subjects.find((subject) => subject.startsWith(`${got}:`));
  if (withPort !== undefined) return `did you mean ${JSON.stringify(withPort)}?`;
  return suggestName(got, subjects.slice(0, 20), 'write "*" or one of');
}
