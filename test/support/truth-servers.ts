import { describe, it } from 'vitest';
import { type Configured, expectTruth } from './tls-truth.ts';
import { openTruthCertificates, type TruthCertificate, type TruthCertificates } from './truth-certificates.ts';

/** A server that runs by itself, and what it was told to be. */
export interface ServerCase extends Omit<Configured, 'chains'> {
  readonly args: readonly string[];
  readonly certificate: TruthCertificate;
  /** Default: that of `certificate`. */
  readonly chains?: Configured['chains'];
}

export type ServerCases = Readonly<Record<string, ServerCase>>;

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/** Each server in a test of its own, several at a time. */
export function testServers(
  program: string,
  isMissing: boolean,
  makeCases: (certificates: TruthCertificates) => Promise<ServerCases>,
  start: (certificate: TruthCertificate, args: readonly string[]) => Promise<Running>,
): void {
  describe.skipIf(isMissing).concurrent(`${program} (skipped where it or openssl is not installed)`, async () => {
    if (isMissing) return saySkipped();
    const cases = Object.entries(await makeCases(await openTruthCertificates()));
    it.each(cases)('%s', async (_name, { args, certificate, ...one }) => {
      const server = await start(certificate, args);
      try {
        await expectTruth(server.port, { chains: [certificate], ...one });
      } finally {
        await server.stop();
      }
    });
  });
}

/** A table that cannot be made would be skipped without a word. */
export function saySkipped(): void {
  it('is seen as it was told to be', () => {});
}
