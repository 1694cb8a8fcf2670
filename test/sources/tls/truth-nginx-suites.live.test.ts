import { bothGroups, curves, modernGroups, modernSuites } from '../../support/openssl-defaults.ts';
import { dhParameters } from '../../support/truth-certificates.ts';
import {
  ciphers,
  command,
  type NginxBench,
  type NginxCase,
  type NginxCases,
  newest,
  only12,
  only13,
  testNginx,
  versions,
} from '../../support/truth-nginx.ts';

const [gcm128, gcm256] = ['ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE_RSA_WITH_AES_256_GCM_SHA384'];
const [cbc128, cbc256] = ['ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE_RSA_WITH_AES_256_CBC_SHA'];
const [rsaCbc128, rsaCbc256] = ['RSA_WITH_AES_128_CBC_SHA', 'RSA_WITH_AES_256_CBC_SHA'];
const chaCha = 'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256';
const [curvesOf12, noGroups, groupsOf13] = [{ 'TLSv1.2': curves }, { 'TLSv1.2': [] }, { 'TLSv1.3': modernGroups }];

const versionCases: NginxCases = {
  'TLS 1.0 alone': {
    directives: [versions('TLSv1'), ciphers('ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA')],
    suites: { TLSv1: [cbc128, cbc256] },
    groups: {},
  },
  'TLS 1.1 alone': {
    directives: [versions('TLSv1.1'), ciphers('AES256-SHA', 'AES128-SHA')],
    suites: { 'TLSv1.1': [rsaCbc256, rsaCbc128] },
    groups: {},
  },
  'TLS 1.2 alone': {
    directives: [only12, ciphers('ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384')],
    suites: { 'TLSv1.2': [gcm128, gcm256] },
    groups: curvesOf12,
  },
  'TLS 1.3 alone': { directives: [only13], suites: { 'TLSv1.3': modernSuites }, groups: groupsOf13 },
  'TLS 1.0 and 1.2 without 1.1': {
    directives: [versions('TLSv1', 'TLSv1.2'), ciphers('AES128-SHA', 'AES128-GCM-SHA256')],
    suites: { TLSv1: [rsaCbc128], 'TLSv1.2': [rsaCbc128, 'RSA_WITH_AES_128_GCM_SHA256'] },
    groups: noGroups,
  },
  'every version that it has': {
    directives: [versions('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'), ciphers('ECDHE-RSA-AES256-SHA', 'ECDHE-RSA-AES128-GCM-SHA256')],
    suites: { TLSv1: [cbc256], 'TLSv1.1': [cbc256], 'TLSv1.2': [cbc256, gcm128], 'TLSv1.3': modernSuites },
    groups: bothGroups,
  },
};

const three = ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'];
const threeAndModern = { 'TLSv1.2': [gcm256, gcm128, chaCha], 'TLSv1.3': modernSuites };

const orderCases: NginxCases = {
  "the server's order": { directives: [newest, ciphers(...three)], suites: threeAndModern, groups: bothGroups },
  "the client's order": {
    directives: [newest, 'ssl_prefer_server_ciphers off;', ciphers(...three)],
    suites: threeAndModern,
    order: 'client',
    groups: bothGroups,
  },
  'ChaCha20 first for those who put it first': {
    directives: [newest, command('Options PrioritizeChaCha'), ciphers(...three)],
    suites: threeAndModern,
    groups: bothGroups,
  },
  'ChaCha20 first of all': {
    directives: [newest, ciphers(...three.toReversed())],
    suites: { 'TLSv1.2': [chaCha, gcm128, gcm256], 'TLSv1.3': modernSuites },
    groups: bothGroups,
  },
  'no extended master secret': {
    directives: [newest, command('Options -ExtendedMasterSecret'), ciphers(...three)],
    suites: threeAndModern,
    groups: bothGroups,
    behaviour: { extendedMasterSecret: { is: false } },
  },
  'TLS 1.3 with CCM, in another order': {
    directives: [only13, command('Ciphersuites TLS_AES_128_CCM_8_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256')],
    suites: { 'TLSv1.3': ['AES_128_CCM_8_SHA256', 'AES_128_GCM_SHA256', 'AES_128_CCM_SHA256'] },
    groups: groupsOf13,
  },
  'TLS 1.3 with one suite': {
    directives: [only13, command('Ciphersuites TLS_CHACHA20_POLY1305_SHA256')],
    suites: { 'TLSv1.3': ['CHACHA20_POLY1305_SHA256'] },
    groups: groupsOf13,
  },
};

