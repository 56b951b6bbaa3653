import type { FetchedMessage } from './topic-reader.js';

export const headers = {
  /** Tells our records from what others may write to the topic, and how to read them: one of `formats`. */
  format: 'tocsin-format',
  /** Of a record that was copied from another log: the time that it had there, Unix ms. It stands for the broker's. */
  at: 'tocsin-at',
  /** Of a packed record: who appended it. */
  writer: 'tocsin-writer',
  /** Of a packed record that refers to earlier ones of its writer: none is before this position. */
  since: 'tocsin-since',
} as const;

/** What a record is: an array of entries, or of packed appends. */
export const formats = { plain: '1', packed: '2' } as const;

export function headerOf({ headers: all }: FetchedMessage, name: string): string | null {
  return all?.[name]?.toString() ?? null;
}
