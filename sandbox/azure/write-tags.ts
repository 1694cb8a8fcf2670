import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ArmRequest } from './arm-answer.ts';
import type { ArmPath } from './arm-path.ts';
import { pathOf } from './arm-path.ts';
import { type ArmParts, denyAction, replyMissing } from './arm-resources.ts';
import type { PretendEstate } from './estate-port.ts';
import { type Reply, replies, replyError } from './reply.ts';
import type { Rights } from './rights.ts';

const tagsSchema = z.object({ operation: z.literal('Merge'), properties: z.object({ tags: z.record(z.string(), z.string()) }) });
type Parts = Pick<ArmParts, 'arm'> & { readonly estate: PretendEstate };

/** The one thing that can be written: tags, beside those that are there. */
export function answerPatch(path: ArmPath, request: ArmRequest, rights: Rights, parts: Parts): Reply {
  const isTags = path.kind === 'resource' && path.type.toLowerCase() === 'microsoft.resources/tags' && /\/default$/i.test(path.id);
  if (!isTags) return replies.notRouted(pathOf(request.url));
  const denied = denyAction(rights, 'Microsoft.Resources/tags/write', path.scope);
  if (denied !== null) return denied;
  const resource = parts.arm.get(path.scope);
  if (resource === undefined) return replyMissing({ ...path, id: path.scope }, parts.arm);
  const wanted = tagsSchema.safeParse(parseJson(request.body));
  if (!wanted.success) return replyError(400, 'InvalidRequestContent', 'The request content was invalid: tags can be merged only.');
  const { tags } = wanted.data.properties;
  const correlationId = String(request.headers?.['x-ms-correlation-request-id'] ?? randomUUID());
  parts.estate.tag?.(resource.id, tags, { by: rights.client.clientId, correlationId });
  const body = { id: path.id, name: 'default', type: 'Microsoft.Resources/tags', properties: { tags: { ...resource.tags, ...tags } } };
  return { status: 200, headers: { 'x-ms-correlation-request-id': correlationId }, body };
}

/** Undefined where the text is no JSON. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
