import type { Entry, Exposure, Reach } from '../../src/domain/exposure.ts';
import type { NetworkPicture } from '../../src/domain/network-picture.ts';
import type { AllowEntry } from '../../src/network/allow-entry.ts';
import { type PicturedSubject, pictureOf } from '../../src/network/network-picture.ts';

const group = '/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/shop/providers';
const closed: Exposure = {
  outcome: 'closed',
  machine: null,
  addresses: [],
  subnets: [],
  publicAddresses: [],
  entries: [],
  reaches: [],
  latent: [],
  unknown: [],
  defaultRoutes: [],
};

function subnetId(network: string, subnet: string): string {
  return `${group}/microsoft.network/virtualnetworks/${network}/subnets/${subnet}`;
}

function networkId(type: string, name: string): string {
  return `${group}/microsoft.network/${type}/${name}`;
}

/** An interface of the machine `name`, in `network / subnet`. */
export function pictured(name: string, place: string, exposure: Partial<Exposure> = {}): PicturedSubject {
  const id = networkId('networkinterfaces', `nic-${name}`);
  const [network = '', subnet = ''] = place.split(' / ');
  return {
    subject: {
      kind: 'resource',
      id,
      type: 'microsoft.network/networkinterfaces',
      subscription: '11111111-2222-3333-4444-555555555555',
      name: `nic-${name}`,
    },
    exposure: {
      ...closed,
      machine: `${group}/microsoft.compute/virtualmachines/${name}`,
      subnets: [{ id: subnetId(network, subnet), isOurs: true }],
      ...exposure,
    },
  };
}

export function entryOf(kind: Entry['kind'], name: string, address: string, part: Partial<Entry> = {}): Entry {
  const types: { readonly [K in Entry['kind']]: string } = {
    'public-ip': 'publicipaddresses',
    'load-balancer': 'loadbalancers',
    'nat-rule': 'loadbalancers',
    'application-gateway': 'applicationgateways',
    'firewall-dnat': 'azurefirewalls',
  };
  return {
    kind,
    id: networkId(types[kind], name),
    rule: kind === 'public-ip' ? null : 'rule',
    addresses: [address],
    protocol: 'Tcp',
    ports: '*',
    backendPorts: '*',
    isProtected: kind === 'firewall-dnat',
    ...part,
  };
}

export function reachOf(entry: Entry, ports: string, part: Partial<Reach> = {}): Reach {
  return {
    outcome: 'exposed',
    entry,
    protocol: 'Tcp',
    ports,
    entryPorts: ports,
    sources: ['Internet'],
    tags: [],
    rules: ['nsg-web/allow-in (priority 100)'],
    ...part,
  };
}

export function exposedBy(...reaches: readonly Reach[]): Partial<Exposure> {
  return { outcome: reaches.some(({ outcome }) => outcome === 'exposed') ? 'exposed' : 'narrow', reaches };
}

export function unknownBecause(why: string, ports = '*'): Partial<Exposure> {
  return { outcome: 'unknown', unknown: [{ protocol: 'any', ports, tags: [], why }] };
}

export function allowing(part: Partial<AllowEntry>): AllowEntry {
  return {
    from: ['Internet'],
    to: { name: '*' },
    ports: '443',
    protocol: 'Tcp',
    owner: 'Web platform',
    reason: 'the public shop',
    ...part,
  };
}

/** Something of each kind: meant, not meant, in part, not known, alone, many, with texts that want to be more than text. */
export function examplePicture(): NetworkPicture {
  const gateway = entryOf('application-gateway', 'agw-shop', '203.0.113.5', { isProtected: true });
  const balancer = entryOf('load-balancer', 'lb-front', '203.0.113.6');
  const behindGateway = exposedBy(reachOf(gateway, '8443', { entryPorts: '443' }));
  const own = (index: number) => exposedBy(reachOf(entryOf('public-ip', `pip-${index}`, `203.0.113.${20 + index}`), '22, 3389'));
  const hostile = `<script>alert("1")</script>&amp; ]]> \u202egpj.exe ${'a-very-long-name-'.repeat(8)}`;
  const subjects = [
    ...['web-0', 'web-1', 'web-2'].map((name) => pictured(name, 'vnet-prod / web', behindGateway)),
    pictured('api', 'vnet-prod / web', exposedBy(reachOf(balancer, '443'), reachOf(balancer, '22', { entryPorts: '50001' }))),
    ...[0, 1].map((index) => pictured(`test-${index}`, 'vnet-dev / playground', own(index))),
    pictured(
      'partner',
      'vnet-dev / playground',
      exposedBy(reachOf(balancer, '5671', { outcome: 'narrow', sources: ['AzureCloud'], tags: ['AzureCloud'] })),
    ),
    pictured('batch', 'vnet-prod / data', unknownBecause('the rules of nsg-data could not be read: denied')),
    pictured(hostile, 'vnet-prod / data', unknownBecause(hostile)),
    ...[0, 1, 2, 3].map((index) => pictured(`db-${index}`, 'vnet-prod / data', index === 0 ? { outcome: 'latent' } : {})),
  ];
  const allow = [
    allowing({ ports: '8443', to: { name: 'web-*' } }),
    allowing({ ports: '443', to: { name: 'api' }, from: ['198.51.100.0/24'], reason: 'the office' }),
  ];
  return pictureOf({ subjects, allowFor: () => allow, unlisted: ['subscription 2222: the list of interfaces is not complete: throttled'] });
}

