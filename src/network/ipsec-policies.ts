import { isOneOf, judgeProperty, type PropertyVerdict, type WantedProperty } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** Of `IpsecPolicy` of Microsoft.Network what says how strong it is; how long a key lives does not. */
export interface IpsecPolicy {
  readonly ikeEncryption?: Text;
  readonly ikeIntegrity?: Text;
  readonly dhGroup?: Text;
  readonly ipsecEncryption?: Text;
  readonly ipsecIntegrity?: Text;
  readonly pfsGroup?: Text;
}

/**
 * Keys of 256 bits, SHA-2, groups of at least 2048 bits or an elliptic curve, and a fresh exchange for each key (RFC 8221, RFC 8247).
 * Known hole: group 24 has 2048 bits and passes, since groups from 14 on are what is asked for, though RFC 8247 (2.4) says SHOULD NOT for its small
 * subgroups.
 */
const strength: { readonly [M in keyof IpsecPolicy]-?: Pick<WantedProperty, 'isGood'> } = {
  ikeEncryption: { isGood: isOneOf(['AES256', 'GCMAES256'], ['DES', 'DES3', 'AES128', 'AES192', 'GCMAES128']) },
  ikeIntegrity: { isGood: isOneOf(['SHA256', 'SHA384', 'GCMAES256'], ['MD5', 'SHA1', 'GCMAES128']) },
  dhGroup: { isGood: isOneOf(['DHGroup14', 'DHGroup2048', 'DHGroup24', 'ECP256', 'ECP384'], ['None', 'DHGroup1', 'DHGroup2']) },
  ipsecEncryption: {
    isGood: isOneOf(['AES256', 'GCMAES256'], ['None', 'DES', 'DES3', 'AES128', 'AES192', 'GCMAES128', 'GCMAES192']),
  },
  ipsecIntegrity: { isGood: isOneOf(['SHA256', 'GCMAES256'], ['MD5', 'SHA1', 'GCMAES128', 'GCMAES192']) },
  // PFSMM takes the group of the first exchange, which is judged beside it.
  pfsGroup: { isGood: isOneOf(['PFS14', 'PFS24', 'PFS2048', 'PFSMM', 'ECP256', 'ECP384'], ['None', 'PFS1', 'PFS2']) },
};
const members = ['ikeEncryption', 'ikeIntegrity', 'dhGroup', 'ipsecEncryption', 'ipsecIntegrity', 'pfsGroup'] as const;

/**
 * What one connection may agree on. Without a policy of its own it offers those of Azure, among them AES128, SHA1, DHGroup2 and no fresh exchange
 * (Azure VPN Gateway, "about cryptographic requirements").
 */
export function judgeIpsecPolicies(connection: string, policies: readonly IpsecPolicy[] | null | undefined): readonly PropertyVerdict[] {
  if (policies === null || policies === undefined || policies.length === 0) {
    const observed = `${connection} has no IPsec policy, so it takes the default of Azure, which offers AES128, SHA1 and DHGroup2`;
    return [{ rule: policiesRule, observed, status: 'fail' }];
  }
  return policies.flatMap((policy) => members.map((member) => judgeMember(connection, member, policy[member])));
}

const policiesRule = 'connections.properties.ipsecPolicies (built-in policy 50b83b09)';

function judgeMember(connection: string, member: keyof IpsecPolicy, value: Text): PropertyVerdict {
  return judgeProperty({ path: `${connection}: ${member}`, rule: policiesRule, ...strength[member] }, value);
}
