import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { azureNeeds } from '../src/commands/azure-needs.ts';
import { leastRole } from '../src/commands/least-role.ts';
import { lookedFactsOf, looksWithDefaults } from '../src/commands/looked-facts.ts';
import { neededActions } from '../src/commands/needed-actions.ts';
import { planDefaults } from '../src/commands/plan-for-endpoints.ts';
import { openRooms } from '../src/commands/rooms.ts';
import { knowAzure } from '../src/config/know-azure.ts';

/** The role for all checks that there are. */
export const rolePath = fileURLToPath(new URL('../config/azure/role.json', import.meta.url));

/** Its JSON text, as `az role definition create --role-definition` takes it. */
export async function buildRole(): Promise<string> {
  const { checks, sources } = await openRooms();
  const { checks: plans } = await planDefaults(checks);
  const { resourceTypes } = await knowAzure(plans, checks, azureNeeds);
  const actions = neededActions({ checks: plans, resourceTypes }, checks, lookedFactsOf(looksWithDefaults(sources), sources)).map(
    ({ action }) => action,
  );
  return `${JSON.stringify(leastRole(actions, ['<id>']), null, 2)}\n`;
}

/** `--check` writes nothing and fails where what stands differs. */
async function main(only: string | undefined): Promise<void> {
  const text = await buildRole();
  if (only !== '--check') await writeFile(rolePath, text);
  else if ((await readFile(rolePath, 'utf8').catch(() => '')) !== text) {
    console.error('config/azure/role.json is not what the checks need; run: npm run role');
    process.exitCode = 1;
  }
}

if (import.meta.main) await main(process.argv[2]);
