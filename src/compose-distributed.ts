import { createKafkaAssignment } from './adapters/kafka/kafka-assignment.js';
import { openKafkaLog } from './adapters/kafka/kafka-log.js';
import { openMongoStore } from './adapters/mongo/mongo-store.js';
import { systemClock } from './adapters/system/system-clock.js';
import { ownNoShard } from './app/own-every-shard.js';
import { toldOf, type Site } from './compose-site.js';
import type { Storage } from './compose-storage.js';
import type { DistributedSettings } from './settings.js';

/** The log on Kafka and the store on MongoDB. */
export async function openDistributed(site: Site, { kafka, mongo }: DistributedSettings): Promise<Storage> {
  const { settings, emit, cleanup } = site;
  const { prefix, shards } = kafka;
  const [connection, clock] = [kafka, systemClock];
  const retentionMs = settings.logRetentionMs;
  const onMissing = (error: unknown): void => {
    emit({ kind: 'background-failed', task: 'read the log', error });
  };
  const log = await openKafkaLog({
    ...{ connection, prefix, shards, retentionMs, clock, onMissing },
    ...toldOf(site),
  });
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
