import { X509Certificate } from 'node:crypto';
import type { Fault } from '../domain/fault.ts';
import type { Timestamp } from '../domain/time.ts';
import { differencesOf } from '../transport/address-differences.ts';
import { type ExitCode, exitCodes } from './roof.ts';
import type { TlsAudit } from './tls-audit.ts';
import type { TlsTarget } from './tls-target.ts';
import { reportAddress, type TlsAddressReport, type TlsStatus } from './tls-verdicts.ts';

/** All that `tls` has to say. */
export interface TlsAnswer {
  readonly target: TlsTarget;
  readonly asOf: Timestamp;
  readonly status: TlsStatus;
  /** Why no address could be asked. */
  readonly fault: Fault | null;
  /** Parts in which the addresses differ. */
  readonly differences: readonly string[];
  readonly addresses: readonly TlsAddressReport[];
}

export function answerOf(target: TlsTarget, audit: TlsAudit, asOf: Timestamp): TlsAnswer {
  if ('fault' in audit) return { target, asOf, status: 'unknown', fault: audit.fault, differences: [], addresses: [] };
  const addresses = audit.addresses.map((audited) => reportAddress(audited, target.certificateHost, asOf));
  const differences = differencesOf(addresses.map(({ facts }) => facts));
  return { target, asOf, status: gravest(addresses), fault: null, differences, addresses };
}

function gravest(addresses: readonly TlsAddressReport[]): TlsStatus {
  const order = ['fail', 'unknown'] as const;
  if (addresses.length === 0) return 'unknown';
  return order.find((status) => addresses.some((one) => one.status === status)) ?? 'pass';
}

export function exitCodeOfAnswer({ status }: Pick<TlsAnswer, 'status'>): ExitCode {
  return exitCodes[status];
}

/** What `--json` prints. Its members keep their names and meanings; more may come. */
export function answerJson(answer: TlsAnswer): object {
  const { target, asOf, status, fault, differences, addresses } = answer;
  const { host, port, serverName } = target;
  const exitCode = exitCodeOfAnswer(answer);
  return { host, port, serverName, asOf, status, exitCode, fault, differences, addresses: addresses.map(addressJson) };
}

function addressJson({ facts, chains, status, shortcomings, notes, profiles, clients }: TlsAddressReport): object {
  const { address, family, addressClass, ...rest } = facts;
  return {
    address,
    family,
    addressClass,
    status,
    shortcomings: shortcomings.found,
    unknown: shortcomings.unseen,
    notes,
    facts: rest,
    chains: chains.map(({ chain, trust }) => ({ ...chain, trust })),
    profiles: profiles.map(({ shortcomings: { found, unseen }, ...profile }) => ({ ...profile, differences: found, unknown: unseen })),
    clients,
  };
}

/** Of a certificate that is no part of a chain; null where it cannot be read. */
export function subjectOf(base64Der: string): string | null {
  try {
    return new X509Certificate(Buffer.from(base64Der, 'base64')).subject.replaceAll('\n', ', ');
  } catch {
    // What cannot be read has no subject to tell.
    return null;
  }
}
