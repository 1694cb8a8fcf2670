import { z } from 'zod';
import { fault, version } from './tls-fact-schemas.ts';

/** Parts of the fact `certificates` that tell of the chains as they were served, for checks that read them. */

const certificate = z.object({
  subject: z.string(),
  keyType: z.string(),
  keyBits: z.number().nullable(),
  curve: z.string().nullable(),
  signatureAlgorithm: z.string(),
  signatureHash: z.string().nullable(),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime(),
  selfSigned: z.boolean(),
  fingerprintSha256: z.string(),
});

const signer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('issuer') }),
  z.object({ kind: z.literal('delegated'), validFrom: z.iso.datetime(), validTo: z.iso.datetime() }),
]);
const answer = z.object({
  status: z.enum(['good', 'revoked', 'unknown']),
  revocation: z.object({ at: z.iso.datetime(), reason: z.string().nullable() }).nullable(),
  thisUpdate: z.iso.datetime(),
  nextUpdate: z.iso.datetime().nullable(),
});
const staple = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('malformed'), fault }),
  z.object({
    kind: z.literal('refused'),
    status: z.enum(['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized']),
  }),
  z.object({
    kind: z.literal('answered'),
    producedAt: z.iso.datetime(),
    signature: z.object({ verdict: z.enum(['valid', 'invalid', 'unverifiable', 'weak']), signer: signer.nullable() }),
    matchesLeaf: z.boolean().nullable(),
    answer: answer.nullable(),
  }),
]);

const servedChain = z.object({
  keyKind: z.enum(['rsa', 'rsa-pss', 'ecdsa', 'eddsa', 'other']),
  version,
  certificates: z.array(z.object({ facts: certificate.nullable() })),
  order: z.object({
    problems: z.array(
      z.object({
        kind: z.enum([
          'unreadable',
          'duplicate',
          'leaf-not-first',
          'out-of-order',
          'superfluous',
          'missing-intermediate',
          'root-included',
          'too-many',
        ]),
        indexes: z.array(z.number()),
      }),
    ),
  }),
  mustStaple: z.boolean().nullable(),
  ocspUrls: z.array(z.string()),
  staple: staple.nullable(),
});
export const servedFacts = { served: z.array(servedChain), servedFault: fault.nullable() };
