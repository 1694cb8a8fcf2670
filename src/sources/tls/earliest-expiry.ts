import { X509Certificate } from 'node:crypto';
import type { EndpointLook } from '../look-at-each.ts';
import type { ProbedAddress } from './probe-address.ts';

/** The first day on which some certificate that was shown ends. Trust anchors bind nobody by their dates (RFC 5280 6.1.1). */
export function earliestExpiry(probed: readonly ProbedAddress[]): Pick<EndpointLook, 'measures'> {
  const chains = probed.flatMap(({ handshake }) => ('chain' in handshake ? [handshake.chain] : []));
  const expiries = chains.flatMap((chain) => chain.map(describeValidity).filter(({ isAnchor }, index) => index === 0 || !isAnchor));
  if (expiries.length === 0) return {};
  return { measures: { certificate_expiry_timestamp_seconds: Math.min(...expiries.map(({ toSeconds }) => toSeconds)) } };
}

function describeValidity(base64Der: string): { readonly toSeconds: number; readonly isAnchor: boolean } {
  const { validToDate, subject, issuer } = new X509Certificate(Buffer.from(base64Der, 'base64'));
  return { toSeconds: validToDate.getTime() / 1_000, isAnchor: subject === issuer };
}
