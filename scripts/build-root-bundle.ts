import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { digestOfBlocks } from '../src/sources/tls/trust-store.ts';

/** Writes the roots that this Node carries (Mozilla's, as built in) to a file: a trust verdict must not change with the Node that runs. */
const target = new URL('../config/trust/mozilla-roots.pem', import.meta.url);

function buildRootBundle(): string {
  const roots = rootCertificates
    .map((pem) => ({ pem: pem.trim(), certificate: new X509Certificate(pem) }))
    .toSorted((a, b) => (a.certificate.fingerprint256 < b.certificate.fingerprint256 ? -1 : 1));
  const header = [
    '# Root certificates of the Mozilla CA programme, as carried by Node.js. Made by scripts/build-root-bundle.ts; do not edit.',
    `# Node.js: ${process.version}`,
    `# Roots: ${roots.length}`,
    `# SHA-256 over the PEM blocks, each followed by a line feed: ${digestOfBlocks(roots.map((root) => root.pem))}`,
  ];
  const blocks = roots.map(({ pem, certificate }) => `\n# ${certificate.subject.split('\n').join(', ')}\n${pem}`);
  return `${[...header, ...blocks].join('\n')}\n`;
}

mkdirSync(new URL('.', target), { recursive: true });
writeFileSync(target, buildRootBundle());
