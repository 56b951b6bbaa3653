import type { BackupManifest } from '../adapters/sqlite/backup-manifest.js';
import { copyEverything, type CopyProgress } from '../app/copy-everything.js';
import { TocsinError } from '../app/tocsin-error.js';
import type { DistributedSettings } from '../settings.js';
import { withServers } from './log-and-store.js';
import { withBackup } from './with-backup.js';

export interface ServersRestore {
  readonly from: string;
  readonly servers: DistributedSettings;
  readonly logRetentionMs: number;
  readonly onProgress: (progress: CopyProgress) => void;
  /** A file of the backup, and its bytes. */
  readonly onUnpack: (file: string, bytes: number) => void;
}

/** Fills an empty topic and an empty database with a backup, which is unpacked for it in the directory for temporary files. */
export function restoreToServers(request: ServersRestore): Promise<BackupManifest> {
  const { servers, logRetentionMs, onProgress } = request;
  return withBackup(request, async (files, manifest) => {
    requireShards(files.log.shards, servers.kafka.shards);
    await withServers({ servers, logRetentionMs }, (to) => copyEverything({ from: files, to, onProgress }));
    return manifest;
  });
}

/** Before a topic is made that would have to be deleted again. */
function requireShards(found: number, wanted: number): void {
  if (found === wanted) return;
  throw new TocsinError(
    `Nothing was restored: the backup has ${found} shard${found === 1 ? '' : 's'} and TOCSIN_KAFKA_SHARDS is ${wanted}. Set it to ${found}, for the replicas too${found === 1 ? ', or let `tocsin reshard` fill it' : ''}.`,
    { code: 'restore-failed', retriable: false },
  );
}
