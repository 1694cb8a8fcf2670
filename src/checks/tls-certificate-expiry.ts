import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeAddresses, refuteOnly } from '../domain/judge-addresses.ts';
import { epochMs, timestamp } from '../domain/time.ts';
import { opensslCommand } from '../transport/openssl-command.ts';
import { chainsOfAddress, judgeShownChains } from '../transport/shown-chains.ts';

const certificate = z.object({
  subject: z.string(),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime(),
  selfSigned: z.boolean(),
  fingerprintSha256: z.string().optional(),
});
const ratio = z.number().gt(0).lt(1);
/** Shares of the lifetime, since lifetimes shrink: 398 days, 200 from 2026-03-15, 100 from 2027, 47 from 2029 (CA/Browser Forum ballot SC-081v3). */
const parameters = z
  .strictObject({ ticketBelowRatio: ratio.default(0.2), pageBelowRatio: ratio.default(0.07) })
  .refine((own) => own.pageBelowRatio <= own.ticketBelowRatio, 'pageBelowRatio must not be greater than ticketBelowRatio');
type Certificate = z.infer<typeof certificate>;
type Parameters = z.infer<typeof parameters>;

export const check = defineCheck({
  title: 'No certificate of the chain has expired or is about to',
  claims: [{ claim: 'unreadable-in-transit', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters,
  subjects: 'endpoint',
  needs: { certificates: z.object({ addresses: z.array(chainsOfAddress(certificate)) }) },
  whenNone: 'unknown',
  judge: (_subject, { certificates }, { parameters, asOf }) => {
    const expected = `every certificate of the chain is valid, with at least ${percent(parameters.ticketBelowRatio)} of its lifetime left`;
    const rule = 'validFrom, validTo (RFC 5280 4.1.2.5)';
    const intent = judgeAddresses(
      { interpretation: 'intent', expected, rule },
      certificates.addresses.flatMap((seen) => judgeShownChains(seen, (chain) => judgeChain(chain, parameters, epochMs(asOf)))),
    );
    return [refuteOnly(intent, { expected: 'no certificate that has expired or is about to', rule }), intent];
  },
  repeat: (subject) =>
    `${opensslCommand(subject)} -showcerts </dev/null 2>/dev/null | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -text -noout | grep -E 'Subject:|Not '`,
  mend: 'Renew the certificate, install it with its chain, and find out why the automatic renewal did not.',
});

/** The trust anchor's own dates bind nobody (RFC 5280 6.1.1): a self-signed certificate above the leaf is left out. */
function judgeChain(chain: readonly Certificate[], parameters: Parameters, asOfMs: number) {
  return chain.filter((each, index) => index === 0 || !each.selfSigned).map((each) => judgeCertificate(each, parameters, asOfMs));
}

/** A share of exactly the limit is not below it; `validTo` itself is the last valid moment. */
function judgeCertificate({ subject, validFrom, validTo }: Certificate, { ticketBelowRatio, pageBelowRatio }: Parameters, asOfMs: number) {
  const fromMs = epochMs(validFrom);
  const toMs = epochMs(validTo);
  const limitMs = (share: number): number => Math.round(toMs - share * (toMs - fromMs));
  const name = `certificate "${subject.replaceAll('\n', ', ')}"`;
  const limits = `ticket after ${timestamp(limitMs(ticketBelowRatio))}, page after ${timestamp(limitMs(pageBelowRatio))}`;
  if (asOfMs < fromMs) return { observed: `${name} is not valid before ${validFrom}`, status: 'fail', response: 'page' } as const;
  if (asOfMs > toMs) return { observed: `${name} expired at ${validTo}`, status: 'fail', response: 'page' } as const;
  const observed = `${name} expires at ${validTo} (${limits})`;
  if (asOfMs <= limitMs(ticketBelowRatio)) return { observed, status: 'pass' } as const;
  return { observed, status: 'fail', response: asOfMs <= limitMs(pageBelowRatio) ? 'ticket' : 'page' } as const;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
