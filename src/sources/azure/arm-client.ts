import type { JsonObject } from '../../domain/json.ts';
import type { Meter } from '../../domain/look.ts';
import type { AzureSettings } from './azure-settings.ts';
import type { Clock } from './clock.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Total for this call with its retries and pages, in milliseconds. */
  readonly deadlineMs: number;
}

export interface GraphPage {
  readonly rows: readonly JsonObject[];
  /** Of the whole answer, not of this page. */
  readonly totalRecords: number;
  /** `resultTruncated`, or an answer that names itself partial. */
  readonly truncated: boolean;
}

export interface GraphRequest {
  readonly subscriptions: readonly string[];
  readonly query: string;
}

export interface ArmClient {
  /**
   * One GET. Null: the origin says that there is no such thing (404 with an ARM error; a 404 with another body is `malformed`).
   * Throws FaultError, and a plain Error for a path that is not allowed.
   */
  get(path: string, apiVersion: string, options: CallOptions): Promise<JsonObject | null>;
  /** The pages of `value`, following `nextLink` on the same origin only. Throws FaultError. */
  list(path: string, apiVersion: string, options: CallOptions): AsyncIterable<readonly JsonObject[]>;
  /** Resource Graph, rows as objects, up to 1,000 a page. The query must order by id, or Azure gives no further pages. Throws FaultError. */
  query(request: GraphRequest, options: CallOptions): AsyncIterable<GraphPage>;
}

export interface ArmClientNeeds {
  readonly settings: AzureSettings;
  readonly meter: Meter;
  /** Default: the real one. */
  readonly clock?: Clock;
}

/** A thin client of Azure Resource Manager and Resource Graph. Makes no connection and loads no package before the first call. */
export function createArmClient(_needs: ArmClientNeeds): ArmClient {
  throw new Error('not yet written');
}
