import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { ResourcePath } from './arm-path.ts';
import { type ArmParts, denyAction, replyMissing } from './arm-resources.ts';
import { type Reply, replyError } from './reply.ts';
import type { Rights } from './rights.ts';

export const adminRulesType = 'microsoft.network/virtualnetworks/listnetworkmanagereffectivesecurityadminrules';

/**
 * The rules of network managers that hold in a virtual network: `properties.rules` of the estate's `{network}/effectiveSecurityAdminRules/current`, which
 * is no resource of Azure but where the estate keeps them; none where it keeps none.
 */
export function answerAdminRules(path: ResourcePath, body: string, rights: Rights, parts: ArmParts): Reply {
  const network = path.id.slice(0, path.id.lastIndexOf('/'));
  const denied = denyAction(rights, `${path.type}/action`, network);
  if (denied !== null) return denied;
  if (parts.arm.get(network) === undefined)
    return replyMissing({ ...path, id: network, type: 'Microsoft.Network/virtualNetworks' }, parts.arm);
  const from = readSkipToken(body);
  if (from === null) return replyError(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
  const rules = rulesOf(parts.arm.get(`${network}/effectiveSecurityAdminRules/current`)?.properties);
  const to = from + parts.pageSize;
  return { status: 200, body: { value: rules.slice(from, to), skipToken: to < rules.length ? String(to) : '' } };
}

function rulesOf(properties: JsonObject | undefined): readonly Json[] {
  const rules = properties?.['rules'];
  return Array.isArray(rules) ? rules : [];
}

/** Where the wanted page begins; null where the body is none that Azure takes. */
function readSkipToken(body: string): number | null {
  try {
    const { skipToken = '' }: { readonly skipToken?: unknown } = JSON.parse(body === '' ? '{}' : body);
    return typeof skipToken === 'string' && /^\d*$/.test(skipToken) ? Number(skipToken) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
