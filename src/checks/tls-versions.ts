import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import { opensslCommand } from '../transport/openssl-command.ts';
import { labelOfVersion, type ProtocolVersion, protocolVersions } from '../transport/protocol-versions.ts';

const version = z.enum(protocolVersions.map(({ name }) => name));
const probe = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('offered') }),
  z.object({ outcome: z.literal('refused'), by: z.enum(['alert', 'close', 'reset', 'other-version']) }),
  z.object({ outcome: z.literal('fault'), fault: z.object({ code: z.enum(faultCodes), message: z.string() }) }),
]);
const addressFact = z.object({ address: z.string(), plaintext: z.string().nullable(), protocols: z.record(version, probe) });
/** SSL 3.0 by RFC 7568, TLS 1.0 and 1.1 by RFC 8996. */
const forbidden = protocolVersions.filter(({ deprecatedBy }) => deprecatedBy !== null).map(({ name }) => name);
type AddressFact = z.infer<typeof addressFact>;

export const check = defineCheck({
  title: 'The endpoint speaks HTTPS, and accepts no broken version of it',
  claims: [{ claim: 'https-everywhere', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({ refusedVersions: z.array(version).min(1).default(forbidden) }),
  subjects: 'endpoint',
  needs: { tls: z.object({ addresses: z.array(addressFact) }) },
  whenNone: 'unknown',
  judge: (_subject, { tls }, { parameters }) => {
    const refused = version.options.filter((name) => parameters.refusedVersions.includes(name));
    const accepted = version.options.filter((name) => !refused.includes(name) && !forbidden.includes(name));
    const anyTls = version.options.filter((name) => name !== 'SSLv3');
    const literal = {
      interpretation: 'literal',
      expected: 'some version of TLS is accepted, and nothing is answered without it',
      rule: 'protocols',
    } as const;
    const intent = {
      interpretation: 'intent',
      expected: `${anyOf(accepted)} is accepted, ${list(refused)} refused`,
      rule: 'RFC 7568, RFC 8996',
    } as const;
    return [
      judgeAddresses(
        literal,
        tls.addresses.map((seen) => judgeAcceptance(seen, anyTls)),
      ),
      judgeAddresses(
        intent,
        tls.addresses.flatMap((seen) => [judgeAcceptance(seen, accepted), judgeRefusal(seen, refused)]),
      ),
    ];
  },
  repeat: (subject) =>
    `for v in tls1 tls1_1 tls1_2 tls1_3; do ${opensslCommand(subject)} -$v </dev/null; done # -ssl3: needs an openssl built with it`,
  mend: 'Where the connection ends (gateway, front door or server), accept TLS 1.2 and TLS 1.3 only, and answer nothing without TLS on this port.',
});

/** One of `wanted` is enough; a fault of another does not matter then. */
function judgeAcceptance({ address, plaintext, protocols }: AddressFact, wanted: readonly ProtocolVersion[]): AddressVerdict {
  if (plaintext !== null) return { address, observed: `answers without TLS ("${plaintext}")`, status: 'fail' };
  const offered = wanted.filter((name) => protocols[name].outcome === 'offered');
  if (offered.length > 0) return { address, observed: `${list(offered)} accepted`, status: 'pass' };
  const fault = faultOf(protocols, wanted);
  if (fault !== null) return { address, ...fault };
  // A host that closes on every hello has told nothing of itself: a firewall in between does the same.
  const answered = Object.values(protocols).some(
    (probe) => probe.outcome === 'offered' || (probe.outcome === 'refused' && (probe.by === 'alert' || probe.by === 'other-version')),
  );
  if (!answered)
    return { address, observed: 'every connection was closed without an answer in TLS', status: 'unknown', reason: 'unreachable' };
  return { address, observed: `none of ${list(wanted)} accepted`, status: 'fail' };
}

function judgeRefusal({ address, protocols }: AddressFact, unwanted: readonly ProtocolVersion[]): AddressVerdict {
  const offered = unwanted.filter((name) => protocols[name].outcome === 'offered');
  if (offered.length > 0) return { address, observed: `${list(offered)} accepted`, rule: ruleAgainst(offered), status: 'fail' };
  return { address, ...(faultOf(protocols, unwanted) ?? { observed: `${list(unwanted)} refused`, status: 'pass' }) };
}

function faultOf(protocols: AddressFact['protocols'], versions: readonly ProtocolVersion[]) {
  for (const name of versions) {
    const seen = protocols[name];
    if (seen.outcome !== 'fault') continue;
    return {
      observed: `${labelOfVersion(name)} could not be tried: ${seen.fault.message}`,
      status: 'unknown',
      reason: seen.fault.code,
    } as const;
  }
  return null;
}

function ruleAgainst(offered: readonly ProtocolVersion[]): string {
  const rules = protocolVersions
    .filter(({ name }) => offered.includes(name))
    .map(({ deprecatedBy }) => deprecatedBy ?? 'parameters.refusedVersions');
  return [...new Set(rules)].join(', ');
}

const list = (names: readonly ProtocolVersion[]): string => names.map(labelOfVersion).join(', ');
const anyOf = (names: readonly ProtocolVersion[]): string => names.map(labelOfVersion).join(' or ') || 'no version';