const singleSuites = {
  'AES256-GCM-SHA384': 'RSA_WITH_AES_256_GCM_SHA384',
  'AES128-CCM8': 'RSA_WITH_AES_128_CCM_8',
  'NULL-SHA256': 'RSA_WITH_NULL_SHA256',
  'NULL-MD5': 'RSA_WITH_NULL_MD5',
  'CAMELLIA256-SHA': 'RSA_WITH_CAMELLIA_256_CBC_SHA',
  'ECDHE-RSA-CAMELLIA128-SHA256': 'ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256',
  'ECDHE-ARIA256-GCM-SHA384': 'ECDHE_RSA_WITH_ARIA_256_GCM_SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305': chaCha,
  'ECDHE-RSA-NULL-SHA': 'ECDHE_RSA_WITH_NULL_SHA',
};

const suiteCases: NginxCases = named(Object.entries(singleSuites), ([opensslName, name]) => [
  `${name} alone`,
  { directives: [only12, ciphers(opensslName)], suites: { 'TLSv1.2': [name] }, groups: name.startsWith('ECDHE') ? curvesOf12 : noGroups },
]);

const groupLists = [
  ['secp256r1'],
  ['secp384r1', 'x448'],
  ['secp521r1', 'x25519'],
  ['secp256r1', 'ffdhe2048', 'ffdhe3072'],
  ['brainpoolP256r1', 'brainpoolP384r1', 'secp256r1'],
];
const opensslNames: Readonly<Record<string, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  x25519: 'X25519',
  x448: 'X448',
};

const groupCases: NginxCases = named(groupLists, (groups) => [
  `the groups ${groups.join(', ')}`,
  {
    directives: [
      newest,
      ciphers('ECDHE-RSA-AES128-GCM-SHA256'),
      `ssl_ecdh_curve ${groups.map((name) => opensslNames[name] ?? name).join(':')};`,
    ],
    suites: { 'TLSv1.2': [gcm128], 'TLSv1.3': modernSuites },
    groups: {
      'TLSv1.2': groups.filter((name) => !name.startsWith('ffdhe')),
      'TLSv1.3': groups.filter((name) => !name.startsWith('brainpool')),
    },
  },
]);

function dheCases({ file }: NginxBench): NginxCases {
  const primes = [
    ['modp2', 1_024],
    ['modp14', 2_048],
    ['modp15', 3_072],
  ] as const;
  return named(primes, ([prime, bits]) => [
    `DHE of ${bits} bits`,
    {
      directives: [only12, ciphers('DHE-RSA-AES128-GCM-SHA256'), `ssl_dhparam ${file(prime, dhParameters(prime))};`],
      suites: { 'TLSv1.2': ['DHE_RSA_WITH_AES_128_GCM_SHA256'] },
      groups: noGroups,
      dhBits: [bits],
    },
  ]);
}

const nameless = { outcome: 'answered', version: 'TLSv1.2', certificate: null, moreVersions: [] } as const;
const anonymous = {
  directives: [only12, ciphers('AECDH-AES128-SHA')],
  suites: { 'TLSv1.2': ['ECDH_anon_WITH_AES_128_CBC_SHA'] },
  groups: curvesOf12,
};
const nothingShown = { code: 'denied', message: 'the peer shows no certificate with any suite that it accepts' } as const;

const anonymousCases: NginxCases = {
  'nobody proves who it is': { ...anonymous, chains: [], otherNames: [nameless, nameless], unknown: [nothingShown] },
  'nobody proves who it is before TLS 1.3': {
    ...anonymous,
    directives: [newest, ...anonymous.directives.slice(1)],
    suites: { ...anonymous.suites, 'TLSv1.3': modernSuites },
    groups: bothGroups,
  },
};

function named<Value>(values: readonly Value[], make: (value: Value) => readonly [name: string, one: NginxCase]): NginxCases {
  return Object.fromEntries(values.map(make));
}

testNginx('versions, suites and groups', (bench) => {
  const cases: NginxCases = {
    ...versionCases,
    ...orderCases,
    ...suiteCases,
    ...groupCases,
    ...dheCases(bench),
    ...anonymousCases,
  };
  return named(Object.entries(cases), ([name, one]) => [name, { certificates: [bench.rsa], ...one }]);
});
