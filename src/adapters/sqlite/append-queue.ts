import type { Appended } from '../../app/ports.js';
import type { TocsinError } from '../../app/tocsin-error.js';
import type { Entry } from '../../domain/alert/entry.js';
import type { PackedEntries } from '../../app/alert-packer.js';

/** One call of append that waits for the disk. */
export interface PendingAppend {
  readonly shard: number;
  readonly entries: readonly Entry[];
  readonly packed: PackedEntries;
  resolve(appended: Appended): void;
  reject(error: TocsinError): void;
}

/** Appends of one shard that become one record. */
export type RecordDraft = readonly [PendingAppend, ...PendingAppend[]];

export interface AppendQueue {
  readonly length: number;
  /** Sum of the sizes. */
  readonly bytes: number;
  push(append: PendingAppend): void;
  /** Takes the oldest appends, as records of at most `recordBytes` (or of one append) and about `writeBytes` in all. */
  take(limits: { recordBytes: number; writeBytes: number }): readonly RecordDraft[];
  /** Takes all of them. */
  drain(): readonly PendingAppend[];
}

/** What arrives while a write is under way waits here and shares the next one. First in, first out within a shard. */
export function createAppendQueue(): AppendQueue {
  let waiting: PendingAppend[] = [];
  let bytes = 0;

  return {
    get length() {
      return waiting.length;
    },
    get bytes() {
      return bytes;
    },
    push(append) {
      waiting.push(append);
      bytes += append.packed.size;
    },
    take({ recordBytes, writeBytes }) {
      const records: [PendingAppend, ...PendingAppend[]][] = [];
      const open = new Map<number, { draft: [PendingAppend, ...PendingAppend[]]; size: number }>();
      let taken = 0;
      let size = 0;
      for (const append of waiting) {
        if (taken > 0 && size + append.packed.size > writeBytes) break;
        taken += 1;
        size += append.packed.size;
        const current = open.get(append.shard);
        if (current !== undefined && current.size + append.packed.size <= recordBytes) {
          current.draft.push(append);
          current.size += append.packed.size;
          continue;
        }
        const draft: [PendingAppend, ...PendingAppend[]] = [append];
        open.set(append.shard, { draft, size: append.packed.size });
        records.push(draft);
      }
      waiting = waiting.slice(taken);
      bytes -= size;
      return records;
    },
    drain() {
      const all = waiting;
      waiting = [];
      bytes = 0;
      return all;
    },
  };
}
