import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';

export interface OpensslCertificate {
  /** `-newkey` and what belongs to it: `rsa:1024`, `ec -pkeyopt ...`. */
  readonly key: readonly string[];
  /** How it is signed: `-sha512`, `-sigopt ...`. */
  readonly signing?: readonly string[];
  /** Signs it; without one it signs itself. */
  readonly issuer?: IssuedCertificate;
}

/** A certificate for localhost of a kind that our own library does not make, made by the openssl program. */
export function makeOpensslCertificate({ key, signing = [], issuer }: OpensslCertificate): IssuedCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-certificate-'));
  try {
    const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'leaf.pem')];
    const names = ['-subj', `/CN=${issuer === undefined ? 'alone' : 'leaf'}.test`, '-addext', 'subjectAltName=DNS:localhost'];
    const by = issuer === undefined ? [] : writeIssuer(folder, issuer);
    const words = [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '30',
      '-newkey',
      ...key,
      '-keyout',
      keyFile,
      '-out',
      file,
      ...names,
      ...signing,
      ...by,
    ];
    execFileSync('openssl', words, { stdio: 'pipe' });
    const leafPem = readFileSync(file, 'utf8');
    const certificatePem = issuer === undefined ? leafPem : `${leafPem}\n${issuer.leafPem}`;
    return { keyPem: readFileSync(keyFile, 'utf8'), certificatePem, leafPem, chainDer: [new X509Certificate(leafPem).raw] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeIssuer(folder: string, issuer: IssuedCertificate): readonly string[] {
  const [file, keyFile] = [join(folder, 'issuer.pem'), join(folder, 'issuer-key.pem')];
  writeFileSync(file, issuer.leafPem);
  writeFileSync(keyFile, issuer.keyPem);
  return ['-CA', file, '-CAkey', keyFile];
}
