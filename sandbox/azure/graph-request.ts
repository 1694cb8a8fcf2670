import { z } from 'zod';
import { type Reply, replyError } from './reply.ts';

/** The body of a query to Resource Graph, checked. */
export interface GraphRequest {
  readonly query: string;
  /** Lower case; null: all that the identity can read. */
  readonly subscriptions: readonly string[] | null;
  readonly top: number;
  /** How many rows to skip. */
  readonly from: number;
}

/** The default of the older documentation, so that a forgotten `$top` hurts. */
const defaultTop = 100;
const largestTop = 1000;

const bodySchema = z.object({
  query: z.string().min(1),
  subscriptions: z.array(z.string()).optional(),
  options: z
    .object({
      $top: z.number().int().min(1).max(largestTop).optional(),
      $skipToken: z.string().optional(),
      resultFormat: z.literal('objectArray').optional(),
    })
    .optional(),
});

/** The request, or how the real one refuses it. */
export function readGraphRequest(body: unknown): GraphRequest | Reply {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return replyError(400, 'BadRequest', z.prettifyError(parsed.error));
  const { query, subscriptions, options } = parsed.data;
  const from = options?.$skipToken === undefined ? 0 : decodePosition(options.$skipToken, query);
  if (from === null) return replyError(400, 'BadRequest', 'The $skipToken is invalid or belongs to another query.');
  return { query, subscriptions: subscriptions?.map((id) => id.toLowerCase()) ?? null, top: options?.$top ?? defaultTop, from };
}

/** The text of a `$skipToken`: it holds for one query only. */
export function encodePosition(query: string, from: number): string {
  return Buffer.from(`${from} ${query}`).toString('base64');
}

function decodePosition(skipToken: string, query: string): number | null {
  const [, from, itsQuery] = /^([1-9]\d*) (.*)$/s.exec(Buffer.from(skipToken, 'base64').toString()) ?? [];
  return from === undefined || itsQuery !== query ? null : Number(from);
}
