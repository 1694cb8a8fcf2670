import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { LookRequest, Observation, Vantage } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import type { Subject } from '../../domain/subject.ts';
import { type Clock, realClock } from '../azure/clock.ts';
import { durationOf } from '../duration-option.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { acceptResult } from './accept-result.ts';
import { connectPorts, longestProbeMs } from './connect-ports.ts';
import { fetchResult, readResultFile } from './fetch-result.ts';
import { portsText } from './port-list.ts';
import { hasAccepted, probeFact } from './probe-fact.ts';
import { type ProbeOptions, portsOf, probeOptionsSchema } from './probe-options.ts';
import { addressKey, type ProbeResult } from './probe-result.ts';
import { createStartRate, type StartRate } from './start-rate.ts';

export type ProbeClock = Pick<Clock, 'now' | 'wallNow' | 'sleep'>;

/** Brings the fact `outside-probe`: which ports of our own public addresses answer somebody outside. */
export const outsideProbeSource: SourceKind = {
  name: 'outside-probe',
  options: probeOptionsSchema,
  create: () => createOutsideProbe(realClock),
};

/** With a clock of its own, for who cannot wait. */
export function createOutsideProbe(clock: ProbeClock): Source {
  /** Outlives the look: two that overlap share it. */
  let rate: { readonly perSecond: number; readonly starts: StartRate } | null = null;
  const rateOf = (perSecond: number): StartRate => {
    if (rate?.perSecond !== perSecond) rate = { perSecond, starts: createStartRate(perSecond, clock) };
    return rate.starts;
  };
  return {
    name: 'outside-probe',
    brings: ['outside-probe'],
    resources: {
      types: ['microsoft.network/publicipaddresses'],
      chosen: rememberNamed(),
    },
    look: (request) => {
      const options = probeOptionsSchema.parse(request.options);
      return options.from.kind === 'here' ? probeFromHere(request, options, rateOf) : readFromElsewhere(request, options, clock);
    },
  };
}

async function* probeFromHere(
  request: LookRequest,
  options: ProbeOptions,
  rateOf: (perSecond: number) => StartRate,
): AsyncIterable<Observation> {
  const { vantage } = request;
  const wanted = portsOf(options.ports);
  const timeoutMs = durationOf(options.timeout) ?? Number.NaN;
  const facts = new Map<string, JsonObject>();
  let vantageHeard = false;
  const observations = lookAtEachSubject(request, 'outside-probe', async (subject, signal) => {
    const address = addressOf(subject, request, options);
    refuseInside(vantage, options);
    refuseTooMuch(wanted.length, request, options, timeoutMs);
    const startedMs = performance.now();
    const { probed, accepted, refused } = await connectPorts(address, wanted, {
      timeoutMs,
      rate: rateOf(options.connectionsPerSecond),
      signal,
    });
    const entry = { address, ports: portsText(probed), accepted: [...accepted], refused: [...refused] };
    vantageHeard ||= hasAccepted(entry);
    const fact = probeFact(entry, { vantage, wanted, vantageHeard });
    facts.set(subject.id, fact);
    return { fact, phaseSeconds: { connect: (performance.now() - startedMs) / 1_000 } };
  });
  const heard = (observation: Observation): Observation => {
    const fact = facts.get(observation.subject.id);
    const isSeen = fact !== undefined && 'fact' in (observation.seen['outside-probe'] ?? {});
    return isSeen ? { ...observation, seen: { 'outside-probe': { fact: { ...fact, vantageHeard } } } } : observation;
  };
  // That the vantage heard nothing is known at the end only: what came before is held until something was heard, and no longer.
  const waiting: Observation[] = [];
  for await (const observation of observations) {
    waiting.push(observation);
    if (vantageHeard) for (const one of waiting.splice(0)) yield heard(one);
  }
  for (const one of waiting) yield heard(one);
}

function readFromElsewhere(request: LookRequest, options: ProbeOptions, clock: ProbeClock): AsyncIterable<Observation> {
  const ports = portsOf(options.ports);
  let reading: Promise<ProbeResult> | null = null;
  return lookAtEachSubject(request, 'outside-probe', async (subject) => {
    const address = addressOf(subject, request, options);
    reading ??= readResult(options, clock, within(request));
    return { fact: factFrom(await reading, address, ports, options) };
  });
}

