import type { SeenPosition } from '../../app/seen-position.js';
import type { Clock } from '../../app/ports.js';
import { writeMark } from './offset-mark.js';

/** What is committed: the offset after the last message that is in the log. */
export interface OffsetCommit {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string;
}

/** Longest time between an append and its commit, in ms: what a crash has to read again. */
const restMs = 200;

/**
 * Commits positions of one consumer, the newest of each partition, a few times a second and one commit after the other. One that
 * fails is left out: the next one says more, and what is not committed is read again and counts once.
 */
export interface OffsetCommitter {
  note(partition: number, position: SeenPosition): void;
  /** Commits what was noted; resolves whether it worked or not. */
  flush(): Promise<void>;
}

export function createOffsetCommitter(world: {
  readonly clock: Clock;
  readonly commit: (offsets: readonly OffsetCommit[]) => Promise<void>;
}): OffsetCommitter {
  const { clock, commit } = world;
  let noted = new Map<number, SeenPosition>();
  let resting = false;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    await writing;
    const offsets = [...noted].map(([partition, position]) => ({
      partition,
      offset: String(position.next),
      metadata: writeMark(position),
    }));
    noted = new Map();
    if (offsets.length > 0) await commit(offsets).catch(() => undefined);
  };
  const flush = (): Promise<void> => (writing = write());

  return {
    note(partition, position) {
      noted.set(partition, position);
      if (resting) return;
      resting = true;
      clock.after(restMs, () => {
        resting = false;
        void flush();
      });
    },
    flush,
  };
}
