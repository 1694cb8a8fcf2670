/** What a finding is about. `id` is unique over all kinds and is what people read. */
export type Subject = Endpoint | Resource;

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

/** Something that Azure Resource Manager names: a resource, a resource group, a subscription. Everything here is lower case, so that texts compare. */
export interface Resource {
  readonly kind: 'resource';
  readonly id: string;
  /** `microsoft.storage/storageaccounts`; nested types with all their parts. */
  readonly type: string;
  /** Its subscription's id. */
  readonly subscription: string;
  readonly name: string;
}
