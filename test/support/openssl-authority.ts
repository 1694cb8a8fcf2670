import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that the openssl program made, and where its files are. */
export interface OpensslIssued {
  readonly der: Buffer;
  readonly file: string;
  readonly keyFile: string;
}

export interface OpensslOrder {
  readonly name: string;
  readonly serial: number;
  /** Lines of an extension section of openssl's configuration. */
  readonly extensions?: readonly string[];
  /** `-newkey` and what belongs to it. */
  readonly key?: readonly string[];
  /** `-sha512`, `-sigopt ...`. */
  readonly signing?: readonly string[];
  /** Null: it signs itself. */
  readonly issuer: OpensslIssued | null;
}

export interface OcspOrder {
  readonly about: OpensslIssued;
  readonly issuer: OpensslIssued;
  readonly signer: OpensslIssued;
  /** Lines of the list that the responder knows, as `openssl ca` writes it. */
  readonly index: readonly string[];
  /** `-ndays 7`, `-resp_key_id`, ... */
  readonly words?: readonly string[];
}

/** Where the openssl program makes certificates and OCSP responses of kinds that our own library does not make. */
export interface OpensslBench {
  issue(order: OpensslOrder): OpensslIssued;
  /** DER. */
  respond(order: OcspOrder): Buffer;
  /** What the program prints. A file of its own is made of `bytes`, whose name stands for `@`. */
  run(words: readonly string[], bytes?: Buffer): string;
  remove(): void;
}

const ellipticKey = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

export function openBench(): OpensslBench {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-bench-'));
  let count = 0;
  const nextFile = (ending: string): string => {
    count += 1;
    return join(folder, `${count}.${ending}`);
  };
  const write = (ending: string, content: string | Buffer): string => {
    const file = nextFile(ending);
    writeFileSync(file, content);
    return file;
  };
  const openssl = (words: readonly string[]): string => execFileSync('openssl', words, { stdio: 'pipe', encoding: 'utf8' });
  return {
    issue({ name, serial, extensions = [], key = ellipticKey, signing = [], issuer }) {
      const [file, keyFile] = [nextFile('pem'), nextFile('key')];
      const configuration = write('cnf', ['[req]', 'distinguished_name=dn', '[dn]', '[own]', ...extensions, ''].join('\n'));
      const by = issuer === null ? [] : ['-CA', issuer.file, '-CAkey', issuer.keyFile];
      const names = ['-subj', `/CN=${name}`, '-set_serial', String(serial), '-config', configuration, '-extensions', 'own'];
      openssl(['req', '-x509', '-nodes', '-days', '30', '-newkey', ...key, '-keyout', keyFile, '-out', file, ...names, ...by, ...signing]);
      return { der: new X509Certificate(readFileSync(file)).raw, file, keyFile };
    },
    respond({ about, issuer, signer, index, words = [] }) {
      const [question, answer] = [nextFile('der'), nextFile('der')];
      openssl(['ocsp', '-issuer', issuer.file, '-cert', about.file, '-no_nonce', '-reqout', question]);
      const known = write('txt', index.map((line) => `${line}\n`).join(''));
      const by = ['-rsigner', signer.file, '-rkey', signer.keyFile, '-CA', issuer.file];
      openssl(['ocsp', '-index', known, '-reqin', question, '-respout', answer, ...by, ...words]);
      return readFileSync(answer);
    },
    run(words, bytes) {
      const file = bytes === undefined ? '' : write('der', bytes);
      return openssl(words.map((word) => (word === '@' ? file : word)));
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A line of the list of `openssl ca`: kind, end, end of trust and reason, serial number, file, name. */
export function indexLine(serial: number, revoked?: { readonly at: string; readonly reason: string }): string {
  const number = serial.toString(16).toUpperCase().padStart(2, '0');
  const revocation = revoked === undefined ? '' : `${revoked.at},${revoked.reason}`;
  return [revoked === undefined ? 'V' : 'R', '350101000000Z', revocation, number, 'unknown', `/CN=${number}`].join('\t');
}
