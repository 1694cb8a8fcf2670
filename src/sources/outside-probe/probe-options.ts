import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseAddress } from '../../domain/address-range.ts';
import { durationOption } from '../duration-option.ts';
import { findRootProblem } from '../tls/trust-store.ts';
import { highestPort, parsePorts } from './port-list.ts';
import { readPublicKey } from './signed-result.ts';

/**
 * Where attackers knock first: remote access (22, 23, 3389, 5900, WinRM 5985 and 5986: those that Microsoft's just-in-time access closes, and VNC), file
 * shares (21, 135, 139, 445, 2049), mail and directories (25, 389, 636), data stores (1433, 1521, 3306, 5432, 5984, 6379, 6380, 9042, 9200, 11211,
 * 27017), container engines and clusters (2375, 2376, 2379, 6443, 10250), and the web (80, 443, 8080, 8443), which is what should answer.
 */
export const usualPorts =
  '21-23, 25, 80, 135, 139, 389, 443, 445, 636, 1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5432, 5900, 5984-5986, 6379, 6380, 6443, 8080, 8443, 9042, 9200, 10250, 11211, 27017';

/** So many, and no more, are asked of one address by one probe. */
const mostPorts = 4_096;
const mostAddresses = 1_000;
function mistake(expected: string, remedy: string): string {
  return `${expected}; remedy: ${remedy}`;
}

const address = z
  .string()
  .refine(
    (text) => parseAddress(text) !== null,
    mistake('expected an IP address', 'write one public address of your own, no name and no range'),
  );

const portEntry = z.union([
  z.int().min(1).max(highestPort),
  z
    .string()
    .refine((text) => parsePorts(text) !== null, mistake('expected a port or a range of ports', 'write for example 22 or "8000-8100"')),
]);

const publicKey = z
  .string()
  .refine(
    (text) => readPublicKey(text) !== null,
    mistake(
      'expected the public key of the probe (Ed25519)',
      'write what "claimwatch probe --generate-key" printed, or "${file:probe.pub}"',
    ),
  );

const vantage = z.string().trim().min(1).max(100);

const certificateAuthority = z.string().superRefine((pem, context) => {
  const problem = findRootProblem(pem);
  const remedy = 'write "${file:ca.pem}", with the name of your file';
  if (problem !== null) context.addIssue({ code: 'custom', message: mistake(problem, remedy) });
});

function isPlainHttps(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
}

/** Naming a vantage here declares it external. */
const fromSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('here') }),
  z.strictObject({
    kind: z.literal('file'),
    path: z
      .string()
      .refine(
        isAbsolute,
        mistake('expected an absolute path', 'write the whole path of the file, for example "/var/lib/claimwatch/probe.json"'),
      ),
    publicKey,
    vantage,
  }),
  z.strictObject({
    kind: z.literal('url'),
    url: z.string().refine(isPlainHttps, mistake('expected an https address', 'write for example "https://probe.example.com/result.json"')),
    publicKey,
    vantage,
    /** PEM text of authorities to trust besides those of the system. */
    certificateAuthority: certificateAuthority.exactOptional(),
  }),
]);

export const probeOptionsSchema = z.strictObject({
  /** Our own public addresses, and nobody else's: nothing else is ever connected to. None: nothing is probed. */
  addresses: z.array(address).max(mostAddresses).default([]),
  from: fromSchema.default({ kind: 'here' }),
  /** Of a result that comes from elsewhere: what it has to cover. */
  ports: z
    .array(portEntry)
    .min(1)
    .refine(
      (entries) => portsOf(entries).length <= mostPorts,
      mistake(`expected at most ${mostPorts} ports`, 'name fewer, or smaller ranges'),
    )
    .default([usualPorts]),
  /** Over all addresses. */
  connectionsPerSecond: z.int().min(1).max(100).default(5),
  /** How long an answer is waited for at each port. */
  timeout: durationOption('100ms', '30s').default('3s'),
  /** Of a result that comes from elsewhere: since its probe began. */
  maxResultAge: durationOption('1m', '7d').default('3h'),
});

export type ProbeOptions = z.infer<typeof probeOptionsSchema>;

/** In order, each once. */
export function portsOf(entries: readonly (number | string)[]): readonly number[] {
  return parsePorts(entries.join(', ')) ?? [];
}
