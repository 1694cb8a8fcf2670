import type { FactKind } from '../domain/look.ts';
import { neededDerivations, readTypes } from '../domain/needed-derivations.ts';
import type { RunOutcome } from '../domain/run.ts';
import { digestOf, digestOfFindings, digestOfValue, storedBody } from './body.ts';
import { lookedAtKind } from './fact-sources.ts';
import { whomToAsk } from './hold-news.ts';
import type { JudgedRun } from './judge-run.ts';
import { incompleteLists } from './population.ts';
import { populationBody } from './population-body.ts';
import { factsOf } from './read-facts.ts';
import { resourceKind, resourcesOf } from './resource-index.ts';
import { basisOf } from './rest-on-rows.ts';
import { looksOf, type RunInput } from './run-input.ts';
import { idsOf } from './run-population.ts';
import type { JudgeReply, JudgeRequest } from './world.ts';

/**
 * What was judged, by digest: the facts of every subject, the parameters, the code. Times are left out: they always differ.
 * Of resources, of which there may be 100,000, the maps of the looks stand for their facts, unless it has to be told whether a hung judgement would
 * hang again.
 */
export function digestInput(input: RunInput, codeVersion: string, isExact: boolean): string {
  if (!isExact) return digestOf([codeVersion, digestOfValue(input.parameters), ...mapDigests(input)].join('\n'));
  const kinds = Object.keys(input.check.needs).sort();
  const factOf = factsOf(input, []);
  const lines = input.subjects.map((subject) => {
    const parts = kinds.map((kind) => {
      const fact = factOf(subject, lookedAtKind(input.sources, kind));
      return 'fault' in fact ? fact.fault.code : fact.digest;
    });
    return `${subject.id} ${parts.join(' ')}`;
  });
  return digestOf([codeVersion, digestOfValue(input.parameters), ...lines.sort(), ...rowsBehind(input)].join('\n'));
}

/** What facts of the estate follow from: another row anywhere may keep the judgement from hanging. */
function rowsBehind({ check, sources, looks }: RunInput): readonly string[] {
  const derivations = neededDerivations(check, [...new Set(sources.estate?.values() ?? [])]);
  const look = looks.get(sources.lookOfKind.get(resourceKind) ?? '');
  const types = [...new Set(derivations.flatMap(readTypes))].sort();
  if (look === undefined) return [];
  const lists = incompleteLists(look, types).map(({ type, scope, fault }) => `${scope} ${type} ${fault.code}`);
  const rows = resourcesOf(look.index, types).map(({ id }) => {
    const facts = Object.entries(look.map[id] ?? {}).map(([kind, one]) => `${kind} ${'digest' in one ? one.digest : one.fault.code}`);
    return [id, ...facts.sort()].join(' ');
  });
  return [...lists, ...rows];
}

export function assembleReply(
  input: RunInput,
  judged: JudgedRun,
  request: JudgeRequest,
  seal: Pick<RunOutcome, 'inputDigest' | 'codeVersion' | 'maxAgeMs' | 'finishedAt'>,
): JudgeReply {
  // The very same list was written by the run before.
  const isKept = judged.notPass === input.previous?.notPass;
  const notPass = isKept && request.previous !== null ? null : storedBody(judged.notPass);
  const parameters = storedBody(input.parameters);
  const waivers = storedBody(input.waivers);
  const needed = looksOf(input.check, input.sources);
  const looks = Object.fromEntries(
    Object.entries(request.looks)
      .filter(([name]) => needed.includes(name))
      .map(([name, look]) => [name, look.id]),
  );
  const unread = countUnread(input);
  const population = populationBody(input);
  const outcome: RunOutcome = {
    ...seal,
    check: input.id,
    trigger: input.trigger,
    parametersDigest: parameters.digest,
    waiversDigest: waivers.digest,
    scheduledFor: request.scheduledFor,
    startedAt: input.startedAt,
    dataAsOf: judged.dataAsOf,
    extent: input.extent,
    previousRun: request.previous?.id ?? null,
    looks,
    population: {
      expected: input.subjects.length,
      seen: input.subjects.length - unread,
      unread,
      digest: population.digest,
    },
    subjectsDigest: population.body.digest,
    declaredDigest: request.declaredDigest,
    counts: judged.counts,
    findingsDigest: digestOfFindings(judged.findings),
    notPassDigest: notPass?.digest ?? request.previous?.notPassDigest ?? '',
  };
  return {
    outcome,
    forAlerts: { check: input.id, dataAsOf: judged.dataAsOf, trigger: input.trigger, interpretations: judged.results },
    bodies: [...(notPass === null ? [] : [notPass]), parameters, waivers, population.body],
    defects: judged.defects,
    toConfirm: whomToAsk(input, judged.toConfirm),
    rowsOf: rowsOfFailing(input, judged),
    findings: request.withFindings ? judged.findings : null,
  };
}

/** More alerts than this are not told with who changed what. */
const mostFailing = 100;
const mostRows = 50;

function rowsOfFailing(input: RunInput, { notPass }: JudgedRun): JudgeReply['rowsOf'] {
  const { check, looks, estates } = input;
  const relations = Object.values(check.related ?? {}).flatMap(({ type, by }) => [...looks.values()].map((look) => look.related(type, by)));
  if (relations.length === 0 && estates === undefined) return {};
  const failing = new Set(notPass.filter(({ status }) => status === 'fail').map(({ subject }) => subject));
  return Object.fromEntries(
    [...failing].slice(0, mostFailing).map((subject) => {
      const related = relations.flatMap((rows) => (rows.get(subject) ?? []).map(({ id }) => id));
      return [subject, [...related, ...(basisOf(input, subject) ?? [])].slice(0, mostRows)];
    }),
  );
}

/** By the facts that were looked at: deriving anew could hang again what a `hung` run has to record. */
function countUnread(input: RunInput): number {
  const kinds = new Set(Object.keys(input.check.needs).map((kind) => lookedAtKind(input.sources, kind)));
  if (input.check.subjects !== 'endpoint') return countFaulty(input, kinds);
  const factOf = factsOf(input, []);
  return input.subjects.filter((subject) => [...kinds].some((kind) => 'fault' in factOf(subject, kind))).length;
}

/** Whom a look found it has facts or faults of: of 100,000 only the faulty ones are counted. */
function countFaulty(input: RunInput, kinds: ReadonlySet<FactKind>): number {
  const ids = idsOf(input.subjects);
  const faulty = [...kinds].flatMap((kind) => [...(input.looks.get(input.sources.lookOfKind.get(kind) ?? '')?.faulty(kind) ?? [])]);
  return new Set(faulty.filter((id) => ids.has(id))).size;
}

function mapDigests(input: RunInput): readonly string[] {
  return [...input.looks].map(([name, { look }]) => `${name} ${look.id} ${look.mapDigest}`).sort();
}
