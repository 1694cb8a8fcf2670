import type { AzureApi } from './faults.ts';

/** A request that was answered; never with its headers or its body, which hold secrets. */
export interface SeenRequest {
  readonly method: string;
  readonly api: AzureApi;
  readonly path: string;
  /** 0: no answer went out. */
  readonly status: number;
  /** What was asked of Resource Graph or Log Analytics. */
  readonly query?: string;
  readonly atMs: number;
}

export interface RequestLog {
  add(request: SeenRequest): void;
  /** How many there were, by method and API: `POST graph`. */
  count(what: string): number;
  counts(): ReadonlyMap<string, number>;
  /** The last thousand, oldest first. */
  recent(): readonly SeenRequest[];
  clear(): void;
}

const keptRequests = 1000;

export function makeRequestLog(): RequestLog {
  const counts = new Map<string, number>();
  let recent: SeenRequest[] = [];
  return {
    add(request) {
      const what = `${request.method} ${request.api}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
      recent.push(request);
      if (recent.length >= 2 * keptRequests) recent = recent.slice(-keptRequests);
    },
    count: (what) => counts.get(what) ?? 0,
    counts: () => new Map(counts),
    recent: () => recent.slice(-keptRequests),
    clear() {
      counts.clear();
      recent = [];
    },
  };
}
