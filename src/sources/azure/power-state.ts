import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';

/** Whether a machine runs: Resource Graph says it in a member of its own, Azure Resource Manager in the instance view, which is asked for. */
const inGraph = z.object({ instanceView: z.object({ powerState: z.object({ code: z.string() }) }) });
const atOrigin = z.object({ instanceView: z.object({ statuses: z.array(z.object({ code: z.string().nullish() })) }) });

/** Of the member `extended`; the rest of it (names of the machine and of its system) nobody reads. */
export function keptPowerState(extended: Json): JsonObject {
  const read = inGraph.safeParse(extended);
  return read.success ? stateOf(read.data.instanceView.powerState.code) : {};
}

/** What the origin says, written as Resource Graph writes it. No such status, or several: nothing is said. */
export function withPowerState(row: JsonObject): JsonObject {
  const read = atOrigin.safeParse(row['properties']);
  if (!read.success) return row;
  const codes = read.data.instanceView.statuses.flatMap(({ code }) => (code?.toLowerCase().startsWith('powerstate/') ? [code] : []));
  const [code] = codes;
  if (code === undefined || codes.length > 1) return row;
  return { ...row, properties: { ...(row['properties'] as JsonObject), extended: stateOf(code) } };
}

function stateOf(code: string): JsonObject {
  return { instanceView: { powerState: { code } } };
}
