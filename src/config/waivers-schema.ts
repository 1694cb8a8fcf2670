import { z } from 'zod';
import { interpretations } from '../domain/claim.ts';
import { timestamp } from '../domain/time.ts';
import { mistake } from './describe-issue.ts';

const text = z.string().trim().min(1);

/** A date means its first moment in UTC, so `until: 2026-12-24` ends when that day begins; or a time with its offset. */
const moment = z
  .string()
  .refine(
    (written) => z.iso.date().safeParse(written).success || z.iso.datetime({ offset: true }).safeParse(written).success,
    mistake('expected a date or a time', 'write 2026-12-24 (its first moment in UTC) or 2026-12-24T08:00:00Z'),
  )
  .transform((written) => (Number.isNaN(Date.parse(written)) ? written : timestamp(Date.parse(written))));

export const waiverSchema = z.strictObject({
  id: text.max(100),
  check: text,
  subject: text.toLowerCase(),
  interpretations: z
    .array(z.enum(['literal', 'intent']))
    .min(1)
    .default([...interpretations]),
  reason: text,
  requestedBy: text,
  approvedBy: text,
  from: moment,
  until: moment,
});

/** The file as editors know it; the loader reads it entry by entry. */
export const waiversSchema = z.strictObject({ waivers: z.array(waiverSchema) });
export const waiversSections = z.strictObject({ waivers: z.array(z.unknown()) });
