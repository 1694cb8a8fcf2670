import type { Check } from '../../src/domain/check.ts';
import type { Interpretation } from '../../src/domain/claim.ts';
import type { Judgement } from '../../src/domain/finding.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';
import type { Endpoint, Resource } from '../../src/domain/subject.ts';

export const shop: Endpoint = {
  kind: 'endpoint',
  id: 'shop.example.com:443',
  host: 'shop.example.com',
  port: 443,
  httpPort: 80,
  httpPaths: ['/', '/api'],
};

export interface JudgeOptions {
  readonly subject?: Endpoint | Resource;
  /** Rows of related resources, by the check's own names for them. */
  readonly related?: { readonly [name: string]: readonly unknown[] };
  readonly parameters?: object;
  readonly asOf?: string;
}

/** A resource of this ARM type, for checks whose rows need no id of their own. */
export function resourceOf(type: string, name = 'one'): Resource {
  const [namespace, ...types] = type.toLowerCase().split('/');
  const pairs = types.map((part, index) => `${part}/${index === types.length - 1 ? name : 'parent'}`).join('/');
  const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/shop/providers/${namespace}/${pairs}`;
  const resource = resourceFromId(id);
  if (resource === null) throw new Error(`${type} is no ARM type`);
  return resource;
}

/** Judges as the engine does: facts and parameters pass their schemas first. */
export function judgeAll(check: Check, facts: { readonly [kind: string]: unknown }, options: JudgeOptions = {}): readonly Judgement[] {
  const parsed = Object.fromEntries(Object.entries(check.needs).map(([kind, schema]) => [kind, schema.parse(facts[kind])]));
  const related = Object.entries(check.related ?? {}).map(([name, { row }]) => [
    name,
    (options.related?.[name] ?? []).map((one) => row.parse(one)),
  ]);
  return check.judge(options.subject ?? shop, parsed, {
    related: Object.fromEntries(related),
    parameters: check.parameters.parse(options.parameters ?? {}),
    asOf: options.asOf ?? '2026-11-24T08:00:00.000Z',
  });
}

export function judgeOne(
  check: Check,
  interpretation: Interpretation,
  facts: { readonly [kind: string]: unknown },
  options: JudgeOptions = {},
): Judgement {
  const own = judgeAll(check, facts, options).filter((judgement) => judgement.interpretation === interpretation);
  const [judgement] = own;
  if (judgement === undefined || own.length > 1) throw new Error(`expected exactly one judgement for ${interpretation}, got ${own.length}`);
  return judgement;
}

/** `pass`, `fail`, `fail page` or `unknown timeout`. */
export function verdictOf(judgement: Judgement): string {
  if (judgement.status === 'unknown') return `unknown ${judgement.reason}`;
  if (judgement.status === 'fail' && judgement.response !== undefined) return `fail ${judgement.response}`;
  return judgement.status;
}
