import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { findFreePort } from '../sandbox/listen.ts';
import { azureChecks } from './checks.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Where the pretend Azure is, and how to sign in there. */
interface PretendAzureAddress {
  readonly resources: number;
  readonly origin: string;
  readonly authorityHost: string;
  readonly scope: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptions: readonly string[];
  readonly rootPem: string;
}

export interface Azure {
  readonly address: PretendAzureAddress;
  change(): void;
  /** Since it was last asked. */
  counts(): Promise<{ readonly requests: number; readonly refused: number }>;
  stop(): void;
}

export interface Setting {
  readonly resources: number;
  readonly schedule: string;
  readonly isLimited?: boolean;
}

export async function startAzure(resources: number, isLimited: boolean): Promise<Azure> {
  const words = [String(resources), isLimited ? 'on' : 'off', isLimited ? '80' : '0'];
  const child: ChildProcess = fork(join(projectRoot, 'bench/azure-process.ts'), words);
  const [address] = (await once(child, 'message')) as [PretendAzureAddress];
  return {
    address,
    change: () => child.send('change'),
    counts: async () => {
      child.send('counts');
      const [counts] = (await once(child, 'message')) as [{ requests: number; refused: number }];
      return counts;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

/** Only the look at Azure and what it feeds: probes of endpoints are measured by the bench of the frame. */
export async function writeConfiguration(folder: string, azure: PretendAzureAddress, setting: Setting): Promise<void> {
  const unlimited = 1_000_000;
  const limits = {
    resourceGraphPer5Seconds: unlimited,
    storageListsPer5Minutes: unlimited,
    cdnReadsPer5Minutes: unlimited,
    readsAtOnce: unlimited,
    readsPerSecond: unlimited,
  };
  const configuration = {
    state: './state',
    register: 'claims.yaml',
    waivers: 'waivers.yaml',
    listen: { host: '127.0.0.1', port: await findFreePort() },
    azure: {
      cloud: { resourceManager: azure.origin, authority: azure.authorityHost, scope: azure.scope },
      identity: { kind: 'client-secret', tenantId: azure.tenantId, clientId: azure.clientId, secretFile: 'secret' },
      certificateAuthority: 'root.pem',
      subscriptions: azure.subscriptions,
      ...(setting.isLimited === true ? {} : { limits }),
    },
    looks: { azure: { source: 'azure', schedule: setting.schedule, deadline: '5m', subjectDeadline: '15s', concurrency: 8 } },
    checks: { ...azureChecks, 'hosting-regions': { maxAge: '50m', parameters: { allowed: ['westeurope', 'northeurope', 'global'] } } },
    receivers: { log: { kind: 'log' } },
  };
  await writeFile(join(folder, 'claimwatch.yaml'), stringify(configuration));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(join(folder, 'root.pem'), azure.rootPem);
  await writeFile(join(folder, 'secret'), azure.clientSecret);
  await cp(join(projectRoot, 'config/claims.yaml'), join(folder, 'claims.yaml'));
}
