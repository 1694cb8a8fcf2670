import { z } from 'zod';
import { wrapText } from '../src/commands/text.ts';
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
        rule: z.string(),
        isNew: z.boolean(),
        repeat: z.string().nullable(),
        changedBy: z
          .object({ by: z.string(), at: z.string(), operation: z.string().nullable(), target: z.string().nullable().optional() })
          .nullable(),
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
  return `${paint(styles[kind], kind)} (${message.response})  ${shorten(message.title.replace(/^resolved: /, ''))}`;
}

/** A resource by its type and name; its whole id stands in the details. */
function shorten(title: string): string {
  return title.replaceAll(/\/subscriptions\/\S*\/(\S+\/\S+)/g, '$1');
}

export interface Look {
  readonly paint: Screen['paint'];
  /** In columns. */
  readonly width: number;
}

/** The rest of what it says about one subject; of an end, only why. */
export function details({ kind, message }: Told, subject: string, look: Look): readonly string[] {
  const why = ['why', message.reason];
  const about = message.subjects.find((told) => told.subject === subject);
  const pairs = about === undefined || kind === 'resolved' ? [why] : [...findingPairs(about), ...promisePairs(message)];
  return pairs.flatMap(([label = '', text = '']) => labelled(label, text, look));
}

const labelWidth = 10;

/** What is to be copied is never broken. */
function labelled(label: string, text: string, { paint, width }: Look): readonly string[] {
  const indent = ' '.repeat(labelWidth);
  const whole = label === 'see it' ? text : wrapText(text, width - labelWidth, indent);
  return `${paint('dim', label.padEnd(labelWidth))}${whole}`.split('\n');
}

type Subject = Told['message']['subjects'][number];

function findingPairs({ subject, expected, observed, rule, repeat, changedBy }: Subject): readonly (readonly string[])[] {
  const seen = [
    ['subject', subject],
    ['expected', expected],
    ['observed', observed],
    ['rule', rule],
  ];
  return [...seen, ...changePairs(changedBy), ...(repeat === null ? [] : [['see it', repeat]])];
}

function changePairs(changedBy: Subject['changedBy']): readonly (readonly string[])[] {
  if (changedBy === null) return [];
  const { by, at, operation, target } = changedBy;
  const on = target === null || target === undefined ? '' : ` on ${target.split('/').slice(-2).join('/')}`;
  return [['changed', `by ${by} at ${at}${operation === null ? '' : ` with ${operation}`}${on}`]];
}

function promisePairs({ claims, mend }: Told['message']): readonly (readonly string[])[] {
  return [...(mend === null ? [] : [['mend', mend]]), ...claims.map(({ quote }) => ['promised', `"${quote}"`])];
}
