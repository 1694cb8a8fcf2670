/** What the company of the written estate says of itself, by check: what it has on purpose is signed here, and nothing else is. */
export const estateParameters: { readonly [check: string]: object } = {
  'hosting-regions': {
    allowed: ['westeurope', 'northeurope'],
    pairedRegions: { westeurope: 'northeurope', northeurope: 'westeurope' },
  },
  'encryption-disks': { customerManagedKeys: ['vm-orders-1*', 'vm-orders-2*'] },
  'network-exposure': {
    allow: [
      {
        from: ['Internet'],
        to: { name: 'vm-orders-*' },
        ports: 443,
        protocol: 'Tcp',
        owner: 'Jane Doe, platform',
        reason: 'customers reach their orders through the application gateways',
      },
      {
        from: ['203.0.113.64/28'],
        to: { name: 'vm-import-2' },
        ports: 443,
        protocol: 'Tcp',
        owner: 'John Doe, partners',
        reason: 'a partner delivers its catalogue over the firewall',
      },
    ],
  },
};
