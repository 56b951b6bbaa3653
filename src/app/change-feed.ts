import { changeKinds, type ChangeNotice } from './change-notice.js';

/** How far back a reader that lost its connection may have to reach: commits, and changes in all of them. */
const keptNotices = 1_000;
const keptChanges = 20_000;

/** What a reader begins with. */
export interface Begun {
  /** `start`: from now on; `resumed`: from right after what it saw last; `reset`: that is too long ago, so from now on. */
  readonly kind: 'start' | 'resumed' | 'reset';
  /** Of the newest commit. */
  readonly cursor: string;
  readonly rules: string | null;
  /** What came since, where resumed. */
  readonly missed: readonly ChangeNotice[];
  /** Hears no more. */
  readonly stop: () => void;
}

/** The commits of a shard as they become visible. Whoever hears of a change finds it in the views. */
export interface ChangeFeed {
  publish(notice: ChangeNotice): void;
  /** `after` is the cursor seen last, as `cursorOf` made it; null or anything else that is none begins anew. */
  follow(after: string | null, onNotice: (notice: ChangeNotice) => void): Begun;
  /** Of the newest commit: whoever follows has heard of all up to it. */
  cursor(): string;
}

/** Number and position together: a store that was put back from a copy may count the same commits once more. */
export function cursorOf({ number, position }: Pick<ChangeNotice, 'number' | 'position'>): string {
  return `${number}-${position}`;
}

/** True where nothing in it is worth telling. */
export function changesNothing(notice: ChangeNotice, before: ChangeNotice): boolean {
  const untold = changeKinds.some((kind) => notice.omitted[kind] > 0);
  return countChanges(notice) === 0 && !untold && notice.rules === before.rules;
}

/** `opened` is the last commit of the owner before: readers of its stream go on from there. */
export function createChangeFeed(
  opened: Pick<ChangeNotice, 'number' | 'position' | 'at' | 'rules'>,
): ChangeFeed {
  const listeners = new Set<(notice: ChangeNotice) => void>();
  /** All commits, those without a change too, so that any cursor ever given out can be found. The first says where it begins. */
  const kept: ChangeNotice[] = [{ ...opened, ...nothing }];
  let newest: ChangeNotice = { ...opened, ...nothing };
  let changes = 0;

  return {
    publish(notice) {
      const silent = changesNothing(notice, newest);
      newest = notice;
      kept.push(notice);
      changes += countChanges(notice);
      while (kept.length > keptNotices || (changes > keptChanges && kept.length > 1)) {
        const oldest = kept.shift();
        if (oldest !== undefined) changes -= countChanges(oldest);
      }
      if (!silent) for (const listener of listeners) listener(notice);
    },
    cursor: () => cursorOf(newest),
    follow(after, onNotice) {
      const listener = (notice: ChangeNotice): void => {
        onNotice(notice);
      };
      listeners.add(listener);
      const stop = (): void => void listeners.delete(listener);
      const seen = after === null ? -1 : kept.findIndex((notice) => cursorOf(notice) === after);
      const now = { cursor: cursorOf(newest), rules: newest.rules, stop };
      if (seen < 0) return { ...now, kind: after === null ? 'start' : 'reset', missed: [] };
      const later = kept.slice(seen);
      const missed = later.filter((notice, at) => at > 0 && !changesNothing(notice, later[at - 1] ?? notice));
      return { ...now, kind: 'resumed', missed };
    },
  };
}

const nothing = {
  incidents: [],
  timelines: [],
  alerts: [],
  silences: [],
  omitted: { incidents: 0, timelines: 0, alerts: 0, silences: 0 },
} as const;

function countChanges(notice: ChangeNotice): number {
  return changeKinds.reduce((sum, kind) => sum + notice[kind].length, 0);
}
