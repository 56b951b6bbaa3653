import { furthest, type SeenPosition } from '../../app/seen-position.js';

/** What is known of a partition before it is read. */
export interface PartitionFacts {
  /** What the group has committed. Without the mark of ours a person has set it. */
  readonly committed: { readonly offset: number; readonly mark: Omit<SeenPosition, 'next'> | null } | null;
  /** How far this process has read it. */
  readonly remembered: SeenPosition | null;
  /** How far the committed state has seen it. */
  readonly seen: SeenPosition | null;
  /** Offsets of the first message there is, and after the last. */
  readonly low: number;
  readonly high: number;
  /** Where to begin when nothing was read of the topic yet. */
  readonly start: 'earliest' | 'latest';
  /** Another partition of the topic was read before: this one was added, so it is read from its beginning. */
  readonly added: boolean;
}

export interface StartPosition {
  readonly position: SeenPosition;
  /** Where reading begins. */
  readonly seek: number;
  /**
   * The first message that comes is the last one that was read before, and has this timestamp: else the topic was made
   * anew. Null: that can't be told.
   */
  readonly verify: { readonly offset: number; readonly at: number } | null;
  /** The topic ends before what was read of it. */
  readonly madeAnew: boolean;
}

/**
 * Where to begin with a partition. Each process that reads it begins at or before the message after the last one that is in the log,
 * so that none is passed over; those that come again count once.
 */
export function startPosition(facts: PartitionFacts): StartPosition {
  const { low, high, start, added } = facts;
  const position = known(facts);
  if (position === null) {
    const next = start === 'latest' && !added ? high : low;
    return { position: { incarnation: 1, next, at: null }, seek: next, verify: null, madeAnew: false };
  }
  if (position.next > high) {
    const anew = { incarnation: position.incarnation + 1, next: low, at: null };
    return { position: anew, seek: low, verify: null, madeAnew: true };
  }
  const { next, at } = position;
  // What came before is gone by the topic's own retention.
  if (next <= low || at === null) {
    return { position, seek: Math.max(next, low), verify: null, madeAnew: false };
  }
  return { position, seek: next - 1, verify: { offset: next - 1, at }, madeAnew: false };
}

function known({ committed, remembered, seen }: PartitionFacts): SeenPosition | null {
  if (committed === null) return furthest([remembered, seen].flatMap((each) => each ?? []));
  const { offset, mark } = committed;
  if (mark === null) {
    const incarnation = Math.max(1, remembered?.incarnation ?? 1, seen?.incarnation ?? 1);
    return { incarnation, next: offset, at: null };
  }
  return furthest([{ ...mark, next: offset }, ...(remembered === null ? [] : [remembered])]);
}