/** An estate of a middle-sized company: 300 interfaces in 15 networks, with what one finds there. */
export function threeHundred(): { readonly subjects: readonly PicturedSubject[]; readonly allow: readonly AllowEntry[] } {
  const subjects: PicturedSubject[] = [];
  const regions = ['weu', 'neu', 'eus', 'jpe', 'sea'];
  const stages = ['prod', 'stage', 'dev'];
  for (const [at, region] of regions.entries()) {
    for (const [depth, stage] of stages.entries()) {
      const network = `vnet-${stage}-${region}`;
      const base = `203.0.${113 + at}.${depth * 60}`;
      const gateway = entryOf('application-gateway', `agw-${stage}-${region}-shop`, base.replace(/\d+$/, String(depth * 60 + 5)), {
        isProtected: stage === 'prod',
      });
      const balancer = entryOf('load-balancer', `lb-${stage}-${region}-ingest`, base.replace(/\d+$/, String(depth * 60 + 6)));
      const firewall = entryOf('firewall-dnat', `afw-hub-${region}`, `198.51.100.${10 + at}`);
      for (let index = 0; index < 6; index += 1)
        subjects.push(
          pictured(
            `vm-${stage}-${region}-web-${index}`,
            `${network} / snet-web`,
            exposedBy(reachOf(gateway, '8443', { entryPorts: '443' })),
          ),
        );
      for (let index = 0; index < 4; index += 1)
        subjects.push(
          pictured(
            `vm-${stage}-${region}-ingest-${index}`,
            `${network} / snet-ingest`,
            exposedBy(
              reachOf(balancer, '443'),
              reachOf(balancer, '5671', { outcome: 'narrow', sources: ['192.0.2.0/24', '198.51.100.128/25'] }),
            ),
          ),
        );
      const jumpNarrow = reachOf(firewall, '22', { entryPorts: `${2200 + depth}`, outcome: 'narrow', sources: ['192.0.2.7'] });
      subjects.push(pictured(`vm-${stage}-${region}-jump`, `${network} / snet-admin`, exposedBy(jumpNarrow)));
      if (stage === 'dev')
        for (let index = 0; index < 3; index += 1)
          subjects.push(
            pictured(
              `vm-dev-${region}-test-of-a-team-with-a-very-long-name-${index}`,
              `${network} / snet-playground`,
              exposedBy(reachOf(entryOf('public-ip', `pip-dev-${region}-${index}`, `203.0.${113 + at}.${200 + index}`), '22, 3389')),
            ),
          );
      for (let index = 0; index < (stage === 'dev' ? 5 : 8); index += 1) {
        const isLatent = index === 0 && stage !== 'prod';
        subjects.push(pictured(`vm-${stage}-${region}-db-${index}`, `${network} / snet-data`, isLatent ? { outcome: 'latent' } : {}));
      }
      if (stage === 'stage')
        subjects.push(
          pictured(
            `vm-stage-${region}-batch`,
            `${network} / snet-data`,
            unknownBecause(`the rules of nsg-stage-${region}-data could not be read: denied`),
          ),
        );
    }
  }
  for (let index = subjects.length; index < 300; index += 1) subjects.push(pictured(`vm-prod-core-${index}`, 'vnet-prod-core / snet-core'));
  return {
    subjects,
    allow: [
      allowing({ ports: '8443', to: { name: 'vm-prod-*' } }),
      allowing({ ports: '443', to: { name: 'vm-*-ingest-*' }, reason: 'devices of customers send here' }),
      allowing({ ports: '22', from: ['192.0.2.0/29'], to: { name: '*-jump' }, owner: 'Operations', reason: 'the office' }),
    ],
  };
}
