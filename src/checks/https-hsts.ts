import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import type { Endpoint } from '../domain/subject.ts';
import { isAddress } from '../transport/host-name.ts';
import { endpointUrl, redirectTarget } from '../transport/redirect-target.ts';
import { type AnswerVerdict, judgeAnswers, type PathKind, secureFactOf } from '../transport/secure-answers.ts';
import { readStrictTransportSecurity } from '../transport/strict-transport-security.ts';

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const answer = { status: z.int(), location: z.string().nullable() };
const plainPort = z.object({
  address: z.string(),
  outcome: z.enum(['answered', 'refused', 'silent', 'fault']),
  fault: fault.optional(),
  otherPortAnswers: z.boolean().nullable(),
  paths: z.array(z.union([z.object({ path: z.string(), fault }), z.object({ path: z.string(), ...answer })])),
});
/** A year, as the preload list of browsers asks for. */
const parameters = z.strictObject({ leastMaxAgeSeconds: z.int().min(1).default(31_536_000) });
type PlainPort = z.infer<typeof plainPort>;
interface Answer extends PathKind {
  readonly status: number;
  readonly location: string | null;
  readonly strictTransportSecurity: readonly string[];
}

export const check = defineCheck({
  title: 'Every answer over HTTPS makes clients keep to HTTPS',
  claims: [{ claim: 'https-everywhere', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters,
  subjects: 'endpoint',
  needs: {
    https: secureFactOf({ ...answer, strictTransportSecurity: z.array(z.string()) }),
    http: z.object({ addresses: z.array(plainPort) }),
  },
  whenNone: 'unknown',
  judge: (subject, { https, http }, { parameters }) => {
    const literal = { interpretation: 'literal', expected: 'no answer over HTTPS sends the client to http', rule: 'Location' } as const;
    const intent = {
      interpretation: 'intent',
      expected: `every answer over HTTPS, errors and redirects too, has Strict-Transport-Security with a max-age of at least ${parameters.leastMaxAgeSeconds}, and plain HTTP leads to no other host before it is learnt`,
      rule: 'RFC 6797',
    } as const;
    return [
      judgeAddresses(
        literal,
        https.addresses.flatMap((seen) => judgeAnswers<Answer>(subject, seen, true, (own) => [judgeDowngrade(subject, own)])),
      ),
      judgeAddresses(intent, [
        ...(https.addresses.length === 0 ? [noneSeen('HTTPS')] : []),
        ...https.addresses.flatMap((seen) =>
          judgeAnswers<Answer>(subject, seen, true, (own) => [judgeHeader(subject, own, parameters.leastMaxAgeSeconds)]),
        ),
        ...(http.addresses.length === 0 ? [noneSeen('plain HTTP')] : []),
        ...http.addresses.flatMap((seen) => judgePlainPort(subject, seen)),
      ]),
    ];
  },
  repeat: (subject) =>
    [
      ...[...subject.httpPaths, '/.claimwatch/no-such-page'].map((path) => endpointUrl(subject, 'https', path)),
      ...subject.httpPaths.map((path) => endpointUrl(subject, 'http', path)),
    ]
      .map((url) => `curl -sSk -m 15 -o /dev/null -D - '${url.replaceAll("'", '%27')}'`)
      .join('; '),
  mend: 'Send "Strict-Transport-Security: max-age=31536000" with every answer over HTTPS, once (nginx: add_header ... always), and let plain HTTP redirect to https on the same host before any other.',
});

function judgeDowngrade(subject: Endpoint, answer: Answer): AnswerVerdict {
  const target = redirectTarget(endpointUrl(subject, 'https', answer.path), answer);
  if (target === 'unreadable') return { observed: `${answer.path} redirects to no readable place`, status: 'unknown', reason: 'malformed' };
  if (target?.protocol !== 'http:') return { observed: 'no answer leads to http', status: 'pass' };
  return { observed: `${answer.path} redirects (${answer.status}) to http://${target.host}`, status: 'fail' };
}

function judgeHeader({ host }: Endpoint, { path, strictTransportSecurity }: Answer, leastMaxAgeSeconds: number): AnswerVerdict {
  if (isAddress(host))
    return { observed: 'the host is an address, for which clients ignore the header', rule: 'RFC 6797 8.1.1', status: 'fail' };
  const [first] = strictTransportSecurity;
  if (first === undefined) return { observed: `${path} has no Strict-Transport-Security`, rule: 'RFC 6797 7.1', status: 'fail' };
  const learnt = readStrictTransportSecurity(first);
  if ('problem' in learnt)
    return { observed: `${path}: clients ignore the header, ${learnt.problem}`, rule: 'RFC 6797 6.1', status: 'fail' };
  const { maxAgeSeconds } = learnt;
  if (maxAgeSeconds === 0) return { observed: `${path}: max-age=0 switches it off`, rule: 'RFC 6797 6.1.1', status: 'fail' };
  const observed = `max-age=${maxAgeSeconds}`;
  if (maxAgeSeconds < leastMaxAgeSeconds) return { observed: `${path}: ${observed}`, rule: 'RFC 6797 6.1.1', status: 'fail' };
  return { observed, status: 'pass' };
}

/** Of two facts one may be empty, which the other must not hide. */
function noneSeen(what: string): AddressVerdict {
  return { address: what, observed: 'no address was seen', status: 'unknown', reason: 'none-seen' };
}

/** The header is ignored over plain HTTP (RFC 6797 8.1), so a redirect from there to another host leaves before anything was learnt. */
function judgePlainPort(subject: Endpoint, { address, outcome, fault, otherPortAnswers, paths }: PlainPort): readonly AddressVerdict[] {
  const observed = `port ${subject.httpPort} leads to no other host`;
  if (outcome === 'refused') return [{ address, observed, status: 'pass' }];
  if (outcome === 'silent')
    return otherPortAnswers === true
      ? [{ address, observed, status: 'pass' }]
      : [
          {
            address,
            observed: `port ${subject.httpPort} is silent, and no other port was seen to answer`,
            status: 'unknown',
            reason: 'timeout',
          },
        ];
  if (outcome === 'fault')
    return [{ address, observed: fault?.message ?? 'not seen', status: 'unknown', reason: fault?.code ?? 'malformed' }];
  const missing = subject.httpPaths.filter((path) => !paths.some((seen) => seen.path === path));
  return [
    ...missing.map((path) => ({ address, observed: `${path} was not asked`, status: 'unknown', reason: 'partial' }) as const),
    ...paths.map((seen): AddressVerdict => {
      if ('fault' in seen) return { address, observed: `${seen.path}: ${seen.fault.message}`, status: 'unknown', reason: seen.fault.code };
      const from = endpointUrl(subject, 'http', seen.path);
      const target = redirectTarget(from, seen);
      if (target === 'unreadable')
        return { address, observed: `${seen.path} over plain HTTP redirects to no readable place`, status: 'unknown', reason: 'malformed' };
      if (target === null || target.hostname === new URL(from).hostname) return { address, observed, status: 'pass' };
      return {
        address,
        observed: `${seen.path} over plain HTTP redirects (${seen.status}) to ${target.protocol}//${target.host} before the header is learnt`,
        rule: 'RFC 6797 8.1',
        status: 'fail',
      };
    }),
  ];
}
