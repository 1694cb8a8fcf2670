import type { Layers } from './inbound.ts';
import type { PlaceSources } from './place-sources.ts';
import { lastNameOf } from './row-reading.ts';
import { withDoubtOfAll } from './security-rules.ts';

type Admin = Layers['admin'];

/** What network managers say of a virtual network. */
export function adminRulesOf(sources: PlaceSources, network: string): { readonly rules: Admin; readonly doubts: readonly string[] } {
  const found = sources.table.find(
    sources.reader,
    'microsoft.network/virtualnetworks/effectivesecurityadminrules',
    `${network}/effectivesecurityadminrules/current`,
  );
  if (found.kind === 'row') return { rules: found.record, doubts: [] };
  if (found.kind === 'absent' && found.gap === null) return { rules: null, doubts: [] };
  const why = found.kind === 'unreadable' ? found.why : found.gap;
  return { rules: 'unknown', doubts: [`the admin rules of ${lastNameOf(network)} could not be read: ${why}`] };
}

/** Networks that hold such services are left out by default (Azure Virtual Network Manager, "Nonapplication of security admin rules"). */
export function adminRulesBeside(rules: Admin, services: readonly string[]): Admin {
  return services.length === 0 ? rules : perhaps(rules, `rules of network managers may not hold in networks with ${services.join(', ')}`);
}

/** Subnets of application gateways are left out unless these have network isolation, and private endpoints may be (as above). */
export function adminRulesOfPlatform(rules: Admin): Admin {
  return perhaps(rules, 'rules of network managers may not hold for application gateways and private endpoints');
}

function perhaps(rules: Admin, why: string): Admin {
  return rules === null || rules === 'unknown' ? rules : withDoubtOfAll(rules, why);
}
