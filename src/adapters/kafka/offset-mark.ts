import type { SeenPosition } from '../../app/seen-position.js';

type Mark = Omit<SeenPosition, 'next'>;

/** What is committed beside an offset: which topic of the name it is an offset of, and the timestamp of the message before. */
export function writeMark({ incarnation, at }: Mark): string {
  return JSON.stringify({ incarnation, at });
}

/** Null for anything that we did not write. */
export function readMark(metadata: string | null): Mark | null {
  try {
    const { incarnation, at } = JSON.parse(metadata ?? '') as Partial<Mark>;
    if (typeof incarnation !== 'number' || (typeof at !== 'number' && at !== null)) return null;
    return { incarnation, at };
  } catch {
    return null;
  }
}
