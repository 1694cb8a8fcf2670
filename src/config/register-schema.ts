import { z } from 'zod';
import type { Claim, NotTestable, Standing } from '../domain/claim.ts';
import { mistake } from './describe-issue.ts';

const text = z.string().trim().min(1);
/** To the letter: what stands around it counts. */
const quote = z.string().regex(/\S/, mistake('expected a quote from the policy', 'copy the sentence to the letter'));
const controlIds = z.array(text).default([]);

const standing: z.ZodType<Standing> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('binding') }),
  z.strictObject({ kind: z.literal('text-defect'), defect: text, betterWording: text }),
  z.strictObject({ kind: z.literal('not-testable'), reason: text }),
]);

export const claimSchema: z.ZodType<Claim> = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, mistake('expected an id in kebab-case', 'write for example "encrypted-at-rest"')),
  quotes: z.array(quote).min(1),
  document: z.enum(['security-policy', 'privacy-policy']).default('security-policy'),
  owner: text,
  literal: standing,
  intent: standing,
  intentText: text,
  controls: z.strictObject({ soc2: controlIds, iso27001: controlIds, cisAzure: controlIds, pciDss: controlIds }).prefault({}),
  unchecked: text.exactOptional(),
});

export const notTestableSchema: z.ZodType<NotTestable> = z.strictObject({ quote, reason: text });

/** The file as editors know it; the loader reads it entry by entry. */
export const registerSchema = z.strictObject({ claims: z.array(claimSchema).min(1), notTestable: z.array(notTestableSchema).default([]) });
export const registerSections = z.strictObject({ claims: z.array(z.unknown()).min(1), notTestable: z.array(z.unknown()).default([]) });
