import type { BackupManifest } from '../adapters/sqlite/backup-manifest.js';
import { makeBackup, type NewBackup } from '../adapters/sqlite/make-backup.js';
import { copyEverything, type CopyProgress } from '../app/copy-everything.js';
import type { DistributedSettings } from '../settings.js';
import { withEveryShard, withFiles, withServers } from './log-and-store.js';

export interface ServersBackup extends NewBackup {
  readonly servers: DistributedSettings;
  readonly logRetentionMs: number;
  readonly onProgress: (progress: CopyProgress) => void;
}

/**
 * A backup as that of a data directory, of what Kafka and MongoDB hold. Replicas may run: they rest meanwhile, and go on
 * afterwards. Refuses with TocsinError.
 */
export function backUpServers(request: ServersBackup): Promise<BackupManifest> {
  const { servers, logRetentionMs, onProgress } = request;
  const existing = { servers, logRetentionMs, mustExist: true };
  return makeBackup(request, (directory) =>
    withServers(existing, (from) =>
      withFiles({ directory, shards: from.log.shards }, async (to) => {
        const copied = await withEveryShard(servers, () => copyEverything({ from, to, onProgress }));
        return copied.map(({ shard, committed, logEnd }) => ({ shard, committed, logEnd }));
      }),
    ),
  );
}