/** One result answers for all subjects, so none of their own deadlines is its. */
function within(request: LookRequest): AbortSignal {
  return AbortSignal.any([request.signal, AbortSignal.timeout(request.subjectDeadlineMs)]);
}

async function readResult({ from, maxResultAge }: ProbeOptions, clock: ProbeClock, signal: AbortSignal): Promise<ProbeResult> {
  if (from.kind === 'here') throw new FaultError('defect', 'a probe from here has no result elsewhere');
  const envelope = from.kind === 'file' ? await readResultFile(from.path, signal) : await fetchResult(from, signal);
  const maxResultAgeMs = durationOf(maxResultAge) ?? Number.NaN;
  return acceptResult(envelope, { publicKey: from.publicKey, vantage: from.vantage, maxResultAgeMs, nowMs: clock.wallNow() });
}

function factFrom(result: ProbeResult, address: string, wanted: readonly number[], options: ProbeOptions): JsonObject {
  refuseInside({ ...result.vantage, external: true }, options);
  const entry = result.probed.find((one) => addressKey(one.address) === addressKey(address));
  const vantageHeard = result.probed.some(hasAccepted);
  if (entry !== undefined) return probeFact({ ...entry, address }, { vantage: result.vantage, wanted, vantageHeard });
  throw new FaultError('partial', `the probe's result says nothing of ${address}; add it to --addresses at the vantage`);
}

/** What stands inside sees what is let in there, which proves nothing. */
function refuseInside(vantage: Pick<Vantage, 'name' | 'external' | 'egressAddress'>, { addresses }: ProbeOptions): void {
  if (!vantage.external) {
    const remedy = 'set "from" to the result of a vantage outside, or declare this one with vantage.external: true if it is';
    throw new FaultError(
      'unsupported',
      `the vantage ${vantage.name} is not declared external, so what it reaches proves nothing; ${remedy}`,
    );
  }
  const { egressAddress } = vantage;
  if (egressAddress !== null && addresses.some((address) => addressKey(address) === addressKey(egressAddress)))
    throw new FaultError('unsupported', `the vantage ${vantage.name} looks from ${egressAddress}, which is one of ours: it is not outside`);
}

/** Told before the first connection: half a probe would be none. */
function refuseTooMuch(ports: number, request: LookRequest, options: ProbeOptions, timeoutMs: number): void {
  const sharers = Math.min(request.concurrency, request.subjects.length);
  const neededMs = longestProbeMs(ports, options.connectionsPerSecond, timeoutMs, sharers);
  if (neededMs <= request.subjectDeadlineMs) return;
  const pace = `${ports} ports at ${options.connectionsPerSecond} connections a second, ${sharers} addresses at a time, take up to`;
  const remedy = `set subjectDeadline to ${Math.ceil(neededMs / 1_000)}s, lower the concurrency, or name fewer ports`;
  throw new FaultError('unsupported', `${pace} ${Math.ceil(neededMs / 1_000)} s for each; ${remedy}`);
}

const rowSchema = z.object({ properties: z.object({ ipAddress: z.string().nullish() }).nullish() });

/** Empty where the row has none; null where it cannot be read. */
function addressIn(row: Json | undefined): string | null {
  const read = rowSchema.safeParse(row);
  return read.success ? (read.data.properties?.ipAddress ?? '') : null;
}

/** Remembers the last options: they are the same for each of many rows. Null: the row does not say. */
function rememberNamed(): (row: Json, options: JsonObject) => boolean | null {
  let last: { readonly options: JsonObject; readonly keys: ReadonlySet<string> } | null = null;
  return (row, options) => {
    if (last?.options !== options) last = { options, keys: new Set(probeOptionsSchema.parse(options).addresses.map(addressKey)) };
    const address = addressIn(row);
    return address === null ? null : last.keys.has(addressKey(address));
  };
}

function isNamed(text: string, { addresses }: ProbeOptions): boolean {
  const key = addressKey(text);
  return addresses.some((address) => addressKey(address) === key);
}

/** Nothing but what the configuration names is ever connected to. */
function addressOf(subject: Subject, request: LookRequest, options: ProbeOptions): string {
  const address = addressIn(request.rows?.get(subject.id));
  if (address !== null && isNamed(address, options)) return address;
  throw new FaultError('unsupported', `${subject.id} has no address that the probe is to ask`);
}
