import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check, Derivation } from '../domain/check.ts';
import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { FactFollower } from '../domain/fact-follower.ts';
import type { FactKind } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReceiverKind, SourceKind } from '../domain/ports.ts';
import { azureSource } from '../sources/azure/azure-source.ts';
import { dnsSource } from '../sources/dns/dns-source.ts';
import { httpSource } from '../sources/http/http-source.ts';
import { httpsSource } from '../sources/https/https-source.ts';
import { activityLogSource } from '../sources/logs/activity-log-source.ts';
import { canarySource } from '../sources/logs/canary-source.ts';
import { diagnosticSettingsSource } from '../sources/logs/diagnostic-settings-source.ts';
import { heartbeatsSource } from '../sources/logs/heartbeats-source.ts';
import { logsSource } from '../sources/logs/logs-source.ts';
import { ownLooksSource } from '../sources/logs/own-looks-source.ts';
import { outsideProbeSource } from '../sources/outside-probe/outside-probe-source.ts';
import { tlsSource } from '../sources/tls/tls-source.ts';
import { certificateChains } from '../transport/certificate-chain.ts';
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

const sourceKinds: readonly SourceKind[] = [
  ...[azureSource, dnsSource, httpSource, httpsSource, outsideProbeSource, tlsSource],
  ...[activityLogSource, canarySource, diagnosticSettingsSource, heartbeatsSource, logsSource, ownLooksSource],
];
export const allSources: Rooms['sources'] = new Map(sourceKinds.map((source) => [source.name, source]));
const allDerivations: Rooms['derivations'] = new Map([certificateChains].map((derivation) => [derivation.kind, derivation]));

export async function openRooms(): Promise<Rooms> {
  const [checks, receivers, { estateDerivations }] = await Promise.all([
    importFolder<Check>(new URL('../checks/', import.meta.url), 'check'),
    importFolder<ReceiverKind>(new URL('../alerts/receivers/', import.meta.url), 'receiver'),
    import('./estate-derivations.ts'),
  ]);
  return { checks, sources: allSources, derivations: allDerivations, estateDerivations, followers: factFollowers, receivers };
}

/** Only what a plan names: what is known of networks takes megabytes, and is of use only where resources are listed. */
export async function openRoomsFor(plan: Pick<Plan, 'checks' | 'looks'>): Promise<Omit<Rooms, 'receivers'>> {
  const configured = new Set(plan.checks.map(({ id }) => id));
  const used = new Set(plan.looks.map(({ source }) => source));
  const sources = new Map([...allSources].filter(([name]) => used.has(name)));
  const checks = await importFolder<Check>(new URL('../checks/', import.meta.url), 'check', (id) => configured.has(id));
  const { estateDerivations } = used.has(azureSource.name) ? await import('./estate-derivations.ts') : { estateDerivations: [] };
  return { checks, sources, derivations: allDerivations, estateDerivations, followers: factFollowers };
}

/** One file per thing: the file name is its id. */
async function importFolder<T>(
  folder: URL,
  exported: string,
  isWanted: (id: string) => boolean = () => true,
): Promise<ReadonlyMap<string, T>> {
  const files = (await readdir(fileURLToPath(folder)))
    .filter((file) => /(?<!\.d)\.(js|ts)$/.test(file) && isWanted(basename(file, extname(file))))
    .sort();
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
