import type { FindingCode } from './finding-code.js';

/** The files of a bundle as read: path (forward slashes, relative to the bundle) → text. What the hash is over and the store keeps. */
export type BundleFiles = ReadonlyMap<string, string>;

/** Where something stands in a bundle; line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One finding of lint. `code` is from the catalogue in docs; `hint` says what to do. */
export interface Issue {
  readonly level: 'error' | 'warning';
  readonly code: FindingCode;
  readonly message: string;
  readonly place: Place;
  /** Id of the rule or object it is about. */
  readonly rule: string | null;
  readonly hint: string | null;
  /** JSON pointer inside the YAML document. */
  readonly pointer: string;
}

/** One YAML document that passed its schema, with the means to say where a part of it stands. */
export interface BundleDocument {
  readonly file: string;
  readonly kind: string;
  /** Plain JSON data in the shape of `schemas/<kind>.schema.json`. */
  readonly body: unknown;
  /** Place of the value (or, with `key`, of the key) at a JSON pointer such as `/rules/0/match`; of the nearest parent that exists. */
  place(pointer: string, part?: 'key' | 'value'): Place;
}
