import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { openRooms, type Rooms } from '../src/commands/rooms.ts';
import { endpointShape } from '../src/config/endpoint.ts';
import { registerSchema } from '../src/config/register-schema.ts';
import { checkShape, exclusionSchema, generalShape, lookShape, namePattern, receiverShape } from '../src/config/settings-schema.ts';
import { waiversSchema } from '../src/config/waivers-schema.ts';

/** Where the schemas stand that editors read through the first line of each YAML file. */
const folder = new URL('../config/schema/', import.meta.url);

/** File name -> JSON text, from the schemas that the loader uses. */
export async function buildSchemas(): Promise<ReadonlyMap<string, string>> {
  const rooms = await openRooms();
  return new Map([
    ['claims.schema.json', schemaText('The register of claims', registerSchema)],
    ['claimwatch.schema.json', schemaText('The configuration of claimwatch', mainSchema(rooms))],
    ['waivers.schema.json', schemaText('Accepted risks', waiversSchema)],
  ]);
}

function mainSchema(rooms: Rooms): z.ZodType {
  const checks = [...rooms.checks];
  const entries = checks.map(([id, { title, parameters }]) => {
    const entry = z.strictObject({ ...checkShape, parameters: parameters.optional() });
    return [id, entry.describe(title).optional()] as const;
  });
  const overrides = checks.map(([id, { title, parameters }]) => [id, parameters.describe(title).optional()] as const);
  return z.strictObject({
    ...generalShape,
    endpoints: z.array(z.strictObject({ ...endpointShape, checks: z.strictObject(Object.fromEntries(overrides)).optional() })).optional(),
    scope: z.strictObject({ excluded: z.array(exclusionSchema).optional() }).optional(),
    looks: namedEntries([...rooms.sources.values()].map(({ name, options }) => lookOf(name, options))),
    checks: z.strictObject(Object.fromEntries(entries)).optional(),
    receivers: namedEntries([...rooms.receivers.values()].map(({ kind, options }) => receiverOf(kind, options))),
  });
}

function namedEntries(kinds: readonly z.ZodType[]): z.ZodType {
  return z.record(z.string().regex(namePattern), z.union(kinds)).optional();
}

function lookOf(name: string, options: z.ZodType): z.ZodType {
  return z.strictObject({ ...lookShape, source: z.literal(name), options: options.optional() });
}

function receiverOf(kind: string, options: z.ZodType): z.ZodType {
  if (!(options instanceof z.ZodObject)) throw new Error(`the options of the receiver ${kind} are no object`);
  return z.strictObject({ ...options.shape, ...receiverShape, kind: z.literal(kind) });
}

function schemaText(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
}

/** `--check` writes nothing and fails where what stands differs. */
async function main(only: string | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of await buildSchemas()) {
    const file = new URL(name, folder);
    if (only !== '--check') await writeFile(file, text);
    else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
      console.error(`config/schema/${name} is not what the schemas say; run: node scripts/build-json-schema.ts`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main(process.argv[2]);
