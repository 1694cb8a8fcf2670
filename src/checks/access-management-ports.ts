import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { type AllowEntry, describeAllowEntry, type ReachedSubject, whyNoSource } from '../network/allow-entry.ts';
import { subtractAllowed } from '../network/allow-list.ts';
import { describeReach, describeUnknown } from '../network/describe-reach.ts';
import { networkCommand } from '../network/network-commands.ts';
import { portSetOf } from '../network/port-set.ts';
import { reachesAt, unknownAt, type WantedPorts } from '../network/ports-within.ts';

/** A message in two parts, as the settings' loader shows them: what is expected, and what to do. */
const mistake = (expected: string, remedy: string): string => `${expected}; remedy: ${remedy}`;
const ports = z
  .union([z.string(), z.int().min(0).max(65_535)])
  .transform(String)
  .refine((text) => portSetOf([text]) !== null, mistake('expected ports', 'write for example "22, 5985-5986"'));
const source = z.string().superRefine((text, context) => {
  const wrong = whyNoSource(text);
  if (wrong !== null) context.addIssue({ code: 'custom', message: mistake(wrong.message, wrong.remedy) });
});
const words = z.string().trim().min(1);
const exception = z.strictObject({
  /** Of the interface, scale set, machine, or of what lets in. */
  resource: z
    .string()
    .refine(
      (text) => /^(?!microsoft\.resources\/)./.test(resourceFromId(text)?.type ?? ''),
      mistake('expected the id of a resource', 'copy it from the finding or the portal'),
    ),
  from: z.array(source).min(1),
  /** At the interface. */
  ports,
  owner: words,
  reason: words,
});

const protocol = z.enum(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', 'any']);
const texts = z.array(z.string());
const exposure = z.object({
  machine: z.string().nullable(),
  subnets: z.array(z.object({ id: z.string() })),
  entries: z.array(z.object({ protocol, ports: z.string(), backendPorts: z.string() })),
  reaches: z.array(
    z.object({
      outcome: z.enum(['exposed', 'narrow']),
      entry: z.object({ id: z.string(), rule: z.string().nullable(), addresses: texts }),
      protocol,
      ports: z.string(),
      entryPorts: z.string(),
      sources: texts,
      tags: texts,
      rules: texts,
    }),
  ),
  unknown: z.array(z.object({ protocol, ports: z.string(), tags: texts, why: z.string() })),
});
type Exposure = z.infer<typeof exposure>;

export const check = defineCheck({
  title: 'No port for administration can be reached from the Internet',
  claims: [{ claim: 'operations-access-only', interpretations: ['intent'] }],
  response: 'page',
  parameters: z.strictObject({
    /**
     * SSH, Telnet, RPC, NetBIOS, SMB, RDP, VNC, WinRM: what Defender for Cloud (just-in-time access) and CIS Azure 7.1 to 7.3 close, and older ways to
     * the same. Ports of databases are no way in for operations: `network-exposure` judges them.
     */
    tcpPorts: ports.default('22, 23, 135, 139, 445, 3389, 5900, 5985-5986'),
    /** RDP. */
    udpPorts: ports.default('3389'),
    /** Signed by an owner each. The allow-list of `network-exposure` excuses nothing here. */
    exceptions: z.array(exception).default([]),
  }),
  subjects: { resources: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets'] },
  needs: { exposure },
  whenNone: 'unknown',
  judge: (subject, { exposure }, { parameters: { tcpPorts, udpPorts, exceptions } }) => {
    const wanted: WantedPorts = [
      { protocol: 'Tcp', ports: tcpPorts },
      { protocol: 'Udp', ports: udpPorts },
    ];
    const expected = `Tcp ${tcpPorts} and Udp ${udpPorts} through VPN or Bastion only`;
    const verdicts = judgeExposure({ subject, exposure }, exposure, wanted, exceptions.map(entryOf));
    return [judgeProperties({ interpretation: 'intent', expected, rule: 'network rules over every way in' }, verdicts)];
  },
  repeat: (subject) => networkCommand(subject, 'rules'),
  mend: 'Close the port to public addresses and let operations in through Bastion or the VPN; where it has to stay open, name it in "exceptions" with an owner and a reason.',
});

function entryOf({ resource, ...signed }: z.infer<typeof exception>): AllowEntry {
  return { ...signed, to: { resource }, protocol: 'any' };
}

function judgeExposure(
  place: ReachedSubject,
  { entries, reaches, unknown }: Exposure,
  wanted: WantedPorts,
  exceptions: readonly AllowEntry[],
): readonly PropertyVerdict[] {
  const verdicts = [
    ...reaches.flatMap((reach) => reachesAt(reach, wanted)).flatMap((reach) => judgeReach(place, reach, exceptions)),
    ...unknown.flatMap((part) => unknownAt(part, entries, wanted)).map(judgeUnknown),
  ];
  return verdicts.length > 0 ? verdicts : [{ observed: 'no such port can be reached from public addresses', status: 'pass' }];
}

function judgeReach(
  place: ReachedSubject,
  reach: Exposure['reaches'][number],
  exceptions: readonly AllowEntry[],
): readonly PropertyVerdict[] {
  const { left, allowedBy } = subtractAllowed(exceptions, place, reach);
  if (left.length === 0)
    return [{ observed: `${describeReach(reach, reach)}, excepted: ${allowedBy.map(describeAllowEntry).join('; ')}`, status: 'pass' }];
  return left.map((part) => ({
    observed: describeReach(part, reach),
    rule: reach.rules.join(', '),
    status: 'fail',
    ...(part.outcome === 'narrow' ? { response: 'ticket' } : {}),
  }));
}

/** Tags whose addresses nobody gave are no outage: it is the same tomorrow. */
function judgeUnknown(part: Exposure['unknown'][number]): PropertyVerdict {
  return { observed: describeUnknown(part), status: 'unknown', reason: part.tags.length > 0 ? 'unsupported' : 'partial' };
}
