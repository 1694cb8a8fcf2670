import { bothGroups, curves, modernSuites } from '../../support/openssl-defaults.ts';
import { aboveOf, type TruthCertificate, withChain } from '../../support/truth-certificates.ts';
import { ciphers, type NginxBench, type NginxCase, type NginxCases, newest, only12, testNginx } from '../../support/truth-nginx.ts';

const [ofRsa, ofEcdsa] = ['ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];
const both = [newest, ciphers('ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256')];

/** With TLS 1.2 and 1.3 and one suite for each kind of key. */
function serving(certificates: readonly TruthCertificate[], change: Partial<NginxCase> = {}): NginxCase {
  const isRsa = ({ leaf }: TruthCertificate): boolean => leaf.startsWith('rsa');
  const older = [...(certificates.some(isRsa) ? [ofRsa] : []), ...(certificates.every(isRsa) ? [] : [ofEcdsa])];
  return { certificates, directives: both, suites: { 'TLSv1.2': older, 'TLSv1.3': modernSuites }, groups: bothGroups, ...change };
}

/** Its curve stands in every hello that gets the certificate, so that in TLS 1.2 nobody gets what the server likes less. */
const upTo = (name: string): Pick<NginxCase, 'groups'> => ({
  groups: { ...bothGroups, 'TLSv1.2': curves.slice(0, curves.indexOf(name) + 1) },
});

const curve = (name: string): readonly string[] => ['ec', '-pkeyopt', `ec_paramgen_curve:${name}`];

async function keyCases({ issue, make }: NginxBench): Promise<NginxCases> {
  const [rsa4096, p256, p384] = await Promise.all([
    issue('rsa-4096', 'rsa 4096 sha256'),
    issue('p-256', 'ec 256 sha256'),
    issue('p-384', 'ec 384 sha256'),
  ]);
  return {
    'a key of RSA with 3,072 bits, signed with SHA-512': serving([make({ key: ['rsa:3072'], signing: ['-sha512'] }, 'rsa 3072 sha512')]),
    'a key of RSA with 4,096 bits': serving([rsa4096]),
    'a key of RSA with 1,024 bits, signed with SHA-1': serving([make({ key: ['rsa:1024'], signing: ['-sha1'] }, 'rsa 1024 sha1')]),
    'a key of RSA-PSS': serving([make({ key: ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'] }, 'rsa-pss 2048 sha256')]),
    'a key on P-256': serving([p256], upTo('secp256r1')),
    'a key on P-384': serving([p384], upTo('secp384r1')),
    'a key on P-521': serving([make({ key: curve('P-521') }, 'ec 521 sha256')], upTo('secp521r1')),
    'a key of Ed25519': serving([make({ key: ['ed25519'] }, 'ed25519 256')]),
    'a key of Ed448': serving([make({ key: ['ed448'] }, 'ed448 456')]),
  };
}

async function chainCases({ issue, make, rsa, authority }: NginxBench): Promise<NginxCases> {
  const [root, between] = [authority.certificatePem, aboveOf(rsa)];
  const [p256, sha1] = await Promise.all([
    issue('p-256', 'ec 256 sha256', { intermediate: true }),
    issue('p-256', 'ec 256 sha1', { signatureHash: 'SHA-1' }),
  ]);
  const mixed = make({ key: curve('P-256'), issuer: rsa }, 'ec 256 sha256');
  return {
    'an intermediate authority': serving([rsa]),
    'no intermediate authority': serving([withChain(rsa, [])]),
    'its root': serving([withChain(rsa, [between, root])]),
    'its chain in the wrong order': serving([withChain(rsa, [root, between])]),
    'what is not of its chain': serving([withChain(rsa, [between, p256.leafPem, between])]),
    'a key on a curve, signed by one of RSA': serving([withChain(mixed, [])], upTo('secp256r1')),
    'a signature with SHA-1': serving([sha1], upTo('secp256r1')),
    "a key on P-256, where the client's order decides": serving([p256], {
      directives: [...both, 'ssl_prefer_server_ciphers off;'],
      order: 'client',
    }),
    'two certificates': serving([p256, rsa]),
    'two certificates, of which TLS 1.2 shows one': serving([p256, rsa], {
      directives: [newest, ciphers('ECDHE-RSA-AES128-GCM-SHA256')],
      suites: { 'TLSv1.2': [ofRsa], 'TLSv1.3': modernSuites },
    }),
    'two certificates in TLS 1.2 alone': serving([p256, rsa], {
      directives: [only12, ...both.slice(1)],
      suites: { 'TLSv1.2': [ofRsa, ofEcdsa] },
      groups: { 'TLSv1.2': curves },
    }),
  };
}

testNginx('keys and chains', async (bench) => ({ ...(await keyCases(bench)), ...(await chainCases(bench)) }));
