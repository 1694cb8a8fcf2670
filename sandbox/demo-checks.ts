import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const packagedSchema = z.object({ checks: z.record(z.string(), z.unknown()) });
const packaged = packagedSchema.parse(parse(await readFile(new URL('../config/claimwatch.yaml', import.meta.url), 'utf8')));

/** Every check of the configuration that is shipped. */
export const demoChecks: readonly string[] = Object.keys(packaged.checks);

const subjectsSchema = z.object({ check: z.object({ subjects: z.union([z.literal('endpoint'), z.object({})]) }) });

/** Those that judge endpoints, configured and found; the others judge resources. */
export const endpointChecks: readonly string[] = (
  await Promise.all(
    demoChecks.map(async (id) => {
      const { check } = subjectsSchema.parse(await import(`../src/checks/${id}.ts`));
      return check.subjects === 'endpoint' ? [id] : [];
    }),
  )
).flat();
