import { FaultError } from '../../domain/fault.ts';

export interface NetworkFailure {
  readonly fault: FaultError;
  /** Asking again gives the same. */
  readonly isFinal: boolean;
}

/** Codes of OpenSSL and Node for a certificate that is not trusted. */
const trustCodes =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE)/;

export function isTrustCode(code: string): boolean {
  return trustCodes.test(code);
}

/** What it means that sending failed. Only the code of the error is kept: its text may name ports of ours, and it holds the request with its token. */
export function networkFault(error: unknown, host: string): NetworkFailure {
  const code = codeOfError(error);
  if (isTrustCode(code)) {
    const remedy = 'name the PEM file of its authority under azure.certificateAuthority';
    return { fault: new FaultError('unreachable', `the certificate of ${host} is not trusted (${code}); ${remedy}`), isFinal: true };
  }
  const reason = /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : '';
  return { fault: new FaultError('unreachable', `${host} cannot be reached${reason}`), isFinal: false };
}

/** Empty where it has none. */
export function codeOfError(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
