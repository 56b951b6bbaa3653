import type { PackedEntries } from '../../app/alert-packer.js';
import type { StoredEntry } from '../../app/unpack-entries.js';
import type { IncomingAlert } from '../../domain/alert/alert.js';

/** So long a writer refers to what it has written out; milliseconds. */
export const rememberedMs = 600_000;

/** One append as a record holds it; a record is an array of them. */
export interface PackedAppend {
  /** Nothing below this number is referred to from here on. */
  readonly since: number;
  readonly fresh: readonly { readonly first: number; readonly alerts: readonly IncomingAlert[] }[];
  readonly entries: readonly StoredEntry[];
}

/** A record whose appends are packed. */
export interface PackedRecord {
  /** Who appended it: numbers are the writer's own. */
  readonly writer: string;
  readonly position: number;
  /** Unix ms. */
  readonly at: number;
  readonly appends: readonly PackedAppend[];
}

/** The text of a `PackedAppend`. */
export function textOf({ since, fresh, text }: Pick<PackedEntries, 'since' | 'fresh' | 'text'>): string {
  const rows = fresh.map(({ first, alerts }) => `{"first":${first},"alerts":${alerts}}`);
  return `{"since":${since},"fresh":[${rows.join(',')}],"entries":${text}}`;
}
