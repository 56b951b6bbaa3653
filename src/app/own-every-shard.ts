import type { ShardAssignment } from './ports.js';

/** The assignment of a process that runs no shards. */
export const ownNoShard: ShardAssignment = {
  start: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** The assignment where one process has the log to itself: all shards are its own, at once. */
export function ownEveryShard(shards: number): ShardAssignment {
  return {
    start(assigned) {
      assigned(new Set(Array.from({ length: shards }, (_, shard) => shard)));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
