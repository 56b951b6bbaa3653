import type { Metric, Registry } from 'prom-client';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of a histogram's parts, which have names of their own. */
  readonly metricName?: string;
}

/** A metric whose samples are made when somebody scrapes. */
export interface Collector {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly collect: () => readonly Sample[] | Promise<readonly Sample[]>;
}

export interface CollectorRegistry {
  readonly registry: Registry;
  /** A collector failed: its metric is left out of this scrape, the others stand. */
  readonly onFailure: (error: unknown) => void;
}

/** What is shown of each of several things that there are at a scrape, in one metric. */
export interface ShownEach<T> {
  readonly all: () => readonly T[];
  /** What tells the samples of one from those of another; none where there is never more than one. */
  readonly labels: (one: T) => Readonly<Record<string, string>>;
}

export function registerForEach<T>(
  target: CollectorRegistry,
  each: ShownEach<T>,
  collector: Omit<Collector, 'collect'> & {
    readonly collect: (one: T) => readonly Sample[] | Promise<readonly Sample[]>;
  },
): void {
  registerCollector(target, {
    ...collector,
    collect: async () => {
      const samples = each.all().map(async (one) => {
        const own = await collector.collect(one);
        return own.map((sample) => ({ ...sample, labels: { ...sample.labels, ...each.labels(one) } }));
      });
      return (await Promise.all(samples)).flat();
    },
  });
}

/**
 * The client library's own metrics count up from nothing and find label values by a joined text in which odd values can
 * collide. A registry asks a metric for no more than this, so state goes straight into the exposition.
 */
export function registerCollector({ registry, onFailure }: CollectorRegistry, collector: Collector): void {
  const { name, help, type, collect } = collector;
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    async get() {
      try {
        return { name, help, type, aggregator: 'sum', values: await collect() };
      } catch (error) {
        onFailure(error);
        return { name, help, type, aggregator: 'sum', values: [] };
      }
    },
  };
  registry.registerMetric(metric as unknown as Metric);
}
