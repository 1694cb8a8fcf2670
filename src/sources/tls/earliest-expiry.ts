import { X509Certificate } from 'node:crypto';
import { endOf, isSelfSigned } from '../../transport/certificate-facts.ts';
import type { EndpointLook } from '../look-at-each.ts';
import type { LookedAtAddress } from './look-at-address.ts';

/**
 * The first day on which some certificate that was shown ends; nothing where one cannot be read, which may be the first.
 * Trust anchors bind nobody by their dates (RFC 5280 6.1.1).
 */
export function earliestExpiry(probed: readonly Pick<LookedAtAddress, 'handshake'>[]): Pick<EndpointLook, 'measures'> {
  const seconds = Math.min(...probed.flatMap(({ handshake }) => ('chain' in handshake ? expiriesOf(handshake.chain) : [])));
  return Number.isFinite(seconds) ? { measures: { certificate_expiry_timestamp_seconds: seconds } } : {};
}

/** In seconds; NaN for a date that cannot be read. The leaf counts even where it signed itself. */
function expiriesOf(chain: readonly string[]): readonly number[] {
  return chain
    .map((base64Der) => new X509Certificate(Buffer.from(base64Der, 'base64')))
    .filter((certificate, index) => index === 0 || !isSelfSigned(certificate))
    .map((certificate) => endOf(certificate).getTime() / 1_000);
}
