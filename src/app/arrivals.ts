interface Arrival {
  readonly position: number;
  readonly arrived: () => void;
  readonly failed: (error: Error) => void;
}

/** Those who wait until a shard's log is applied up to some position. */
export interface Arrivals {
  /** Resolves with the first `at` of this position or above; rejects with what `fail` was called with, before or later. */
  wait(position: number): Promise<void>;
  at(position: number): void;
  /** No position above the present one will be reached. */
  fail(error: Error): void;
}

export function createArrivals(present: number): Arrivals {
  const waiting = new Set<Arrival>();
  let reached = present;
  let failure: Error | null = null;
  return {
    wait(position) {
      if (reached >= position) return Promise.resolve();
      if (failure !== null) return Promise.reject(failure);
      return new Promise((arrived, failed) => waiting.add({ position, arrived, failed }));
    },
    at(position) {
      reached = position;
      for (const arrival of waiting) {
        if (arrival.position > position) continue;
        waiting.delete(arrival);
        arrival.arrived();
      }
    },
    fail(error) {
      failure = error;
      for (const { failed } of waiting) failed(error);
      waiting.clear();
    },
  };
}
