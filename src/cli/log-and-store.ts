import { createKafkaAssignment } from '../adapters/kafka/kafka-assignment.js';
import { openKafkaLog } from '../adapters/kafka/kafka-log.js';
import { openMongoStore } from '../adapters/mongo/mongo-store.js';
import { openSqliteLog } from '../adapters/sqlite/sqlite-log.js';
import { openSqliteStore } from '../adapters/sqlite/sqlite-store.js';
import { systemClock } from '../adapters/system/system-clock.js';
import type { LogAndStore } from '../app/copy-everything.js';
import { TocsinError } from '../app/tocsin-error.js';
import type { DistributedSettings } from '../settings.js';
import type { KafkaSettings } from '../settings-kafka.js';

const clock = systemClock;

/** A replica that freezes is missed after a session of 10 s, and others stop within 4 s. */
const HANDED_OVER_MS = 30_000;

/** Does some work while all replicas rest that would run a shard: in their group we are the member that has every one. */
export async function withEveryShard<T>(
  { kafka }: Pick<DistributedSettings, 'kafka'>,
  work: () => Promise<T>,
): Promise<T> {
  const assignment = createKafkaAssignment({ connection: kafka, prefix: kafka.prefix, clock, every: true });
  let cancel = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      cancel = clock.after(HANDED_OVER_MS, () => {
        reject(notHandedOver(kafka));
      });
      const arrived = (owned: ReadonlySet<number>): void => {
        if (owned.size === kafka.shards) resolve();
      };
      assignment.start(arrived).catch(reject);
    });
    return await work();
  } finally {
    cancel();
    await assignment.close();
  }
}

function notHandedOver({ prefix }: KafkaSettings): TocsinError {
  return new TocsinError(
    `The replicas did not hand their shards over within ${HANDED_OVER_MS / 1_000} s. Stop those that are of an older version, or another backup, in the group ${prefix}.engine.`,
    { code: 'shards-not-handed-over', retriable: true },
  );
}

export interface ServersInUse {
  readonly servers: DistributedSettings;
  readonly logRetentionMs: number;
  /** Refuse where there is no log yet, instead of beginning one. */
  readonly mustExist?: boolean;
}

/** Lends the log on Kafka and the store on MongoDB for some work. */
export async function withServers<T>(
  { servers: { kafka, mongo }, logRetentionMs: retentionMs, ...use }: ServersInUse,
  work: (servers: LogAndStore) => Promise<T>,
): Promise<T> {
  const { prefix, shards } = kafka;
  const onMissing = ({ message }: TocsinError): void => void process.stderr.write(`${message}\n`);
  const log = await openKafkaLog({
    ...use,
    connection: kafka,
    prefix,
    shards,
    retentionMs,
    clock,
    onMissing,
  });
  try {
    const store = await openMongoStore(mongo);
    return await work({ log, store }).finally(() => store.close());
  } finally {
    await log.close();
  }
}

/** Lends the log and the store in a directory that nobody else uses. `shards`: of a new log. */
export async function withFiles<T>(
  of: { readonly directory: string; readonly shards?: number },
  work: (files: LogAndStore) => Promise<T>,
): Promise<T> {
  const log = await openSqliteLog({ ...of, clock });
  try {
    const store = await openSqliteStore(of);
    return await work({ log, store }).finally(() => store.close());
  } finally {
    await log.close();
  }
}
