import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import type { Endpoint } from '../domain/subject.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const answer = z.object({ path: z.string(), status: z.int(), location: z.string().nullable() });
const addressFact = z.object({
  address: z.string(),
  outcome: z.enum(['answered', 'refused', 'silent', 'fault']),
  fault: fault.optional(),
  otherPortAnswers: z.boolean().nullable(),
  paths: z.array(z.union([z.object({ path: z.string(), fault }), answer])),
});
type AddressFact = z.infer<typeof addressFact>;
type Answer = z.infer<typeof answer>;
/** Statuses with which a client goes on to `Location` (RFC 9110, 15.4), and those of them that it may remember. */
const redirects: readonly number[] = [301, 302, 303, 307, 308];
const permanentRedirects: readonly number[] = [301, 308];

export const check = defineCheck({
  title: 'Nothing is served over plain HTTP',
  claims: [{ claim: 'https-everywhere', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { http: z.object({ addresses: z.array(addressFact) }) },
  whenNone: 'unknown',
  judge: (subject, { http }) => {
    const expected = `port ${subject.httpPort} refuses, is silent on a host that answers elsewhere, or redirects every path to https on ${subject.host}`;
    const literal = { interpretation: 'literal', expected, rule: 'Location' } as const;
    const intent = { interpretation: 'intent', expected: `${expected}, at once and for good (301 or 308)`, rule: 'RFC 9110 15.4' } as const;
    return [
      judgeAddresses(
        literal,
        http.addresses.flatMap((seen) => judgeAddress(subject, seen, redirects)),
      ),
      judgeAddresses(
        intent,
        http.addresses.flatMap((seen) => judgeAddress(subject, seen, permanentRedirects)),
      ),
    ];
  },
  repeat: (subject) =>
    subject.httpPaths.map((path) => `curl -sS -o /dev/null -D - '${plainUrl(subject, path).replaceAll("'", '%27')}'`).join('; '),
  mend: 'Close the plain HTTP port, or let it answer every path with 301 or 308 to the same path on https, errors included.',
});

function judgeAddress(subject: Endpoint, seen: AddressFact, accepted: readonly number[]): readonly AddressVerdict[] {
  const { address } = seen;
  switch (seen.outcome) {
    case 'refused':
      return [{ address, observed: `port ${subject.httpPort} refuses`, status: 'pass' }];
    case 'silent': {
      const observed = `port ${subject.httpPort} is silent`;
      if (seen.otherPortAnswers === true) return [{ address, observed: `${observed}, port ${subject.port} answers`, status: 'pass' }];
      return [{ address, observed: `${observed}, and no other port was seen to answer`, status: 'unknown', reason: 'timeout' }];
    }
    case 'fault':
      return [{ address, observed: seen.fault?.message ?? 'not seen', status: 'unknown', reason: seen.fault?.code ?? 'malformed' }];
    case 'answered':
      return judgePaths(subject, seen, accepted);
  }
}

function judgePaths(subject: Endpoint, { address, paths }: AddressFact, accepted: readonly number[]): readonly AddressVerdict[] {
  const missing = subject.httpPaths.filter((path) => !paths.some((seen) => seen.path === path));
  if (missing.length === 0 && paths.length === 0) return [{ address, observed: 'no path was asked', status: 'unknown', reason: 'partial' }];
  return [
    ...missing.map((path) => ({ address, observed: `${path} was not asked`, status: 'unknown', reason: 'partial' }) as const),
    ...paths.map((seen): AddressVerdict => {
      if ('fault' in seen) return { address, observed: `${seen.path}: ${seen.fault.message}`, status: 'unknown', reason: seen.fault.code };
      return { address, ...judgeAnswer(subject, seen, accepted) };
    }),
  ];
}

function judgeAnswer(subject: Endpoint, { path, status, location }: Answer, accepted: readonly number[]) {
  if (!redirects.includes(status) || location === null) return { observed: `${path} answered ${status} in clear`, status: 'fail' } as const;
  const base = plainUrl(subject, path);
  if (!URL.canParse(location, base)) return { observed: `${path} redirects (${status}) to no readable place`, status: 'fail' } as const;
  // A relative Location stays on http. What follows the host may hold a token or change at every look: it is not told.
  const target = new URL(location, base);
  const isSamePlace = target.hostname === new URL(base).hostname && (target.port === '' || Number(target.port) === subject.port);
  const isGood = target.protocol === 'https:' && isSamePlace && accepted.includes(status);
  return { observed: `${path} redirects (${status}) to ${target.protocol}//${target.host}`, status: isGood ? 'pass' : 'fail' } as const;
}

function plainUrl({ host, httpPort }: Endpoint, path: string): string {
  const authority = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `http://${authority}${httpPort === 80 ? '' : `:${httpPort}`}${path}`;
}
