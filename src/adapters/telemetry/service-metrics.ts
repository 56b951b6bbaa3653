import { registerCollector, type CollectorRegistry } from './collector.js';
import type { MetricDefinition } from './metric-definition.js';

/** Of the volume that holds the data directory, in bytes. */
export interface DiskUsage {
  /** Taken by the data directory itself. */
  readonly dataBytes: number;
  /** What the service may still write. */
  readonly freeBytes: number;
  /** Of the whole volume. */
  readonly sizeBytes: number;
}

/** What the service as a whole says about itself when somebody scrapes. */
export interface ServiceSources {
  readonly version: string;
  /** null: an alert would be taken; else why not. */
  readonly ready: () => string | null;
  /** null: it keeps no data on a disk of its own. */
  readonly disk: (() => Promise<DiskUsage>) | null;
}

export const serviceDefinitions = {
  build: {
    name: 'tocsin_build_info',
    type: 'gauge',
    help: 'Always 1; the label names the version that runs.',
    labels: ['version'],
    unit: '1',
    example: 'count by (version) (tocsin_build_info)',
  },
  ready: {
    name: 'tocsin_ready',
    type: 'gauge',
    help: '1 when an alert would be taken now, as /readyz says, else 0.',
    labels: [],
    unit: '1 or 0',
    example: 'min_over_time(tocsin_ready[5m]) == 0',
  },
  data: {
    name: 'tocsin_data_bytes',
    type: 'gauge',
    help: 'Size of the files in the data directory.',
    labels: [],
    unit: 'bytes',
    example: 'deriv(tocsin_data_bytes[6h]) * 86400',
  },
  diskFree: {
    name: 'tocsin_data_disk_free_bytes',
    type: 'gauge',
    help: 'What may still be written to the volume that holds the data directory.',
    labels: [],
    unit: 'bytes',
    example: 'predict_linear(tocsin_data_disk_free_bytes[6h], 86400) < 0',
  },
  diskSize: {
    name: 'tocsin_data_disk_size_bytes',
    type: 'gauge',
    help: 'Size of the volume that holds the data directory.',
    labels: [],
    unit: 'bytes',
    example: 'tocsin_data_disk_free_bytes / tocsin_data_disk_size_bytes < 0.1',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export function registerServiceMetrics(target: CollectorRegistry, sources: ServiceSources): void {
  const { build, ready, data, diskFree, diskSize } = serviceDefinitions;
  registerCollector(target, {
    ...build,
    collect: () => [{ labels: { version: sources.version }, value: 1 }],
  });
  registerCollector(target, {
    ...ready,
    collect: () => [{ labels: {}, value: sources.ready() === null ? 1 : 0 }],
  });
  if (sources.disk === null) return;
  const usage = oncePerTurn(sources.disk);
  const shown = [
    [data, 'dataBytes'],
    [diskFree, 'freeBytes'],
    [diskSize, 'sizeBytes'],
  ] as const;
  for (const [definition, part] of shown) {
    registerCollector(target, {
      ...definition,
      collect: async () => [{ labels: {}, value: (await usage())[part] }],
    });
  }
}

/** The metrics of one scrape are collected in one turn and share what is read. */
function oncePerTurn<T>(read: () => Promise<T>): () => Promise<T> {
  let taken: Promise<T> | null = null;
  return () => {
    if (taken === null) {
      taken = read();
      queueMicrotask(() => {
        taken = null;
      });
    }
    return taken;
  };
}
