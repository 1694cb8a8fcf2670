import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { check } from '../../src/checks/tls-cipher-strength.ts';
import { judgeAll, shop, verdictOf } from '../support/judge.ts';
import { lookTls } from '../support/look-tls.ts';
import { startOpenssl, versionOfOpenssl } from '../support/openssl-server.ts';

const isMissing = versionOfOpenssl() === null;

/** What a person sees who runs the printed command: the suites that the server took. */
async function repeat(port: number): Promise<readonly string[]> {
  const command = check.repeat({ ...shop, host: 'localhost', port });
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { ...process.env, OPENSSL_CONF: '/dev/null' } });
  const taken = [...stdout.matchAll(/Cipher is (\S+)/g)].flatMap(([, suite = '']) => (suite === '(NONE)' ? [] : [suite]));
  return [...new Set(taken)];
}

describe.skipIf(isMissing)(`the command that repeats it by hand${isMissing ? ' (skipped: openssl is not installed)' : ''}`, () => {
  it.each<[what: string, args: readonly string[], verdicts: readonly string[], taken: readonly string[]]>([
    ['no forward secrecy', ['-tls1_2', '-cipher', 'AES256-GCM-SHA384'], ['pass', 'fail'], ['AES256-GCM-SHA384']],
    ['128 bits', ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'], ['fail', 'pass'], ['ECDHE-RSA-AES128-GCM-SHA256']],
    ['nobody proves who he is', ['-tls1_2', '-cipher', 'ADH-AES256-GCM-SHA384:@SECLEVEL=0'], ['fail', 'fail'], ['ADH-AES256-GCM-SHA384']],
    ['TLS 1.0', ['-tls1', '-cipher', 'AES256-SHA:@SECLEVEL=0'], ['pass', 'fail'], ['AES256-SHA']],
    ['TLS 1.3, 128 bits', ['-tls1_3', '-ciphersuites', 'TLS_AES_128_CCM_8_SHA256'], ['fail', 'pass'], ['TLS_AES_128_CCM_8_SHA256']],
    ['strong suites', ['-tls1_2', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305'], ['pass', 'pass'], []],
  ])('shows what was found: %s', async (_what, args, verdicts, taken) => {
    const certificate = await (await makeAuthority()).issue({ hosts: ['localhost'], key: 'rsa-2048' });
    const server = await startOpenssl(certificate, args);
    try {
      const seen = await lookTls({ port: server.port });
      if ('fault' in seen) throw new Error(`expected a fact, got ${seen.fault.code}`);
      expect(judgeAll(check, { tls: seen.fact }).map(verdictOf)).toEqual(verdicts);
      expect(await repeat(server.port)).toEqual(taken);
    } finally {
      await server.stop();
    }
  });
});
