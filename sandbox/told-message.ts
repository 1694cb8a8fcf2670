import { z } from 'zod';
import type { Screen } from './screen.ts';

/** What the demo reads of a webhook's body. */
const toldSchema = z.object({
  type: z.enum(['claimwatch.alert.firing', 'claimwatch.alert.update', 'claimwatch.alert.resolved', 'claimwatch.notice']),
  data: z.object({
    alertId: z.string().nullable(),
    title: z.string(),
    reason: z.string(),
    response: z.string(),
    check: z.string().nullable(),
    claims: z.array(z.object({ id: z.string(), quote: z.string() })),
    subjects: z.array(
      z.object({
        subject: z.string(),
        expected: z.string(),
        observed: z.string(),
        isNew: z.boolean(),
        repeat: z.string().nullable(),
        changedBy: z.object({ by: z.string(), at: z.string(), operation: z.string().nullable() }).nullable(),
      }),
    ),
    mend: z.string().nullable(),
  }),
});

export interface Told {
  readonly kind: 'firing' | 'update' | 'resolved' | 'notice';
  readonly message: Readonly<z.infer<typeof toldSchema>['data']>;
}

const kinds = {
  'claimwatch.alert.firing': 'firing',
  'claimwatch.alert.update': 'update',
  'claimwatch.alert.resolved': 'resolved',
  'claimwatch.notice': 'notice',
} as const;

/** Null where the body is not one of claimwatch's. */
export function readTold(body: unknown): Told | null {
  const parsed = toldSchema.safeParse(body);
  return parsed.success ? { kind: kinds[parsed.data.type], message: parsed.data.data } : null;
}

export function isAbout({ message }: Told, subject: string): boolean {
  return message.subjects.some((told) => told.subject === subject);
}

/** One line: what it is about. */
export function headline({ kind, message }: Told, paint: Screen['paint']): string {
  const styles = { firing: 'red', update: 'yellow', resolved: 'green', notice: 'cyan' } as const;
  return `${paint(styles[kind], kind)} (${message.response})  ${message.title.replace(/^resolved: /, '')}`;
}

/** The rest of what it says about one subject, as indented lines; of an end, only why. */
export function details({ kind, message }: Told, subject: string, paint: Screen['paint']): readonly string[] {
  const why = ['why', message.reason];
  const about = message.subjects.find((told) => told.subject === subject);
  const lines = about === undefined || kind === 'resolved' ? [why] : [why, ...findingLines(about), ...promiseLines(message)];
  return lines.map(([label = '', text = '']) => `    ${paint('dim', label.padEnd(8))}  ${text}`);
}

type Subject = Told['message']['subjects'][number];

function findingLines({ expected, observed, repeat, changedBy }: Subject): readonly (readonly string[])[] {
  return [['expected', expected], ['observed', observed], ...changeLines(changedBy), ...(repeat === null ? [] : [['see it', repeat]])];
}

function changeLines(changedBy: Subject['changedBy']): readonly (readonly string[])[] {
  if (changedBy === null) return [];
  const { by, at, operation } = changedBy;
  return [['changed', `by ${by} at ${at}${operation === null ? '' : ` with ${operation}`}`]];
}

function promiseLines({ claims, mend }: Told['message']): readonly (readonly string[])[] {
  return [...(mend === null ? [] : [['mend', mend]]), ...claims.map(({ quote }) => ['promised', `"${quote}"`])];
}
