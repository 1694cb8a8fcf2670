import { isIP } from 'node:net';
import { z } from 'zod';
import { responses } from '../domain/finding.ts';
import { mistake } from './describe-issue.ts';
import { durationSchema } from './duration.ts';
import { endpointShape, portSchema } from './endpoint.ts';

/** Names of looks, checks and receivers: they become metric labels and keys. */
export const namePattern = /^[a-z][a-z0-9-]{0,62}$/;

const text = z.string().trim().min(1);
const fileName = text.max(4_096);

/** An address with or without port; IPv6 with a port in brackets. */
function isNameServer(server: string): boolean {
  if (isIP(server) !== 0) return true;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(server) ?? [];
  return isIP(bracketed ?? plain ?? '') !== 0 && portSchema.safeParse(Number(port)).success;
}

const resolverSchema = z
  .array(
    z
      .string()
      .refine(
        (server) => server === 'system' || isNameServer(server),
        mistake('expected "system" or the address of a name server', 'write for example "192.0.2.53" or "192.0.2.53:5353"'),
      ),
  )
  .min(1)
  .refine(
    (servers) => servers.length === 1 || !servers.includes('system'),
    mistake('expected either "system" alone or name servers', 'remove "system" or the others'),
  );

const vantageSchema = z.strictObject({
  name: text.default('local'),
  external: z.boolean().default(false),
  egressAddress: z
    .string()
    .refine((address) => isIP(address) !== 0, mistake('expected an IP address or null', 'write the address that others see'))
    .nullable()
    .default(null),
  resolver: resolverSchema.default(['system']),
});

const alertingSchema = z.strictObject({
  unknownAfter: z
    .strictObject({ runs: z.int().min(1).max(100).default(2), duration: durationSchema('0s', '1d').default(1_800_000) })
    .prefault({}),
  waiverNotice: durationSchema('1h', '90d').default(14 * 86_400_000),
});

/** The settings that stand alone; each has a default. The file's other keys are lists and maps, read entry by entry. */
export const generalShape = {
  mode: z.enum(['observe', 'active']).default('observe'),
  signed: z
    .strictObject({ by: text, on: z.iso.date(mistake('expected a date', 'write YYYY-MM-DD')) })
    .nullable()
    .default(null),
  state: fileName.default('./state'),
  register: fileName.default('claims.yaml'),
  waivers: fileName.default('waivers.yaml'),
  listen: z.strictObject({ host: text.default('127.0.0.1'), port: z.int().min(0).max(65_535).default(9464) }).prefault({}),
  vantage: vantageSchema.prefault({}),
  alerting: alertingSchema.prefault({}),
};
export const sectionNames = ['azure', 'endpoints', 'scope', 'looks', 'checks', 'receivers'] as const;

/** The part of the section `azure` that is not the sources' own. */
export const azureShape = {
  /** How endpoints found in Azure are asked. */
  endpoints: z.strictObject({ port: portSchema.default(443), httpPort: portSchema.default(80) }).prefault({}),
  /** Instead of the sorting that comes with the program. */
  resourceTypes: fileName.exactOptional(),
  /** Azure's own address ranges, as JSON. */
  serviceTags: fileName.exactOptional(),
};

export const anyMap = z.record(z.string(), z.unknown());

export const endpointSchema = z.strictObject({ ...endpointShape, checks: anyMap.default({}) });

export const exclusionSchema = z.strictObject({ subject: text.toLowerCase(), owner: text, reason: text });
export const scopeSchema = z.strictObject({ excluded: z.array(z.unknown()).default([]) });

export const lookShape = {
  source: z.string(),
  schedule: z.string(),
  jitter: durationSchema('0s', '1h').default(0),
  deadline: durationSchema('100ms', '1d').default(50_000),
  subjectDeadline: durationSchema('100ms', '1h').default(20_000),
  concurrency: z.int().min(1).max(1_000).default(16),
  retryUnread: durationSchema('100ms', '1h').exactOptional(),
};
export const lookSchema = z.strictObject({ ...lookShape, options: anyMap.default({}) });

export const longestMaxAgeMs = 366 * 86_400_000;
export const checkShape = {
  maxAge: durationSchema('1s', '366d'),
  judgementDeadline: durationSchema('10ms', '10m').default(10_000),
  /** Signed: there is nothing of the kind, and an empty population is no blindness. */
  noneExpected: z.strictObject({ by: text, on: z.iso.date(mistake('expected a date', 'write YYYY-MM-DD')) }).exactOptional(),
};
export const checkSchema = z.strictObject({ ...checkShape, parameters: anyMap.default({}) });

/** All three, unless the file says otherwise. */
export const receiverShape = {
  kind: z.string(),
  responses: z
    .array(z.enum(['page', 'ticket', 'report']))
    .min(1)
    .default([...responses]),
};
export const receiverSchema = z.looseObject(receiverShape);
