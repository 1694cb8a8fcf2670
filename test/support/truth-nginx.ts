import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { versionOfNginx } from './nginx-server.ts';
import { type NginxBlock, type RunningNginxServers, startNginxServers } from './nginx-servers.ts';
import { versionOfOpenssl } from './openssl-server.ts';
import { type Configured, expectTruth, truthHost } from './tls-truth.ts';
import { openTruthCertificates, type TruthCertificate, type TruthCertificates } from './truth-certificates.ts';
import { saySkipped } from './truth-servers.ts';

/** A server of nginx, and what it was told to be. */
export interface NginxCase extends Omit<Configured, 'chains'> {
  readonly directives: readonly string[];
  /** Default: a key of RSA, under an intermediate authority. */
  readonly certificates?: readonly TruthCertificate[];
  /** Default: those of `certificates`. */
  readonly chains?: Configured['chains'];
  /** In front of the server that is asked for. */
  readonly before?: readonly NginxBlock[];
}

export type NginxCases = Readonly<Record<string, NginxCase>>;

export interface NginxBench extends TruthCertificates {
  readonly rsa: TruthCertificate;
  /** Writes a file and gives its path. */
  file(name: string, content: string | Buffer): string;
}

export const versions = (...names: readonly string[]): string => `ssl_protocols ${names.join(' ')};`;
export const ciphers = (...names: readonly string[]): string => `ssl_ciphers ${[...names, '@SECLEVEL=0'].join(':')};`;
export const command = (words: string): string => `ssl_conf_command ${words};`;
export const [only12, only13, newest] = [versions('TLSv1.2'), versions('TLSv1.3'), versions('TLSv1.2', 'TLSv1.3')] as const;

/** All servers of the table in one nginx, each looked at in a test of its own. */
export function testNginx(title: string, makeCases: (bench: NginxBench) => NginxCases | Promise<NginxCases>): void {
  const isMissing = versionOfNginx() === null || versionOfOpenssl() === null;
  describe.skipIf(isMissing).concurrent(`nginx: ${title} (skipped where it or openssl is not installed)`, async () => {
    if (isMissing) return saySkipped();
    const folder = mkdtempSync(join(tmpdir(), 'truth-nginx-'));
    const cases = Object.entries(await makeCases(await openBench(folder)));
    let nginx: RunningNginxServers;
    beforeAll(async () => {
      nginx = await startNginxServers(cases.map(([, one]) => blocksOf(one)));
    });
    afterAll(() => {
      nginx.stop();
      rmSync(folder, { recursive: true });
    });

    it.each(cases.map(([name, one], index) => [name, index, one] as const))('%s', async (_name, index, one) => {
      const behaviour = { alpn: { is: 'http/1.1' }, ...one.behaviour };
      await expectTruth(nginx.ports[index] ?? 0, { chains: one.certificates ?? [], ...one, behaviour });
    });
  });
}

async function openBench(folder: string): Promise<NginxBench> {
  const certificates = await openTruthCertificates();
  return {
    ...certificates,
    rsa: await certificates.issue('rsa-2048', 'rsa 2048 sha256', { intermediate: true }),
    file(name, content) {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
  };
}

function blocksOf({ before = [], certificates = [], directives }: NginxCase): readonly NginxBlock[] {
  const order = directives.some((line) => line.startsWith('ssl_prefer_server_ciphers')) ? [] : ['ssl_prefer_server_ciphers on;'];
  return [...before, { certificates, directives: [`server_name ${truthHost};`, ...order, ...directives] }];
}
