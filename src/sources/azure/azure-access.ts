import type { Meter } from '../../domain/look.ts';
import type { LogsClient } from '../logs/logs-client.ts';
import type { ArmClient } from './arm-client.ts';
import type { AzureSettings } from './azure-settings.ts';
import { type Clock, realClock } from './clock.ts';

/** What all sources of Azure share: one token, one set of limits, however many of them ask at the same time. */
export interface AzureAccess {
  readonly clock: Clock;
  /** Loads what asks Azure with the first call: without Azure, and in the main thread, there is none. */
  arm(settings: AzureSettings): Promise<ArmClient>;
  /** The same, of Log Analytics. */
  logs(settings: AzureSettings): Promise<LogsClient>;
  /** From now until the returned function is called, requests are counted for this look; of several that go on for the last one. */
  countFor(meter: Meter | undefined): () => void;
}

/** Clients live as long as the access does: limits and tokens outlive a look. */
export function createAzureAccess(clock: Clock): AzureAccess {
  const arms = new Map<string, Promise<ArmClient>>();
  const logs = new Map<string, Promise<LogsClient>>();
  const meters: Meter[] = [];
  const forwarding: Meter = {
    count: (name, labels, by) => meters.at(-1)?.count(name, labels, by),
    set: (name, labels, value) => meters.at(-1)?.set(name, labels, value),
  };

  async function createArm(settings: AzureSettings): Promise<ArmClient> {
    const { createArmClient } = await import('./arm-client.ts');
    return createArmClient({ settings, meter: forwarding, clock });
  }

  async function createLogs(settings: AzureSettings): Promise<LogsClient> {
    const { createLogAnalytics } = await import('../logs/log-analytics.ts');
    return createLogAnalytics({ settings, meter: forwarding, clock });
  }

  return {
    clock,
    arm: async (settings) => await remembered(arms, settings, createArm),
    logs: async (settings) => await remembered(logs, settings, createLogs),
    countFor: (meter) => {
      if (meter === undefined) return () => undefined;
      meters.push(meter);
      return () => {
        meters.splice(meters.lastIndexOf(meter), 1);
      };
    },
  };
}

/** By the text of the settings: a process may watch one Azure only, and tests many. */
function remembered<T>(made: Map<string, Promise<T>>, settings: AzureSettings, make: (settings: AzureSettings) => Promise<T>): Promise<T> {
  const key = JSON.stringify(settings);
  const known = made.get(key) ?? make(settings);
  made.set(key, known);
  return known;
}

/** Of the whole process. */
export const sharedAccess = createAzureAccess(realClock);
