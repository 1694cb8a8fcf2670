import { z } from 'zod';
import { parseAddress } from '../domain/address-range.ts';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import type { Judgement } from '../domain/finding.ts';
import {
  countPorts,
  describePorts,
  everyPort,
  holdsPort,
  noPorts,
  type PortSet,
  portSetOf,
  portSetOfNumber,
  unitePorts,
} from '../network/port-set.ts';

const seenPorts = z.array(z.object({ port: z.int().min(0).max(65_535) }));
const probe = z.object({
  address: z.string(),
  vantage: z.object({ name: z.string(), egressAddress: z.string().nullable() }),
  probed: z.string(),
  missing: z.string(),
  answered: seenPorts,
  refused: seenPorts,
  vantageHeard: z.boolean(),
});
const entrance = z.object({
  address: z.string().nullable(),
  owner: z.string().nullable(),
  isFollowed: z.boolean(),
  open: z.array(z.object({ protocol: z.string(), ports: z.string(), leadsTo: z.string() })),
  unknown: z.array(z.object({ protocol: z.string(), ports: z.string(), why: z.string() })),
});
type Probe = z.infer<typeof probe>;
type Entrance = z.infer<typeof entrance>;
/** What the probe came to, without the question. */
type Answer =
  | { readonly status: 'pass' | 'fail'; readonly observed: string }
  | Pick<Judgement & { readonly status: 'unknown' }, 'status' | 'observed' | 'reason' | 'unrefuted'>;

export const check = defineCheck({
  title: 'What answers outside is what the rules let in',
  claims: [{ claim: 'unauthorized-requests-blocked', interpretations: ['intent'] }],
  response: 'page',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.network/publicipaddresses'] },
  needs: { 'outside-probe': probe, entrance },
  whenNone: 'unknown',
  judge: (_subject, facts) => [
    {
      interpretation: 'intent',
      expected: 'no port answers a vantage outside that the rules, as they take effect, do not open',
      rule: 'TCP connections from outside, rules as they take effect',
      ...compare(facts['outside-probe'], facts.entrance),
    },
  ],
  repeat: (subject) => {
    const address = showCommand(subject, 'properties.ipAddress');
    return `claimwatch network explain '${subject.id}'; claimwatch probe --vantage outside --key probe.key --addresses "$(${address} --output tsv)"`;
  },
  mend: 'Find out what answers at the port and close it, or add the rule that opens it to what is watched. Where the rules were changed after the probe, run claimwatch probe again.',
});

/** So many different services no machine offers to strangers; proxies near a vantage accept whatever is asked of them. */
const mostAnswering = 10;

/**
 * Silence and resets prove nothing: neither that a port is closed nor that it is open. Known hole: where a proxy near the vantage accepts for others at
 * a few ports only (the web's), its answers are taken for ours.
 */
function compare(seen: Probe, model: Entrance): Answer {
  const open = openPorts(model);
  if (open === null) return unknown('malformed', `the ports that the model calls open cannot be read: ${describeOpen(model)}`);
  if (!isSameAddress(seen.address, model.address))
    return unknown('partial', `${seen.address} was probed, and the address is now ${model.address ?? 'none'}`);
  const answered = seen.answered.map(({ port }) => port);
  if (answersForUs(seen))
    return unknown(
      'unsupported',
      `${fromOutside(seen)}, connections are accepted at each port that was asked, ${seen.probed}, as by a proxy near the vantage; use a vantage without one`,
    );
  if (answered.length === 0) return hearSilence(seen, open);
  const proof = `${fromOutside(seen)}, connections are accepted at ${describe(answered)}`;
  if (!model.isFollowed) return unknown('unsupported', `${proof}; the model does not follow what stands there${ownerOf(model)}`);
  const surprising = answered.filter((port) => !holdsPort(open, port));
  if (surprising.length === 0) return agree(seen, open, proof);
  const doubted = surprising.filter((port) => doubtsAt(model, port).length > 0);
  const contradicted = surprising.filter((port) => !doubted.includes(port));
  if (contradicted.length === 0) return leaveOpen(seen, model, doubted);
  const contradiction = `${fromOutside(seen)}, connections are accepted at ${describe(contradicted)}`;
  return { status: 'fail', observed: `${contradiction}; the model says closed${ownerOf(model)}: ${describeOpen(model)}` };
}

