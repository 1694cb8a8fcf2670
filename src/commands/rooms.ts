import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check, Derivation } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { FactFollower } from '../domain/fact-follower.ts';
import type { FactKind } from '../domain/look.ts';
import type { ReceiverKind, SourceKind } from '../domain/ports.ts';
import { azureSource } from '../sources/azure/azure-source.ts';
import { dnsSource } from '../sources/dns/dns-source.ts';
import { httpSource } from '../sources/http/http-source.ts';
import { httpsSource } from '../sources/https/https-source.ts';
import { outsideProbeSource } from '../sources/outside-probe/outside-probe-source.ts';
import { tlsSource } from '../sources/tls/tls-source.ts';
import { certificateChains } from '../transport/certificate-chain.ts';
import { estateDerivations } from './estate-derivations.ts';
import { factFollowers } from './fact-followers.ts';

/** Everything that a configuration may name, found where it stands. */
export interface Rooms {
  readonly checks: ReadonlyMap<string, Check>;
  readonly sources: ReadonlyMap<string, SourceKind>;
  readonly derivations: ReadonlyMap<FactKind, Derivation>;
  /** Facts of single resources that follow from the rows of many. */
  readonly estateDerivations: readonly EstateDerivation[];
  /** Facts whose changes are told. */
  readonly followers: readonly FactFollower[];
  readonly receivers: ReadonlyMap<string, ReceiverKind>;
}

const sourceKinds: readonly SourceKind[] = [azureSource, dnsSource, httpSource, httpsSource, outsideProbeSource, tlsSource];
const derivations: readonly Derivation[] = [certificateChains];

export async function openRooms(): Promise<Rooms> {
  const [checks, receivers] = await Promise.all([
    importFolder<Check>(new URL('../checks/', import.meta.url), 'check'),
    importFolder<ReceiverKind>(new URL('../alerts/receivers/', import.meta.url), 'receiver'),
  ]);
  return {
    checks,
    sources: new Map(sourceKinds.map((source) => [source.name, source])),
    derivations: new Map(derivations.map((derivation) => [derivation.kind, derivation])),
    estateDerivations,
    followers: factFollowers,
    receivers,
  };
}

/** One file per thing: the file name is its id. */
async function importFolder<T>(folder: URL, exported: string): Promise<ReadonlyMap<string, T>> {
  const files = (await readdir(fileURLToPath(folder))).filter((file) => /(?<!\.d)\.(js|ts)$/.test(file)).sort();
  const found = await Promise.all(
    files.map(async (file): Promise<[string, T]> => {
      const module = (await import(new URL(file, folder).href)) as { readonly [name: string]: T | undefined };
      const thing = module[exported];
      if (thing === undefined) throw new Error(`${fileURLToPath(new URL(file, folder))} does not export "${exported}"`);
      return [basename(file, extname(file)), thing];
    }),
  );
  return new Map(found);
}
