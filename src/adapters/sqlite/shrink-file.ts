import type Database from 'better-sqlite3';

/** Files smaller than this are never shrunk: the room is needed again soon. */
const SHRINK_ABOVE_BYTES = 64 * 1024 * 1024;
/** Shrink only when this part of the file is unused: moving pages costs writes. */
const UNUSED_SHARE = 0.25;
const SLICE_BYTES = 2 * 1024 * 1024;

/** Gives a bounded number of unused pages back to the file system. True: another slice is worth it. */
export function shrinkSlice(db: Database.Database): boolean {
  const number = (pragma: string): number => db.pragma(pragma, { simple: true }) as number;
  const pages = number('page_count');
  const pageSize = number('page_size');
  if (pages * pageSize < SHRINK_ABOVE_BYTES) return false;
  if (number('freelist_count') < pages * UNUSED_SHARE) return false;
  db.pragma(`incremental_vacuum(${Math.ceil(SLICE_BYTES / pageSize)})`);
  return number('page_count') < pages;
}