function leaveOpen(seen: Probe, model: Entrance, doubted: readonly number[]): Answer {
  const why = [...new Set(doubted.flatMap((port) => doubtsAt(model, port)))].join('; ');
  const proof = `${fromOutside(seen)}, connections are accepted at ${describe(doubted)}`;
  return unknown('partial', `${proof}, which the model does not open; it does not know all: ${why}`);
}

/** Why the model cannot say of TCP at this port; where the ports cannot be read it may be any. */
function doubtsAt({ unknown: doubts }: Entrance, port: number): readonly string[] {
  return doubts.filter(({ protocol, ports }) => isTcp(protocol) && holdsPort(portSetOf([ports]) ?? everyPort, port)).map(({ why }) => why);
}

/** Where the ports cannot be read, nothing is taken for a proxy. */
function answersForUs({ probed, answered }: Probe): boolean {
  const asked = portSetOf([probed]);
  return answered.length >= mostAnswering && asked !== null && countPorts(asked) === answered.length;
}

function hearSilence(seen: Probe, open: PortSet): Answer {
  const resets = describeResets(seen, open);
  if (!seen.vantageHeard)
    return unknown(
      'unreachable',
      `${fromOutside(seen)}, no connection is accepted, nor at any other address: so it would be if the vantage were cut off; probe an address that answers, too`,
    );
  return notProvable(`${fromOutside(seen)}, no connection is accepted at any of the ports ${seen.probed}, which proves nothing${resets}`);
}

/** At least one port answered, and each that did is open by the model. */
function agree(seen: Probe, open: PortSet, proof: string): Answer {
  if (seen.missing !== '') return unknown('partial', `${proof}, as the model says; the ports ${seen.missing} could not be asked`);
  const resets = describeResets(seen, open);
  if (resets !== '') return notProvable(`${proof}, as the model says${resets}`);
  return { status: 'pass', observed: `${proof}, as the model says; asked were ${seen.probed}` };
}

/** Rules drop without a word, so that a reset where the model says closed comes from a box on the way, or from behind an open rule. */
function describeResets({ refused }: Probe, open: PortSet): string {
  const surprising = refused.map(({ port }) => port).filter((port) => !holdsPort(open, port));
  return surprising.length === 0
    ? ''
    : `; resets come from ${describe(surprising)}, closed by the model: somebody on the way or behind it sends them`;
}

function unknown(reason: 'malformed' | 'partial' | 'unsupported' | 'unreachable', observed: string): Answer {
  return { status: 'unknown', reason, observed };
}

/** Seen, and nothing contradicts the model. */
function notProvable(observed: string): Answer {
  return { status: 'unknown', reason: 'not-provable', unrefuted: true, observed };
}

/** Null where a text of the model is no list of ports: it must not read as closed, nor as open. */
function openPorts({ open }: Entrance): PortSet | null {
  const sets = open.filter(({ protocol }) => isTcp(protocol)).map(({ ports }) => portSetOf([ports]));
  return sets.every((set) => set !== null) ? sets.reduce<PortSet>(unitePorts, noPorts) : null;
}

function isTcp(protocol: string): boolean {
  return protocol === 'Tcp' || protocol === 'any';
}

function describeOpen({ open }: Entrance): string {
  if (open.length === 0) return 'nothing is open to strangers';
  return `open to strangers is only ${open.map(({ protocol, ports, leadsTo }) => `${protocol} ${ports} (${leadsTo})`).join(', ')}`;
}

function ownerOf({ owner }: Entrance): string {
  return owner === null ? '' : ` (${owner})`;
}

function fromOutside({ address, vantage: { name, egressAddress } }: Probe): string {
  return `seen from ${name}${egressAddress === null ? '' : ` (${egressAddress})`}, at ${address}`;
}

function describe(ports: readonly number[]): string {
  return `port${ports.length === 1 ? '' : 's'} ${describePorts(ports.map(portSetOfNumber).reduce(unitePorts, noPorts))}`;
}

function isSameAddress(seen: string, model: string | null): boolean {
  const [left, right] = [parseAddress(seen), parseAddress(model ?? '')];
  return left !== null && right !== null && left.family === right.family && left.value === right.value;
}
