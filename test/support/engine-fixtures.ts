import { z } from 'zod';
import { type Check, defineCheck } from '../../src/domain/check.ts';
import type { FaultCode } from '../../src/domain/fault.ts';
import type { Json } from '../../src/domain/json.ts';
import type { FactKind, LookRequest, Seen } from '../../src/domain/look.ts';
import type { CheckPlan, LookPlan, Plan } from '../../src/domain/plan.ts';
import type { Source } from '../../src/domain/ports.ts';
import type { Endpoint } from '../../src/domain/subject.ts';

/** Small sources, checks and plans for the engine: a fact is `{ state }`, and the check says what stands there. */

export const startMs = Date.UTC(2026, 10, 24, 8, 0, 5);
export const minuteMs = 60_000;

export function endpoint(name: string): Endpoint {
  const host = `${name}.example.com`;
  return { kind: 'endpoint', id: `${host}:443`, host, port: 443, httpPort: 80, httpPaths: ['/'] };
}

export const good: Seen = { fact: { state: 'good' } };
export const bad: Seen = { fact: { state: 'bad' } };
export function faulty(code: FaultCode): Seen {
  return { fault: { code, message: `could not be seen (${code})` } };
}

const stateFact = z.object({ state: z.string() });

/** Fails where any needed fact is `bad`; the literal can only be refuted where `refutable` is set. */
export function stateCheck(kinds: readonly FactKind[], changes: Partial<Check> = {}): Check {
  const check = defineCheck({
    title: 'Everything is good',
    claims: [{ claim: 'good', interpretations: ['literal', 'intent'] }],
    response: 'page',
    parameters: z.object({}),
    subjects: 'endpoint',
    needs: Object.fromEntries(kinds.map((kind): readonly [string, typeof stateFact] => [kind, stateFact])),
    whenNone: 'unknown',
    judge: (_subject, facts) => {
      const states = Object.values(facts).map(({ state }) => state);
      const explained = { expected: 'good', observed: states.join(', '), rule: 'state' };
      return (['intent', 'literal'] as const).map((interpretation) => ({
        ...explained,
        interpretation,
        status: states.includes('bad') ? 'fail' : 'pass',
      }));
    },
    repeat: (subject) => `look ${subject.id}`,
    mend: 'Make it good.',
  });
  return { ...check, ...changes };
}

export interface FakeSource extends Source {
  /** Asked once per subject and kind at each look; null brings nothing. */
  answer: (subject: Endpoint, kind: FactKind) => Seen | null;
  /** Where set, a look waits for it before it says anything. */
  hold: Promise<void> | null;
  /** Subjects of each look so far. */
  readonly looked: readonly (readonly string[])[];
}

export function makeFakeSource(name: string, brings: readonly FactKind[] = [name]): FakeSource {
  const looked: (readonly string[])[] = [];
  const source: FakeSource = {
    name,
    brings,
    looked,
    answer: () => good,
    hold: null,
    look: async function* (request: LookRequest) {
      looked.push(request.subjects.map((subject) => subject.id));
      await source.hold;
      for (const subject of request.subjects) {
        if (subject.kind !== 'endpoint') continue;
        const seen = brings.map((kind) => [kind, source.answer(subject, kind)] as const);
        yield { subject, seen: Object.fromEntries(seen.flatMap(([kind, one]) => (one === null ? [] : [[kind, one]]))) };
      }
    },
  };
  return source;
}

export function lookPlan(name: string, changes: Partial<LookPlan> = {}): LookPlan {
  return {
    name,
    source: name,
    schedule: '* * * * *',
    jitterMs: 0,
    deadlineMs: 50_000,
    subjectDeadlineMs: 20_000,
    concurrency: 4,
    options: {},
    ...changes,
  };
}

export function checkPlan(id: string, changes: Partial<CheckPlan> = {}): CheckPlan {
  return { id, maxAgeMs: 5 * minuteMs, judgementDeadlineMs: 10_000, parameters: { defaults: {}, overrides: {} }, ...changes };
}

export function examplePlan(changes: Partial<Plan> = {}): Plan {
  const controls = { soc2: [], iso27001: [], cisAzure: [], pciDss: [] };
  const binding = { kind: 'binding' } as const;
  return {
    register: {
      claims: [
        {
          id: 'good',
          quotes: ['Everything is good.'],
          document: 'security-policy',
          owner: 'Jane Doe',
          literal: binding,
          intent: binding,
          intentText: 'good',
          controls,
        },
      ],
      notTestable: [],
    },
    subjects: [endpoint('a'), endpoint('b'), endpoint('c')],
    outOfScope: [],
    azure: null,
    scopes: [],
    resourceTypes: [],
    discovered: { port: 443, httpPort: 80 },
    vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
    looks: [lookPlan('state')],
    checks: [checkPlan('state-good')],
    waivers: [],
    mode: { kind: 'active', signed: { by: 'Jane Doe', on: '2026-11-24' } },
    receivers: [{ name: 'ops', kind: 'webhook', responses: ['page', 'ticket', 'report'], options: {} }],
    alerting: { unknownAfterRuns: 2, unknownAfterMs: 1_800_000, waiverNoticeMs: 1_209_600_000 },
    configurationDigest: '',
    stateDirectory: '',
    listen: { host: '127.0.0.1', port: 0 },
    ...changes,
  };
}

/** A fact with one more field, so that its digest is another one. */
export function withNote(state: string, note: Json): Seen {
  return { fact: { state, note } };
}
