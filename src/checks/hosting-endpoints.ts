import { z } from 'zod';
import { type AddressRange, isInRange, isPrivateAddress, parseAddress, parseRanges } from '../domain/address-range.ts';
import { defineCheck } from '../domain/check.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';

const question = {
  interpretation: 'literal',
  expected: 'every address of the name lies in the address ranges of Azure',
  rule: 'addresses of the name, Azure service tags',
} as const;

export const check = defineCheck({
  title: 'Public names lead to addresses of Azure',
  claims: [{ claim: 'hosted-on-azure', interpretations: ['literal'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** The address ranges of Azure in CIDR notation, from the file of service tags that the configuration names. */
    azureAddressRanges: z.array(z.string()).default([]),
  }),
  subjects: 'endpoint',
  needs: { dns: z.object({ a: z.array(z.string()), aaaa: z.array(z.string()) }) },
  whenNone: 'unknown',
  judge: (_subject, { dns }, { parameters: { azureAddressRanges } }) => {
    if (azureAddressRanges.length === 0)
      return [{ ...question, observed: 'the address ranges of Azure are not configured', status: 'unknown', reason: 'unsupported' }];
    const ranges = parseRanges(azureAddressRanges);
    const readable = ranges.filter((range) => range !== null);
    const isWhole = readable.length === ranges.length;
    return [
      judgeAddresses(
        question,
        [...dns.a, ...dns.aaaa].map((address) => judgeAddress(address, readable, isWhole)),
      ),
    ];
  },
  repeat: ({ host }) =>
    `dig +short ${host} A ${host} AAAA; az network list-service-tags --location westeurope --query "values[].properties.addressPrefixes[]" --output tsv`,
  mend: 'Find out who answers at the address: lead the name to a resource of your own on Azure, or remove the record. If the list of service tags is older than a week, download it anew first.',
});

function judgeAddress(address: string, ranges: readonly AddressRange[], isWhole: boolean): AddressVerdict {
  const parsed = parseAddress(address);
  if (parsed === null) return { address, observed: 'cannot be read', status: 'unknown', reason: 'malformed' };
  if (ranges.some((range) => isInRange(parsed, range))) return { address, observed: 'an address of Azure', status: 'pass' };
  if (isPrivateAddress(parsed))
    return { address, observed: 'a private address, which does not say where it is', status: 'unknown', reason: 'unsupported' };
  if (!isWhole)
    return { address, observed: 'in no range that can be read, but some cannot be read', status: 'unknown', reason: 'malformed' };
  return { address, observed: 'in no range of Azure', status: 'fail' };
}
