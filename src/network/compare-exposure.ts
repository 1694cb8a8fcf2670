import type { Entry, Exposure, ExposureOutcome, NetworkProtocol, OpenRule, Reach, UnknownReach } from '../domain/exposure.ts';
import { intersectAddresses, isEmptyAddresses } from './address-set.ts';
import { sourcesOf } from './allow-list.ts';
import { describeAddresses } from './describe-addresses.ts';
import { type Passage, subtractPassages } from './passages.ts';
import { describePorts, everyPort, intersectPorts, isEmptyPorts, type PortSet, portSetOf, subtractPorts, unitePorts } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';

/** Subject -> what reaches it; null: its row cannot be read. */
export type ExposureState = ReadonlyMap<string, Exposure | null>;

/** A part of a way in that one of two times has and the other has not. */
export interface ChangedPart extends Pick<OpenRule, 'protocol' | 'ports' | 'sources'> {
  /** All sources that the way or rule has at the time at which it is there. */
  readonly whole: readonly string[];
  /** Sources of the same way and ports at both times: for people, for whom `Internet but for a/24` is shorter than all the rest. */
  readonly allowedSources: readonly string[];
  /** Null: a rule that is open, and no way leads there. */
  readonly reach: (Pick<Reach, 'entryPorts' | 'ports' | 'sources'> & { readonly entry: Entry }) | null;
  readonly rules: readonly string[];
}

export interface ExposureChange {
  readonly id: string;
  readonly machine: string | null;
  /** Null: not there; `unreadable`: its row could not be read. */
  readonly before: ExposureOutcome | 'unreadable' | null;
  readonly after: ExposureOutcome | 'unreadable' | null;
  /** Comes in now, and did not; `wasUnknown`: whether it did could not be known. */
  readonly opened: readonly (ChangedPart & { readonly wasUnknown: boolean })[];
  /** Came in, and does not any more. */
  readonly closed: readonly ChangedPart[];
  /** Came in, and whether it still does cannot be known. */
  readonly lost: readonly ChangedPart[];
  /** Open by a rule since, without a way in. */
  readonly latent: readonly ChangedPart[];
  /** Cannot be known since, and could be before. */
  readonly unknown: readonly UnknownReach[];
  /** Can be known since. */
  readonly known: readonly UnknownReach[];
}

/** Those of which something else can be reached, or known, than before; in order. */
export function compareExposure(before: ExposureState, after: ExposureState): readonly ExposureChange[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.flatMap((id) => {
    const [was, is] = [before.get(id), after.get(id)];
    if (was === is) return [];
    const change = compareOne(id, was, is);
    return isChange(change) ? [change] : [];
  });
}

function isChange({ before, after, opened, closed, lost, latent, unknown, known }: ExposureChange): boolean {
  return before !== after || [opened, closed, lost, latent, unknown, known].some((parts) => parts.length > 0);
}

type Seen = Exposure | null | undefined;

function compareOne(id: string, was: Seen, is: Seen): ExposureChange {
  const gone = differences(reachesOf(was), reachesOf(is));
  const lost = gone.flatMap((part) => partWithin(part, unknownOf(is), 'within'));
  return {
    id,
    machine: (is ?? was)?.machine ?? null,
    before: outcomeOf(was),
    after: outcomeOf(is),
    opened: differences(reachesOf(is), reachesOf(was)).flatMap((part) => [
      ...partWithin(part, unknownOf(was), 'within').map((one) => ({ ...one, wasUnknown: true })),
      ...partWithin(part, unknownOf(was), 'beside').map((one) => ({ ...one, wasUnknown: false })),
    ]),
    closed: gone.flatMap((part) => partWithin(part, unknownOf(is), 'beside')),
    lost,
    latent: differences(latentOf(is), latentOf(was)),
    unknown: without(is?.unknown ?? [], was?.unknown ?? []),
    known: is === null ? [] : without(was?.unknown ?? [], is?.unknown ?? []),
  };
}

function outcomeOf(seen: Seen): ExposureChange['before'] {
  return seen === null ? 'unreadable' : (seen?.outcome ?? null);
}

function without(all: readonly UnknownReach[], taken: readonly UnknownReach[]): readonly UnknownReach[] {
  const known = new Set(taken.map((one) => JSON.stringify(one)));
  return all.filter((one) => !known.has(JSON.stringify(one)));
}

/** A way in, or a rule without one, as a set of packets. */
interface Way {
  /** Ways are the same where the Internet knocks at the same place; rules may have other names. */
  readonly key: string;
  readonly passage: Passage;
  readonly reach: ChangedPart['reach'];
  readonly sources: readonly string[];
  readonly rules: readonly string[];
}

function reachesOf(seen: Seen): readonly Way[] {
  return (seen?.reaches ?? []).map((reach) => {
    const { kind, id, addresses } = reach.entry;
    const outside = reach.entryPorts === reach.ports ? '' : reach.entryPorts;
    return wayOf(JSON.stringify([kind, id, addresses, outside]), reach, reach);
  });
}

function latentOf(seen: Seen): readonly Way[] {
  return (seen?.latent ?? []).map((open) => wayOf('', open, null));
}

function wayOf(key: string, { protocol, ports, sources, rules }: OpenRule, reach: Way['reach']): Way {
  const passage = { protocol, ports: portSetOf([ports]) ?? everyPort, sources: sourcesOf(sources), rules: [], tags: [] };
  return { key, passage, reach, sources, rules };
}

/** What the first have and the second have not. */
function differences(ways: readonly Way[], others: readonly Way[]): readonly ChangedPart[] {
  return ways.flatMap((way) => {
    const taken = others.filter(({ key }) => key === way.key).map(({ passage }) => passage);
    return subtractPassages([way.passage], taken).map((rest) => changedPart(way, rest, taken));
  });
}

function changedPart({ passage, reach, sources, rules }: Way, rest: Passage, taken: readonly Passage[]): ChangedPart {
  const isWhole = rest.sources === passage.sources;
  const common = subtractPassages([{ ...rest, sources: passage.sources }], [rest]).map((one) => one.sources);
  const kept = common.find((one) => !isEmptyAddresses(intersectAddresses(one, passage.sources)));
  return {
    protocol: rest.protocol,
    ports: describePorts(rest.ports),
    sources: isWhole ? sources : describeAddresses(rest.sources),
    whole: sources,
    allowedSources: isWhole || kept === undefined || taken.length === 0 ? [] : describeAddresses(kept),
    reach,
    rules,
  };
}

interface Unknown {
  readonly protocol: NetworkProtocol;
  readonly ports: PortSet;
}

/** What cannot be read may be anything. */
function unknownOf(seen: Seen): readonly Unknown[] {
  if (seen === null) return [{ protocol: 'any', ports: everyPort }];
  return (seen?.unknown ?? []).map(({ protocol, ports }) => ({ protocol, ports: portSetOf([ports]) ?? everyPort }));
}

/** The part at the ports that cannot be known, or at the others. */
function partWithin(part: ChangedPart, unknown: readonly Unknown[], which: 'within' | 'beside'): readonly ChangedPart[] {
  const concerned = unknown
    .filter(({ protocol }) => (bitsOfProtocol(protocol) & bitsOfProtocol(part.protocol)) !== 0)
    .reduce<PortSet>((all, { ports }) => unitePorts(all, ports), []);
  const own = portSetOf([part.ports]) ?? everyPort;
  const ports = which === 'within' ? intersectPorts(own, concerned) : subtractPorts(own, concerned);
  return isEmptyPorts(ports) ? [] : [{ ...part, ports: describePorts(ports) }];
}
