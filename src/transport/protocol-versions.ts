/** Every version of SSL and TLS that a server may still speak, oldest first, by OpenSSL's names. SSL 2 has another record format and is not asked. */
export type ProtocolVersion = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface ProtocolVersionFacts {
  readonly name: ProtocolVersion;
  /** The number on the wire (`0x0303` is TLS 1.2). */
  readonly wireVersion: number;
  /** The RFC that forbids it; null while it is current. */
  readonly deprecatedBy: string | null;
}

export const protocolVersions: readonly ProtocolVersionFacts[] = [
  { name: 'SSLv3', wireVersion: 0x0300, deprecatedBy: 'RFC 7568' },
  { name: 'TLSv1', wireVersion: 0x0301, deprecatedBy: 'RFC 8996' },
  { name: 'TLSv1.1', wireVersion: 0x0302, deprecatedBy: 'RFC 8996' },
  { name: 'TLSv1.2', wireVersion: 0x0303, deprecatedBy: null },
  { name: 'TLSv1.3', wireVersion: 0x0304, deprecatedBy: null },
];

/** `TLS 1.2`, as people write it. */
export function labelOfVersion(name: ProtocolVersion): string {
  return name === 'TLSv1' ? 'TLS 1.0' : name.replace('v', ' ').replace('SSL 3', 'SSL 3.0');
}

export function wireVersionOf(name: ProtocolVersion): number {
  const found = protocolVersions.find((version) => version.name === name);
  if (found === undefined) throw new RangeError(`no protocol version is called ${name}`);
  return found.wireVersion;
}
