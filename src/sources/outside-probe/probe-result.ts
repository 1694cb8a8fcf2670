import { z } from 'zod';
import { parseAddress } from '../../domain/address-range.ts';
import { faultCodes } from '../../domain/fault.ts';
import { parsePorts } from './port-list.ts';

const address = z
  .string()
  .max(64)
  .refine((text) => parseAddress(text) !== null);
const portList = z.array(z.int().min(1).max(65_535)).max(65_535);

const probedAddress = z
  .object({
    address,
    /** Those that were asked: `22, 8000-8100`. */
    ports: z.string().refine((text) => parsePorts(text) !== null),
    accepted: portList,
    refused: portList,
  })
  .refine(({ ports, accepted, refused }) => {
    const asked = new Set(parsePorts(ports));
    return [...accepted, ...refused].every((port) => asked.has(port)) && !accepted.some((port) => refused.includes(port));
  });

const unprobedAddress = z.object({
  address,
  fault: z.object({ code: z.enum(faultCodes), message: z.string().max(1_000) }),
});

/** What `claimwatch probe` saw, as it signs it. */
export const probeResultSchema = z
  .object({
    version: z.literal(1),
    vantage: z.object({ name: z.string().min(1).max(100), egressAddress: address.nullable() }),
    /** Before the first connection, and after the last one. */
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    probed: z.array(z.union([probedAddress, unprobedAddress])).max(1_000),
  })
  .refine(({ startedAt, finishedAt }) => Date.parse(startedAt) <= Date.parse(finishedAt))
  .refine(({ probed }) => new Set(probed.map((entry) => addressKey(entry.address))).size === probed.length);

export type ProbeResult = z.infer<typeof probeResultSchema>;
export type ProbeEntry = ProbeResult['probed'][number];

/** Two spellings of one address have one key. */
export function addressKey(text: string): string {
  const parsed = parseAddress(text);
  return parsed === null ? text : `${parsed.family}:${parsed.value}`;
}
