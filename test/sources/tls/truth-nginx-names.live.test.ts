import { indexLine, openBench } from '../../support/openssl-authority.ts';
import { bothGroups, modernSuites } from '../../support/openssl-defaults.ts';
import { ciphers, type NginxBench, type NginxCases, newest, only13, testNginx } from '../../support/truth-nginx.ts';

const gcm = 'ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const usual = {
  directives: [newest, ciphers('ECDHE-RSA-AES128-GCM-SHA256')],
  suites: { 'TLSv1.2': [gcm], 'TLSv1.3': modernSuites },
  groups: bothGroups,
};

async function nameCases({ issue, rsa }: NginxBench): Promise<NginxCases> {
  const other = await issue('rsa-1024', 'rsa 1024 sha256', { hosts: ['intranet.example.com'] });
  // Versions, and in TLS 1.3 whose order decides, are those of the first server, whatever the name.
  const first = [newest, 'ssl_prefer_server_ciphers on;'];
  const before = [{ certificates: [other], directives: [...first, ciphers('AES128-SHA')] }];
  const seen = { outcome: 'answered', version: 'TLSv1.3', certificate: 'rsa 1024 sha256', moreVersions: [] } as const;
  return {
    'another server, of another name, for whoever names none': { ...usual, certificates: [rsa], before, otherNames: [seen, seen] },
    'nobody for whoever names none': {
      ...usual,
      certificates: [rsa],
      before: [{ certificates: [], directives: ['ssl_reject_handshake on;', ...first] }],
      otherNames: [
        { outcome: 'refused', by: 'alert' },
        { outcome: 'refused', by: 'alert' },
      ],
    },
    'TLS 1.3 alone': {
      directives: [only13],
      certificates: [rsa],
      suites: { 'TLSv1.3': modernSuites },
      groups: { 'TLSv1.3': bothGroups['TLSv1.3'] },
    },
    'TLS 1.3 alone, and another server for whoever names none': {
      directives: [only13],
      certificates: [rsa],
      before: [{ certificates: [other], directives: [only13, ...first.slice(1), ciphers('AES128-SHA')] }],
      suites: { 'TLSv1.3': modernSuites },
      groups: { 'TLSv1.3': bothGroups['TLSv1.3'] },
      otherNames: [seen, seen],
    },
  };
}

function stapleCases({ rsa, file }: NginxBench): NginxCases {
  const bench = openBench();
  try {
    const issuer = bench.issue({ name: 'issuer', serial: 1, issuer: null });
    const about = bench.issue({ name: 'leaf', serial: 2, issuer });
    const staple = bench.respond({ about, issuer, signer: issuer, index: [indexLine(2)] });
    const stapling = ['ssl_stapling on;', `ssl_stapling_file ${file('staple.der', staple)};`];
    const directives = [...usual.directives, ...stapling];
    const wanted = ['ssl_verify_client on;', `ssl_client_certificate ${file('clients.pem', rsa.leafPem)};`];
    return {
      'a staple': { ...usual, directives, certificates: [rsa], chains: [{ ...rsa, staple }] },
      'a staple in TLS 1.3 alone': {
        directives: [only13, ...stapling],
        certificates: [rsa],
        chains: [{ ...rsa, staple }],
        suites: { 'TLSv1.3': modernSuites },
        groups: { 'TLSv1.3': bothGroups['TLSv1.3'] },
      },
      'a certificate that it wants of its clients': { ...usual, directives: [...usual.directives, ...wanted], certificates: [rsa] },
    };
  } finally {
    bench.remove();
  }
}

testNginx('names and staples', async (bench) => ({ ...(await nameCases(bench)), ...stapleCases(bench) }));
