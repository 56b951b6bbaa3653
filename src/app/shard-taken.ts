import { TocsinError } from './tocsin-error.js';

/** What was read of a shard is no state of it: somebody else writes it now. */
export function shardTaken(shard: number): TocsinError {
  return new TocsinError(
    `Shard ${shard} was taken over by another owner while it was read. Stop whoever runs it, and try again.`,
    { code: 'fenced', retriable: false },
  );
}
