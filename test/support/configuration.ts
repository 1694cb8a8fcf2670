import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import { ConfigurationError } from '../../src/config/configuration-error.ts';
import { type LoadOptions, loadPlan } from '../../src/config/load-plan.ts';
import { type Check, defineCheck } from '../../src/domain/check.ts';
import type { Interpretation } from '../../src/domain/claim.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { ReceiverKind, SourceKind } from '../../src/domain/ports.ts';
import { longestGapMs } from '../../src/engine/schedule.ts';
import { tlsSource } from '../../src/sources/tls/tls-source.ts';

export const badConfig = fileURLToPath(new URL('../bad-config/', import.meta.url));
export const goodFiles = ['claimwatch.yaml', 'claims.yaml', 'waivers.yaml'] as const;

interface CheckShape {
  readonly claim: string;
  readonly interpretations?: readonly Interpretation[];
  readonly parameters?: z.ZodType;
  readonly fact: string;
}

function makeCheck({ claim, interpretations = ['literal', 'intent'], parameters = z.strictObject({}), fact }: CheckShape): Check {
  return defineCheck({
    title: claim,
    claims: [{ claim, interpretations }],
    response: 'ticket',
    parameters,
    subjects: 'endpoint',
    needs: { [fact]: z.object({}) },
    whenNone: 'unknown',
    judge: () => [],
    repeat: () => '',
    mend: '',
  });
}

function makeSource(name: string, options: z.ZodType): SourceKind {
  return { name, options, create: () => ({ name, brings: [name], look: async function* () {} }) };
}

const secret = z.string().superRefine((text, context) => {
  // A careless schema that shows what it was given: the loader must hide it.
  if (!text.startsWith('whsec_')) context.addIssue({ code: 'custom', message: `expected a secret that begins with whsec_, got ${text}` });
});

function makeReceiver(kind: string, options: z.ZodType): ReceiverKind {
  const refuse = () => {
    throw new Error('nothing is sent in these tests');
  };
  return { kind, options, create: refuse };
}

const ratio = z.number().min(0).max(1);
const expiryParameters = z
  .strictObject({ ticketBelowRatio: ratio.default(0.2), pageBelowRatio: ratio.default(0.07) })
  .refine((own) => own.pageBelowRatio <= own.ticketBelowRatio, 'pageBelowRatio must not be greater than ticketBelowRatio');

/** What the other rooms hand in, small. */
export const rooms: Omit<LoadOptions, 'path' | 'environment'> = {
  checks: new Map([
    ['tls-versions', makeCheck({ claim: 'https-everywhere', fact: 'tls' })],
    ['https-redirect', makeCheck({ claim: 'https-everywhere', fact: 'http' })],
    ['tls-certificate-expiry', makeCheck({ claim: 'unreadable-in-transit', fact: 'certificates', parameters: expiryParameters })],
    ['tls-profile', makeCheck({ claim: 'bank-grade', interpretations: ['literal'], fact: 'tls' })],
    ['stray', makeCheck({ claim: 'https-everywere', fact: 'tls' })],
  ]),
  sources: new Map([
    ['tls', makeSource('tls', tlsSource.options)],
    ['http', makeSource('http', z.strictObject({}))],
  ]),
  receivers: new Map([
    ['log', makeReceiver('log', z.strictObject({}))],
    ['webhook', makeReceiver('webhook', z.strictObject({ url: z.url(), secret: z.union([secret, z.array(secret)]) }))],
  ]),
  derivations: new Map([['certificates', 'tls']]),
  azure: azureNeeds,
  validateSchedule: (expression) => {
    if (/^(\S+\s+){4,5}\S+$/.test(expression)) return expression.startsWith('61') ? '61 is no minute' : null;
    return 'expected 5 or 6 fields';
  },
  longestGapMs,
};

/** The good files, with some replaced by these texts, in a folder that is removed afterwards. */
export async function withConfiguration<T>(
  texts: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-config-'));
  try {
    await Promise.all(goodFiles.map((name) => copyFile(join(badConfig, 'good', name), join(folder, name))));
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function load(
  texts: Readonly<Record<string, string | Uint8Array>>,
  environment: LoadOptions['environment'] = {},
): Promise<Plan> {
  return await withConfiguration(texts, (path) => loadPlan({ ...rooms, path, environment }));
}

/** The lines of the refusal; none where the configuration was accepted. */
export async function refusalOf(
  texts: Readonly<Record<string, string | Uint8Array>>,
  environment: LoadOptions['environment'] = {},
): Promise<readonly string[]> {
  try {
    await load(texts, environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.split('\n');
  }
}
