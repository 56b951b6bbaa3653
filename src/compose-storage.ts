import { createKafkaAssignment } from './adapters/kafka/kafka-assignment.js';
import { openKafkaLog } from './adapters/kafka/kafka-log.js';
import { openMongoStore } from './adapters/mongo/mongo-store.js';
import { openDataDirectory } from './adapters/sqlite/data-directory.js';
import { openSqliteLog } from './adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from './adapters/sqlite/sqlite-store.js';
import { readDiskUsage } from './adapters/system/disk-usage.js';
import { systemClock } from './adapters/system/system-clock.js';
import type { DiskUsage } from './adapters/telemetry/service-metrics.js';
import { ownEveryShard, ownNoShard } from './app/own-every-shard.js';
import type { EventLog, ShardAssignment, Store } from './app/ports.js';
import type { Site } from './compose-site.js';
import type { DistributedSettings } from './settings.js';

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

export function openStorage(site: Site): Promise<Storage> {
  const { distributed } = site.settings;
  return distributed === null ? openEmbedded(site) : openDistributed(site, distributed);
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

async function openDistributed(site: Site, { kafka, mongo }: DistributedSettings): Promise<Storage> {
  const { settings, emit, cleanup } = site;
  const { prefix, shards } = kafka;
  const [connection, clock] = [kafka, systemClock];
  const retentionMs = settings.logRetentionMs;
  const log = await openKafkaLog({ connection, prefix, shards, retentionMs, clock, ...toldOf(site) });
  cleanup(() => log.close());
  const store = await openMongoStore(mongo);
  cleanup(() => store.close());
  const onFailure = (error: unknown): void => {
    emit({ kind: 'background-failed', task: 'take part in the group of engines', error });
  };
  const assignment =
    settings.role === 'intake' ? ownNoShard : createKafkaAssignment({ connection, prefix, clock, onFailure });
  return { log, store, assignment, alone: false, logMaxBytes: Number.MAX_SAFE_INTEGER, disk: null };
}

function toldOf({ emit }: Site): {
  readonly onFailure: (error: unknown) => void;
  readonly onRecovery: () => void;
} {
  return {
    onFailure: (error) => {
      emit({ kind: 'log-failed', error });
    },
    onRecovery: () => {
      emit({ kind: 'log-recovered' });
    },
  };
}
