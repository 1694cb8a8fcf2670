import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import type { Endpoint } from '../domain/subject.ts';
import { findCertificateDisclosures } from '../transport/certificate-disclosures.ts';
import { type Disclosure, findNameDisclosures } from '../transport/disclosure.ts';
import { opensslCommand } from '../transport/openssl-command.ts';
import { chainsOfAddress, findShownChains, judgeShownChains } from '../transport/shown-chains.ts';
import { fault } from '../transport/tls-fact-schemas.ts';

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  subjectAltNames: z.array(z.string()),
  fingerprintSha256: z.string().optional(),
});
const otherLeaf = z.object({ leaf: certificate.nullable(), fault: fault.nullable() });
const addressFact = chainsOfAddress(certificate).extend({
  /** Absent in facts of older runs; null: there is no other name to ask with. */
  otherNames: z.object({ none: otherLeaf, unknown: otherLeaf }).nullable().optional(),
});
type AddressFact = z.infer<typeof addressFact>;
type Certificate = z.infer<typeof certificate>;
const dnsFact = z.object({ name: z.string(), cnames: z.array(z.string()) });

/** What each reading forbids, in the names that DNS shows and in those of a certificate. An alias cannot hide the service that it leads to, so the intent lets it be. */
const forbidden = {
  literal: { dns: ['service', 'region', 'internal-name'], certificate: ['version', 'service', 'region', 'internal-name'] },
  intent: { dns: ['region'], certificate: ['version', 'region', 'internal-name'] },
} as const satisfies { readonly [interpretation: string]: { readonly [place: string]: readonly Disclosure['what'][] } };

/** A name, what it tells (null: cannot be read), and the place that decides. */
interface Telling {
  readonly rule: string;
  readonly name: string;
  readonly disclosures: readonly Disclosure[] | null;
}

export const check = defineCheck({
  title: 'No public name tells a region, a service or the inside of the network',
  claims: [{ claim: 'not-publicized', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { dns: dnsFact, certificates: z.object({ addresses: z.array(addressFact) }) },
  whenNone: 'unknown',
  judge: (_subject, { dns, certificates }) => {
    const tellingOfDns = [dns.name, ...dns.cnames].map(
      (name): Telling => ({ rule: 'cnames', name, disclosures: findNameDisclosures(name) }),
    );
    const judge = (interpretation: 'literal' | 'intent'): readonly AddressVerdict[] => [
      judgeNames('DNS', tellingOfDns, forbidden[interpretation].dns),
      ...(certificates.addresses.length === 0 ? [noCertificate] : []),
      ...certificates.addresses.flatMap((seen) => judgeCertificates(seen, forbidden[interpretation].certificate)),
    ];
    const rule = 'cnames, subjectAltName, subject, issuer';
    return [
      judgeAddresses(
        { interpretation: 'literal', expected: 'no name of a region, a service or an inner network in DNS or the certificate', rule },
        judge('literal'),
      ),
      judgeAddresses(
        { interpretation: 'intent', expected: 'no region in DNS, and no region, version or inner name in the certificate', rule },
        judge('intent'),
      ),
    ];
  },
  repeat: (subject) =>
    `${digCommand(subject)}${opensslCommand(subject)} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -ext subjectAltName`,
  mend: 'Lead the name to its address by an alias record (A and AAAA that follow the resource) instead of a CNAME that tells where it is, and order certificates for public names only; one that was issued stays in the public logs, so give what it named another name.',
});

const noCertificate = { address: 'certificates', observed: 'no address was seen', status: 'unknown', reason: 'none-seen' } as const;

function judgeCertificates(seen: AddressFact, unwanted: readonly Disclosure['what'][]): readonly AddressVerdict[] {
  const { address, otherNames } = seen;
  const leaves = findShownChains(seen).chains.map(({ certificates: [leaf] }) => leaf);
  const ofChains = judgeShownChains(seen, ([leaf]) => [judgeLeaf(address, leaf, unwanted)]);
  const others = otherNames === null || otherNames === undefined ? [] : otherLeavesOf(otherNames);
  const isJudged = ({ leaf }: OtherLeaf): boolean =>
    leaf?.fingerprintSha256 !== undefined && leaves.some((each) => each.fingerprintSha256 === leaf.fingerprintSha256);
  return [...ofChains, ...others.filter((other) => !isJudged(other)).flatMap((other) => judgeOtherLeaf(address, other, unwanted))];
}

interface OtherLeaf extends z.infer<typeof otherLeaf> {
  readonly how: string;
}

function otherLeavesOf({ none, unknown }: NonNullable<AddressFact['otherNames']>): readonly OtherLeaf[] {
  return [
    { how: 'without a name', ...none },
    { how: 'under an unknown name', ...unknown },
  ];
}

/** What stands there for whoever comes by tells more often than what was ordered for the public. */
function judgeOtherLeaf(
  address: string,
  { how, leaf, fault: blindness }: OtherLeaf,
  unwanted: readonly Disclosure['what'][],
): readonly AddressVerdict[] {
  if (blindness !== null) return [{ address, observed: `${how}: ${blindness.message}`, status: 'unknown', reason: blindness.code }];
  if (leaf === null) return [];
  const verdict = judgeLeaf(address, leaf, unwanted);
  return [{ ...verdict, observed: `${how}: ${verdict.observed}` }];
}

function judgeLeaf(address: string, leaf: Certificate, unwanted: readonly Disclosure['what'][]): AddressVerdict {
  const names = findCertificateDisclosures(leaf).map(({ where, name, disclosures }): Telling => ({ rule: where, name, disclosures }));
  return judgeNames(address, names, unwanted);
}

function judgeNames(address: string, names: readonly Telling[], unwanted: readonly Disclosure['what'][]): AddressVerdict {
  const telling = names.flatMap(({ rule, name, disclosures }) => {
    const own = (disclosures ?? []).filter(({ what }) => unwanted.includes(what));
    return own.length === 0 ? [] : [{ rule, observed: describe(name, own) }];
  });
  const [first] = telling;
  if (first !== undefined) {
    const rule = [...new Set(telling.map((each) => each.rule))].join(', ');
    return { address, observed: shorten(telling.map(({ observed }) => observed)), rule, status: 'fail' };
  }
  const unread = names.filter(({ disclosures }) => disclosures === null).map(({ name }) => name);
  if (unread.length > 0) return { address, observed: `cannot be read: ${shorten(unread)}`, status: 'unknown', reason: 'unsupported' };
  return {
    address,
    observed: names.length === 1 ? 'one name, which tells nothing' : `${names.length} names, which tell nothing`,
    status: 'pass',
  };
}

/** `shop.westeurope.cloudapp.azure.com: region westeurope`. */
function describe(name: string, disclosures: readonly Disclosure[]): string {
  const told = disclosures.map(({ what, text }) => (text === name ? words[what] : `${words[what]} ${text}`));
  return `${name}: ${told.join(', ')}`;
}

const words: { readonly [What in Disclosure['what']]: string } = {
  version: 'version',
  region: 'region',
  service: 'service',
  'internal-name': 'name of an inner network',
};

function shorten(names: readonly string[]): string {
  const all = [...new Set(names)];
  return all.length <= 5 ? all.join('; ') : `${all.slice(0, 5).join('; ')}; and ${all.length - 5} more`;
}

/** Nothing is asked of DNS about an address. */
function digCommand({ host }: Endpoint): string {
  return host.includes(':') || /^[\d.]+$/.test(host) ? '' : `dig +noall +answer ${host} A ${host} AAAA; `;
}
