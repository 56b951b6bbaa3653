/** Whose clock a timer is. At one instant they fire in this order, then by key. */
export const timerOwners = ['maintenance', 'silence', 'alert', 'incident', 'outcome'] as const;
export type TimerOwner = (typeof timerOwners)[number];

export interface Timer {
  readonly dueAt: number;
  readonly owner: TimerOwner;
  readonly key: string;
}

/**
 * The shard's timers: at most one armed per owner and key. Owners hold their true due times in their documents; a timer
 * may ring early (the due time moved on meanwhile), never late, and whoever answers it looks at the document.
 */
export interface Timers {
  /** Makes sure that one rings at `dueAt` or before. */
  arm(owner: TimerOwner, key: string, dueAt: number): void;
  /** Takes the first timer due at or before the instant, in order of (dueAt, owner, key). */
  takeDue(at: number): Timer | null;
  /** When the first one rings; null: none. */
  nextAt(): number | null;
}

function before(a: Timer, b: Timer): boolean {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt;
  if (a.owner !== b.owner) return timerOwners.indexOf(a.owner) < timerOwners.indexOf(b.owner);
  return a.key < b.key;
}

export function createTimers(): Timers {
  const heap: Timer[] = [];
  const armed: Record<TimerOwner, Map<string, number>> = {
    maintenance: new Map(),
    silence: new Map(),
    alert: new Map(),
    incident: new Map(),
    outcome: new Map(),
  };
  const live = (timer: Timer): boolean => armed[timer.owner].get(timer.key) === timer.dueAt;

  /** Drops superseded timers from the top. */
  function top(): Timer | undefined {
    while (heap[0] !== undefined && !live(heap[0])) popHeap(heap);
    return heap[0];
  }

  return {
    arm(owner, key, dueAt) {
      const earlier = armed[owner].get(key);
      if (earlier !== undefined && earlier <= dueAt) return;
      armed[owner].set(key, dueAt);
      pushHeap(heap, { dueAt, owner, key });
    },
    takeDue(at) {
      const first = top();
      if (first === undefined || first.dueAt > at) return null;
      popHeap(heap);
      armed[first.owner].delete(first.key);
      return first;
    },
    nextAt: () => top()?.dueAt ?? null,
  };
}

function pushHeap(heap: Timer[], timer: Timer): void {
  let child = heap.push(timer) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent] as Timer;
    if (!before(timer, above)) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = timer;
}

function popHeap(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right !== undefined && before(right, heap[child] as Timer)) child += 1;
    const smaller = heap[child] as Timer;
    if (!before(smaller, last)) break;
    heap[parent] = smaller;
    parent = child;
  }
  heap[parent] = last;
}
