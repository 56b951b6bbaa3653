/** What one load process sends. Times are milliseconds. */
export interface LoadPlan {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** Alerts per request. */
  readonly batch: number;
  /** Series that fire from the start and are repeated. */
  readonly series: number;
  /** Share of alerts, 0 to 1, that belong to a series never sent before. */
  readonly newShare: number;
  readonly seed: number;
  /** So many values of a label `group`, dealt out in turn; absent: there is no such label. */
  readonly groups?: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** So many requests in place of so much time, so that a busy machine makes a run longer and not smaller; absent: by time. */
  readonly requests?: { readonly warmup: number; readonly measured: number };
  /** Sent at this rate while it is measured, whatever the answers take; null: as fast as they come. */
  readonly requestsPerSecond: number | null;
  /** A server that is silent for longer has failed. */
  readonly answerWithinMs: number;
}

/** What was sent and acknowledged. Every request was answered 2xx. */
export interface LoadResult {
  /** From the first request on, warm-up included: what the server must hold. */
  readonly sentAlerts: number;
  readonly sentSeries: number;
  /** Of the measured time only. */
  readonly alerts: number;
  readonly requests: number;
  readonly measuredMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the load process in the measured time. */
  readonly cpuMs: number;
}

/** After `warm` the load rests until its parent sends anything. */
export type LoadMessage =
  | { readonly kind: 'warm' }
  | { readonly kind: 'measuring' }
  | { readonly kind: 'finished'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string };
