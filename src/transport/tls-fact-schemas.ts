import { type ZodType, z } from 'zod';
import { faultCodes } from '../domain/fault.ts';
import { protocolVersions } from './protocol-versions.ts';

/** Parts of the fact `tls` as they are stored, for checks that read them. */

export const version = z.enum(protocolVersions.map(({ name }) => name));
export const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const seenVersion = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('offered') }),
  z.object({ outcome: z.literal('refused') }),
  z.object({ outcome: z.literal('fault'), fault }),
]);
export const protocols = z.record(version, seenVersion);
export const listed = z.object({ accepted: z.array(z.string()), fault: fault.nullable() });
export const suites = z.partialRecord(
  version,
  listed.extend({ order: z.enum(['server', 'client']).nullable(), preferred: z.string().nullable() }),
);
export const groups = z.partialRecord(z.enum(['TLSv1.2', 'TLSv1.3']), listed);
/** Null in `is`: the question does not arise. */
export const answered = <Value extends ZodType>(value: Value) => z.union([z.object({ fault }), z.object({ is: value.nullable() })]);
export const answeredFlag = answered(z.boolean());
