import { openDataDirectory } from './adapters/sqlite/data-directory.js';
import { openSqliteLog } from './adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from './adapters/sqlite/sqlite-store.js';
import { readDiskUsage } from './adapters/system/disk-usage.js';
import { systemClock } from './adapters/system/system-clock.js';
import type { DiskUsage } from './adapters/telemetry/service-metrics.js';
import { ownEveryShard } from './app/own-every-shard.js';
import type { EventLog, ShardAssignment, Store } from './app/ports.js';
import { toldOf, type Site } from './compose-site.js';

/** The pair of adapters, and which shards are this process's to run. */
export interface Storage {
  readonly log: EventLog;
  readonly store: Store;
  readonly assignment: ShardAssignment;
  /** No other process has this log: all shards are ours, and without one of them we can't go on. */
  readonly alone: boolean;
  /** How large the log may be; bytes. */
  readonly logMaxBytes: number;
  /** null: nothing is kept on a disk of this process. */
  readonly disk: (() => Promise<DiskUsage>) | null;
}

export async function openStorage(site: Site): Promise<Storage> {
  const { distributed } = site.settings;
  if (distributed === null) return openEmbedded(site);
  // Loaded here, for the clients of Kafka and MongoDB take a fifth of a start that needs neither, and 20 MB.
  const { openDistributed } = await import('./compose-distributed.js');
  return openDistributed(site, distributed);
}

async function openEmbedded(site: Site): Promise<Storage> {
  const { settings, cleanup } = site;
  const directory = await openDataDirectory({ directory: settings.dataDir });
  cleanup(() => directory.release());
  const log = await openSqliteLog({
    directory: settings.dataDir,
    clock: systemClock,
    ...toldOf(site),
  });
  cleanup(() => log.close());
  const store = await openSqliteStore({ directory: settings.dataDir });
  cleanup(() => store.close());
  const disk = (): Promise<DiskUsage> => readDiskUsage(settings.dataDir);
  const { logMaxBytes } = settings;
  return { log, store, assignment: ownEveryShard(log.shards), alone: true, logMaxBytes, disk };
}
