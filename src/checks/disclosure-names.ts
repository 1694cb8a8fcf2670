import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import type { Endpoint } from '../domain/subject.ts';
import { findCertificateDisclosures } from '../transport/certificate-disclosures.ts';
import { type Disclosure, findNameDisclosures } from '../transport/disclosure.ts';
import { opensslCommand } from '../transport/openssl-command.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const certificate = z.object({ subject: z.string(), issuer: z.string(), subjectAltNames: z.array(z.string()) });
const addressFact = z.object({ address: z.string(), chain: z.array(certificate), fault: fault.optional() });
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
      ...certificates.addresses.map((seen) => judgeCertificate(seen, forbidden[interpretation].certificate)),
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

function judgeCertificate({ address, chain, fault }: z.infer<typeof addressFact>, unwanted: readonly Disclosure['what'][]): AddressVerdict {
  if (fault !== undefined) return { address, observed: fault.message, status: 'unknown', reason: fault.code };
  const [leaf] = chain;
  if (leaf === undefined) return { address, observed: 'no certificate was seen', status: 'unknown', reason: 'malformed' };
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
