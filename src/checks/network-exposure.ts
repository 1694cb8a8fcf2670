import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { type AllowEntry, describeAllowEntry, type ReachedSubject, whyNoSource } from '../network/allow-entry.ts';
import { subtractAllowed, subtractAllowedUnknown } from '../network/allow-list.ts';
import { describeOpenRule, describeParts, describeReach, describeUnknown } from '../network/describe-reach.ts';
import { networkCommand } from '../network/network-commands.ts';
import { portSetOf } from '../network/port-set.ts';

/** A message in two parts, as the settings' loader shows them: what is expected, and what to do. */
const mistake = (expected: string, remedy: string): string => `${expected}; remedy: ${remedy}`;
const words = z.string().trim().min(1);
const idOf = (what: string, example: string, types: RegExp) =>
  z.string().refine((text) => types.test(resourceFromId(text)?.type ?? ''), mistake(`expected the id of ${what}`, `write "${example}"`));
/** Spelt out, since a schema for editors knows no flags. */
const guid = /^(\/subscriptions\/)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

const destination = z
  .strictObject({
    resource: idOf('a resource', '/subscriptions/.../providers/Microsoft.Compute/virtualMachines/web', /^(?!microsoft\.resources\/)./),
    subnet: idOf('a subnet', '/subscriptions/.../virtualNetworks/prod/subnets/web', /^microsoft\.network\/virtualnetworks\/subnets$/),
    resourceGroup: idOf(
      'a resource group',
      '/subscriptions/.../resourceGroups/shop',
      /^microsoft\.resources\/subscriptions\/resourcegroups$/,
    ),
    subscription: z.string().regex(guid, mistake('expected the id of a subscription', 'write "11111111-2222-3333-4444-555555555555"')),
    /** Of the interface, scale set or machine; `*` stands for any text. */
    name: z.string().regex(/^[\w.*-]+$/, mistake('expected a name', 'write the name of an interface, a scale set or a machine: "web-*"')),
  })
  .partial()
  .refine(
    (to) => Object.keys(to).length > 0,
    mistake('expected a destination', 'write resource, subnet, resourceGroup, subscription or name'),
  );

const source = z.string().superRefine((text, context) => {
  const wrong = whyNoSource(text);
  if (wrong !== null) context.addIssue({ code: 'custom', message: mistake(wrong.message, wrong.remedy) });
});

/** Each entry is signed by an owner. All ports are those at the interface, also where another one leads to it. */
const allowEntry = z.strictObject({
  from: z.array(source).min(1),
  to: destination,
  ports: z
    .union([z.string(), z.int().min(0).max(65_535)])
    .transform(String)
    .refine((text) => portSetOf([text]) !== null, mistake('expected ports', 'write for example "443, 8000-8100", or "*"')),
  protocol: z.enum(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', 'any']),
  owner: words,
  reason: words,
});

const protocol = z.enum(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', 'any']);
const texts = z.array(z.string());
const entry = z.object({ id: z.string(), rule: z.string().nullable(), addresses: texts });
const open = z.object({ protocol, ports: z.string(), sources: texts, rules: texts });
const exposure = z.object({
  machine: z.string().nullable(),
  subnets: z.array(z.object({ id: z.string() })),
  reaches: z.array(open.extend({ outcome: z.enum(['exposed', 'narrow']), entry, entryPorts: z.string(), tags: texts })),
  latent: z.array(open),
  unknown: z.array(z.object({ protocol, ports: z.string(), tags: texts, why: z.string() })),
});
type Exposure = z.infer<typeof exposure>;

export const check = defineCheck({
  title: 'Nothing from the Internet is let in to a server outside the allow-list',
  claims: [{ claim: 'unauthorized-requests-blocked', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters: z.strictObject({ allow: z.array(allowEntry).default([]) }),
  subjects: { resources: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets'] },
  needs: { exposure },
  whenNone: 'unknown',
  // Both mean the rules as they take effect. An entry that nothing uses any more lets nothing in: `network propose` shows it, no interface fails for it.
  judge: (subject, { exposure }, { parameters: { allow } }) => {
    const verdicts = judgeExposure({ subject, exposure }, exposure, allow);
    const rule = 'network rules over every way in';
    return [
      judgeProperties(
        { interpretation: 'literal', expected: 'nothing from the Internet is let in outside the allow-list', rule },
        verdicts,
      ),
      judgeProperties(
        { interpretation: 'intent', expected: 'what is really let in from the Internet is what the allow-list says', rule },
        verdicts,
      ),
    ];
  },
  repeat: (subject) => networkCommand(subject, 'rules'),
  mend: 'Narrow the rule that lets in to the sources and ports that are meant (az network nsg rule update --ids <id of the rule> --source-address-prefixes <addresses> --destination-port-ranges <ports>), or take the way in away; what is meant to be public goes into "allow", with an owner and a reason.',
});

function judgeExposure(
  place: ReachedSubject,
  { reaches, latent, unknown }: Exposure,
  allow: readonly AllowEntry[],
): readonly PropertyVerdict[] {
  const verdicts = [
    ...reaches.map((reach) => judgeReach(place, reach, allow)),
    ...unknown.flatMap((part) => judgeUnknown(place, part, allow)),
    ...latent.map((one): PropertyVerdict => ({ observed: describeOpenRule(one), status: 'pass' })),
  ];
  return verdicts.length > 0 ? verdicts : [{ observed: 'nothing from the Internet is let in', status: 'pass' }];
}

function judgeReach(place: ReachedSubject, reach: Exposure['reaches'][number], allow: readonly AllowEntry[]): PropertyVerdict {
  const { left, allowedBy } = subtractAllowed(allow, place, reach);
  if (left.length === 0) return { observed: `${describeReach(reach, reach)}${allowedTexts(allowedBy)}`, status: 'pass' };
  const isNarrow = left.every(({ outcome }) => outcome === 'narrow');
  const observed = describeParts(left, reach);
  return { observed, rule: reach.rules.join(', '), status: 'fail', ...(isNarrow ? { response: 'ticket' } : {}) };
}

/** Tags whose addresses nobody gave are no outage: it is the same tomorrow. */
function judgeUnknown(
  place: ReachedSubject,
  unknown: Exposure['unknown'][number],
  allow: readonly AllowEntry[],
): readonly PropertyVerdict[] {
  const { left, allowedBy } = subtractAllowedUnknown(allow, place, unknown);
  if (left.length === 0) return [{ observed: `${describeUnknown(unknown)}${allowedTexts(allowedBy)}`, status: 'pass' }];
  const reason = unknown.tags.length > 0 ? 'unsupported' : 'partial';
  return left.map((part) => ({ observed: describeUnknown({ ...unknown, ...part }), status: 'unknown', reason }));
}

function allowedTexts(entries: readonly AllowEntry[]): string {
  return `, as allowed: ${entries.map(describeAllowEntry).join('; ')}`;
}
