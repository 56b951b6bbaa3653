/** What is sent to a server and how. Times are milliseconds. */
export interface Workload {
  /** Alerts per request. */
  readonly batch: number;
  /** Share of alerts, 0 to 1, that belong to a series never sent before. */
  readonly newShare: number;
  /** Series that fire from the start and are repeated. */
  readonly series: number;
  readonly connections: number;
  readonly seed: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** So many requests in place of so much time, so that a busy machine makes a run longer and not smaller; absent: by time. */
  readonly requests?: { readonly warmup: number; readonly measured: number };
  /** null: as fast as the answers come. */
  readonly requestsPerSecond: number | null;
}
