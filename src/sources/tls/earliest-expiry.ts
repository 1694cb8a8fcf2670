import { X509Certificate } from 'node:crypto';
import { endOf, isSelfSigned } from '../../transport/certificate-facts.ts';
import { describeChainOrder } from '../../transport/chain-order.ts';
import { indexesNotRead } from '../../transport/shown-chains.ts';
import type { EndpointLook } from '../look-at-each.ts';
import type { LookedAtAddress } from './look-at-address.ts';

type Shown = Pick<LookedAtAddress, 'handshake' | 'served'>;

/**
 * The first day on which some certificate that was shown ends, of whatever chain; nothing where one cannot be read, which may be the first.
 * Trust anchors bind nobody by their dates (RFC 5280 6.1.1), nor do certificates that belong to no chain.
 */
export function earliestExpiry(probed: readonly Shown[]): Pick<EndpointLook, 'measures'> {
  const seconds = Math.min(...probed.flatMap(expiriesOfAddress));
  return Number.isFinite(seconds) ? { measures: { certificate_expiry_timestamp_seconds: seconds } } : {};
}

function expiriesOfAddress({ handshake, served }: Shown): readonly number[] {
  const shown = 'chain' in handshake ? handshake.chain : [];
  return [...expiriesOf(shown), ...served.chains.flatMap(({ certificates }) => expiriesOnWire(certificates, shown))];
}

function expiriesOnWire(certificates: readonly string[], shown: readonly string[]): readonly number[] {
  const order = describeChainOrder(certificates.map((base64Der) => Buffer.from(base64Der, 'base64')));
  const isUnread = indexesNotRead(order).some((index) => !shown.includes(certificates[index] ?? ''));
  return [...expiriesOf(order.path.flatMap((index) => certificates[index] ?? [])), ...(isUnread ? [Number.NaN] : [])];
}

/** In seconds; NaN for a date that cannot be read. The leaf counts even where it signed itself. */
function expiriesOf(chain: readonly string[]): readonly number[] {
  return chain
    .map(readCertificate)
    .filter((certificate, index) => index === 0 || certificate === null || !isSelfSigned(certificate))
    .map((certificate) => (certificate === null ? Number.NaN : endOf(certificate).getTime() / 1_000));
}

function readCertificate(base64Der: string): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(base64Der, 'base64'));
  } catch {
    // OpenSSL is not who read the chains on the wire.
    return null;
  }
}
