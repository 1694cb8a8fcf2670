import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type AllowListFacts, writeAllowList } from '../../src/commands/proposed-allow-list.ts';
import type { AllowEntry } from '../../src/network/allow-entry.ts';
import type { ProposedEntry } from '../../src/network/propose-allow.ts';

const written = z.strictObject({
  checks: z.strictObject({
    'network-exposure': z.strictObject({ maxAge: z.string(), parameters: z.strictObject({ allow: z.array(z.unknown()) }) }),
  }),
});
const allowOf = (text: string) => written.parse(parse(text)).checks['network-exposure'].parameters.allow;

const entry: ProposedEntry = {
  from: ['Internet'],
  to: { resource: '/subscriptions/a/resourcegroups/b/providers/microsoft.network/loadbalancers/front' },
  ports: '443',
  protocol: 'Tcp',
  reached: ['/subscriptions/a/resourcegroups/b/providers/microsoft.network/networkinterfaces/web'],
  entries: ['loadbalancers/front (https) at 198.51.100.7'],
  rules: ['web/https (priority 100)'],
};
const signed: AllowEntry = {
  from: ['203.0.113.0/24'],
  to: { name: 'web-*' },
  ports: '8443',
  protocol: 'Tcp',
  owner: 'Jane Doe',
  reason: 'the office',
};
function factsOf(changes: Partial<AllowListFacts['proposal']>, list: readonly AllowEntry[] = []): AllowListFacts {
  const proposal = { proposed: [], declined: [], unused: [], ...changes };
  return { proposal, signed: list, maxAge: '50m', dataAsOf: '2026-11-24T08:00:00.000Z', today: '2026-11-24' };
}

test('reads as a person would write it', () => {
  const declined = [{ subject: entry.reached[0] ?? '', why: 'management', text: 'Internet to Tcp 22' }] as const;
  expect(writeAllowList(factsOf({ proposed: [entry], declined, unused: [signed] }, [signed]))).toBe(
    `# Proposed by "claimwatch network propose" on 2026-11-24 from what could be reached from the Internet at 2026-11-24T08:00:00.000Z.
# What stands here was open, which does not mean that it ought to be. Cross out what is not meant, and close it; for the rest
# fill in who answers for it and why: "claimwatch config check" refuses the file while an owner or a reason is empty.
# It takes the place of network-exposure under "checks" in claimwatch.yaml.
checks:
  network-exposure:
    maxAge: 50m
    parameters:
      allow:
        # stands in the list already; nothing comes in by it now: cross it out?
        - from: ["203.0.113.0/24"]
          to: { name: "web-*" }
          ports: "8443"
          protocol: Tcp
          owner: "Jane Doe"
          reason: "the office"
        # through loadbalancers/front (https) at 198.51.100.7
        # to networkinterfaces/web
        # by web/https (priority 100)
        - from: ["Internet"]
          to: { resource: "/subscriptions/a/resourcegroups/b/providers/microsoft.network/loadbalancers/front" }
          ports: "443"
          protocol: Tcp
          owner: ""    # TODO: who answers for it
          reason: ""   # TODO: why it has to be reachable

# not proposed, ports for administration, which nobody should reach from the Internet:
#   networkinterfaces/web: Internet to Tcp 22
`,
  );
});

test('where nothing is open, the list is empty', () => {
  expect(allowOf(writeAllowList(factsOf({})))).toEqual([]);
});

test('an entry that would become a reference is left out, and told', () => {
  const text = writeAllowList(factsOf({}, [{ ...signed, reason: '${file:/etc/passwd}' }]));
  expect(allowOf(text)).toEqual([]);
  expect(text).toContain('# left out: an entry of Jane Doe holds "$" and "{"');
});

test('no text from outside leaves its comment or its quotes, or reaches a terminal raw', () => {
  const wicked = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '\n',
      '\r',
      '\u0085',
      '\u2028',
      '\u007f',
      '\ufeff',
      '\u001b[2J',
      '"',
      '\\',
      'a\nmode: active',
      '" }\n  - x',
      '# x',
      'x'.repeat(3_000),
    ),
  );
  fc.assert(
    fc.property(wicked, wicked, wicked, wicked, (id, name, rule, reason) => {
      const proposed: ProposedEntry = { ...entry, to: { resource: `/a${id}` }, reached: [`/a${name}`], entries: [name], rules: [rule] };
      const kept = { ...signed, owner: `o${name.replaceAll('${', '')}`, reason: `r${reason.replaceAll('${', '')}` };
      const declined = [{ subject: id, why: 'unknown', text: rule }] as const;
      const text = writeAllowList(factsOf({ proposed: [proposed], declined }, [kept]));
      const [first, second] = allowOf(text);
      expect(first).toEqual(kept);
      expect(second).toEqual({ from: ['Internet'], to: { resource: `/a${id}` }, ports: '443', protocol: 'Tcp', owner: '', reason: '' });
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\ufeff]/u);
    }),
  );
});
