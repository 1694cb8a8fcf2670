/** What a finding is about. `id` is unique over all kinds and is what people read. */
export type Subject = Endpoint;

/** A public HTTPS endpoint; `id` is `host:port`, an IPv6 literal stands in brackets. */
export interface Endpoint {
  readonly kind: 'endpoint';
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Where plain HTTP would answer (80 unless configured). */
  readonly httpPort: number;
  /** The paths asked over plain HTTP; `/` alone proves little. */
  readonly httpPaths: readonly string[];
}

export type SubjectKind = Subject['kind'];
