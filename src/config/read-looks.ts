import type { LookPlan } from '../domain/plan.ts';
import type { SourceKind } from '../domain/ports.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { suggestName } from './nearest-name.ts';
import type { Path } from './path.ts';
import { readNamedEntries, validateOptions } from './read-entries.ts';
import { lookSchema } from './settings-schema.ts';
import { shown, validate } from './validate.ts';

export interface LookNeeds {
  readonly sources: ReadonlyMap<string, SourceKind>;
  /** What is wrong with a cron expression; null: nothing. */
  readonly validateSchedule: (expression: string) => string | null;
}

export interface ReadLooks {
  readonly looks: readonly LookPlan[];
  /** False where some entry could not be read. */
  readonly complete: boolean;
}

/** What could be read; mistakes are reported. */
export function readLooks(value: unknown, file: ConfigurationFile, needs: LookNeeds): ReadLooks {
  const entries = readNamedEntries(value, file, ['looks']);
  const looks = entries.items.map(([name, entry]) => readLook(name, entry, file, needs));
  const read = looks.filter((look) => look !== null);
  return { looks: read, complete: entries.complete && read.length === looks.length };
}

function readLook(name: string, value: unknown, file: ConfigurationFile, needs: LookNeeds): LookPlan | null {
  const path = ['looks', name];
  const look = validate(lookSchema, value, file, path);
  if (look === undefined) return null;
  const scheduleIsFine = checkSchedule(look.schedule, file, [...path, 'schedule'], needs);
  if (look.deadline < look.subjectDeadline) {
    const message = 'expected at least the subjectDeadline';
    file.report([...path, 'deadline'], { message, remedy: 'raise the deadline, or lower the subjectDeadline (20s unless written)' });
  }
  const source = needs.sources.get(look.source);
  if (source === undefined) {
    const remedy = suggestName(look.source, [...needs.sources.keys()], 'the sources are');
    file.report([...path, 'source'], { message: `there is no source ${JSON.stringify(look.source)}`, remedy });
    return null;
  }
  const options = validateOptions(source.options, look.options, file, [...path, 'options']);
  if (options === undefined || !scheduleIsFine) return null;
  return {
    name,
    source: look.source,
    schedule: look.schedule,
    jitterMs: look.jitter,
    deadlineMs: look.deadline,
    subjectDeadlineMs: look.subjectDeadline,
    concurrency: look.concurrency,
    ...(look.retryUnread === undefined ? {} : { retryUnreadMs: look.retryUnread }),
    options,
  };
}

function checkSchedule(expression: string, file: ConfigurationFile, path: Path, { validateSchedule }: LookNeeds): boolean {
  const fault = validateSchedule(expression);
  if (fault === null) return true;
  const reason = /^\S+(\s+\S+){4,5}$/.test(expression) ? ` (${fault})` : '';
  const message = `expected a cron expression with five or six fields, got ${shown(expression, path)}${reason}`;
  file.report(path, { message, remedy: 'write for example "*/5 * * * *"' });
  return false;
}
